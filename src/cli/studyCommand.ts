/** The common part of the study commands: from settings to result files. */
import * as Arr from "effect/Array"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { plannedStartMillis } from "../agents/startInstant.ts"
import type { KnownScenarios } from "../settings/chooseScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import {
  besidesScenarios,
  chosenMixture,
  needsServer,
  readChoice,
  reportedChoice,
  type ResourceChoice
} from "../settings/ResourceChoice.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import type { LoadSettings, SliceSettings, StudyConfig, StudySettings } from "../settings/StudySettings.ts"
import type { WrongSettings } from "../settings/WrongSettings.ts"
import type { Mixture } from "../domain/Mixture.ts"
import { countOf } from "../domain/Sample.ts"
import { rangeOf } from "../result/batchSize.ts"
import type { PageData } from "../result/PageData.ts"
import type { StudyName } from "../output/resultFileList.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { openStudyFiles } from "../output/StudyFiles.ts"
import { clock, figure } from "../result/numberFormat.ts"
import type { FixtureError } from "../fixtures/SharedFixtures.ts"
import { scenarios } from "../scenarios/index.ts"
import type { RunnableScenario, ScenarioNotReady } from "../scenarios/loadModules.ts"
import type { MeasureSlice } from "../studies/MeasureSlice.ts"
import { endWith, printFolder } from "./CommandEnded.ts"
import { connect } from "../run/connect.ts"
import { openDatabase } from "../run/openDatabase.ts"
import { openProcesses } from "../run/openProcesses.ts"
import { watchProcesses } from "../processes/watchProcesses.ts"
import { reserveDescriptors, warnOfLimit } from "../run/descriptors.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { operationsPerRecord, randomSeed, requestNamesOf, type RunSpec, workerCount } from "../run/RunSpec.ts"
import { makeProgress } from "../output/progress.ts"
import { redactedConnection } from "../run/redactedConfig.ts"
import { openSession, type Planned, type SpecOf } from "../run/session.ts"
import { loadWithResources, type ResourceCommand } from "./loadResources.ts"
import { measuringCommand, type Preview } from "./measuringCommand.ts"
import { catchUncaught } from "./uncaught.ts"
import { watchAgents } from "../run/watchAgents.ts"
import { watchManifest } from "../run/watchManifest.ts"
import { watchSharing } from "../run/watchSharing.ts"

/** A study that is ready to be measured. */
export interface Study<D extends StudyHead> {
  /** The load of each slice. */
  readonly specOf: SpecOf<FixtureError | ScenarioNotReady>
  /** The plan, for the first line: `12 slices of 10 s with 3 s of warm-up`. */
  readonly plan: string
  readonly planned: Planned
  /** @param print shows intermediate results */
  readonly measured: <E>(
    measureSlice: MeasureSlice<E>,
    print: (text: string) => Effect.Effect<void>
  ) => Effect.Effect<D, E>
  /** Whether the document has a valid result; a lower bound is one. */
  readonly hasResult: (document: D) => boolean
  /** The document's own file. */
  readonly json: (document: D) => Effect.Effect<string>
  readonly pageData: (document: D) => PageData
  /** For a pull request. */
  readonly markdown: (document: D) => string
  /** For the terminal. */
  readonly text: (document: D) => string
}

/** Time until all agents start the load of a slice and that of its warm-up together. */
const agentStartSeconds = (agents: number): number => (2 * plannedStartMillis(agents)) / 1000

/** What else each slice takes: for the text of the plan, and its maximum in seconds. */
export const pausesPlan = ({
  agents,
  databaseUrl
}: LoadSettings): { readonly planText: string; readonly pauseSeconds: number } => {
  const starts = agents === undefined ? 0 : agentStartSeconds(agents)
  const startsText = agents === undefined ? "" : `, each after ${figure(starts)} s in which agents get ready`
  // PostgreSQL sessions report their activity up to 11 s late.
  return databaseUrl === undefined
    ? { planText: startsText, pauseSeconds: starts }
    : {
        planText: `${startsText}, each followed by up to 11 s of database readings`,
        pauseSeconds: starts + 11
      }
}

/** The durations of slices in seconds, for studies and their documents. */
export const sliceTimes = ({
  sliceTime,
  warmUp
}: SliceSettings): { readonly sliceSeconds: number; readonly warmUpSeconds: number } => ({
  sliceSeconds: Duration.toSeconds(sliceTime),
  warmUpSeconds: Duration.toSeconds(warmUp)
})

/** @example 12 slices: "12 slices of 10 s with 3 s of warm-up", 156 seconds */
export const slicePlan = (
  slices: number,
  settings: LoadSettings & SliceSettings
): Pick<Study<never>, "plan" | "planned"> => {
  const { sliceSeconds: each, warmUpSeconds: before } = sliceTimes(settings)
  const warmed = before > 0 ? ` with ${before} s of warm-up` : ""
  const { pauseSeconds, planText } = pausesPlan(settings)
  return {
    plan: `${figure(slices)} slices of ${each} s${warmed}${planText}`,
    planned: { seconds: slices * (each + before + pauseSeconds), isUpperBound: false }
  }
}

/** The part of a study's options that all loads share. */
export interface StudyOptions {
  readonly seed: number
  /** The common settings of its loads, without secrets. */
  readonly config: StudyHead["config"]
}

const studyOptionsOf = ({
  loads: [spec],
  settings
}: StudyConfig<StudySettings, RunnableScenario>): StudyOptions => ({
  seed: spec.seed,
  config: {
    ...redactedConnection(spec),
    ...reportedChoice(settings),
    ...(spec.thresholds.length === 0
      ? {}
      : { threshold: spec.thresholds.map(({ expression }) => expression) }),
    ...(spec.agents === undefined ? { workers: spec.workers } : { agents: spec.agents.count })
  }
})

const exitCodeOf = ({ endedBy }: StudyHead, hasResult: boolean): ExitCode => {
  if (endedBy === "interrupt") return exitCodes.interrupted
  if (endedBy === "defect") return exitCodes.defect
  if (endedBy === "refused" || endedBy === "localDmsExited") return exitCodes.notReady
  return endedBy === "completed" && hasResult ? exitCodes.done : exitCodes.limitCrossed
}

/** With several threads, a warm-up does not warm up the threads of the slice. */
const threadWarnings = (loads: ReadonlyArray<RunSpec>): ReadonlyArray<string> =>
  loads.every((load) => load.agents === undefined && workerCount(load) === 1)
    ? []
    : [
        `With ${loads.some(({ agents }) => agents !== undefined) ? "agents" : "several workers"} each slice starts new ` +
          "threads, which the warm-up before it does not cover: at its start they open connections and compile code."
      ]

/** Measures, writes the files and prints the result, also after an interrupt. */
const measureAndReport = <D extends StudyHead>(
  name: StudyName,
  { loads, settings: { out, output } }: StudyConfig<LoadSettings, RunnableScenario>,
  study: Study<D>
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const [first] = loads
      const uncaught = yield* catchUncaught
      const releaseDescriptors = yield* reserveDescriptors
      const files = yield* openStudyFiles(output, name, out)
      yield* warnOfLimit(loads)
      const announce = (baseUrl: string) =>
        Console.log(
          `edfi-perf ${name} against ${baseUrl}, seed ${first.seed}\n` +
            `${study.plan}: ${study.planned.isUpperBound ? "at most" : "about"} ${clock(study.planned.seconds)}`
        )
      const services = yield* restore(Layer.build(connect(first, announce)))
      const database = yield* restore(openDatabase(first))
      const sources = yield* restore(openProcesses(first))
      const progress = yield* makeProgress
      const processes = yield* watchProcesses(sources, { _tag: "FirstSlice" })
      const session = yield* Effect.provide(
        openSession({
          seed: first.seed,
          specOf: study.specOf,
          planned: study.planned,
          progress,
          database,
          processes,
          begin: files.begin,
          defect: uncaught.first
        }),
        services
      )
      const watched = watchManifest(session)
      const sharing = watchSharing(watched.measureSlice)
      const agents = watchAgents(sharing.measureSlice)
      const measured = yield* study.measured(agents.measureSlice, (text) =>
        Effect.zipRight(progress.end, Console.log(text))
      )
      const document = {
        ...measured,
        processes: processes.sofar(),
        manifest: yield* Effect.provide(watched.manifest, services),
        warnings: [
          ...agents.warnings(),
          ...threadWarnings(loads),
          ...sharing.warnings(),
          ...measured.warnings
        ]
      }
      const json = yield* study.json(document)
      yield* releaseDescriptors
      const written = yield* Effect.either(
        files.finish({ json, pageData: study.pageData(document), markdown: study.markdown(document) })
      )
      yield* progress.end
      yield* Console.log(`\n${study.text(document)}`)
      yield* printFolder(written, output)
      if (document.endedBy !== "defect") yield* uncaught.orDie
      yield* endWith(exitCodeOf(document, study.hasResult(document)), written)
    })
  ).pipe(Effect.scoped)

/** The highest number of loads of some slices: each is one, and so is its warm-up. */
export const loadsOfSlices = (slices: number, { warmUp }: Pick<SliceSettings, "warmUp">): number =>
  slices * (Duration.toMillis(warmUp) > 0 ? 2 : 1)

/** The sizes of the batches of a mixture, one for each of its steps. @example of "grades-create-batch-10": 10 records */
const stepSizes = (planned: RunSpec["scenarios"][number]) =>
  requestNamesOf([planned]).flatMap((name) => {
    const [, records] = /-batch-(\d+)$/.exec(name) ?? []
    return records === undefined
      ? []
      : [{ each: countOf(operationsPerRecord(planned, name)), records: Number(records) }]
  })

/** The sizes of the batches of a load, over its scenarios or the steps of its mixture; without batches those of one record. */
export const batchSizesOf = ({ mixture, scenarios }: Pick<RunSpec, "mixture" | "scenarios">) => {
  const sizes = scenarios.flatMap((planned) => {
    const ofSteps = mixture === undefined ? [] : stepSizes(planned)
    return ofSteps.length > 0
      ? ofSteps
      : [{ each: countOf(operationsPerRecord(planned)), records: planned.batchTripleCount ?? 1 }]
  })
  return {
    /** Records per batch, of the largest one. */
    batchTripleCount: Math.max(...sizes.map(({ records }) => records)),
    /** Operations per batch. */
    batchOperations: rangeOf(sizes.map(({ each, records }) => each * records)),
    /** Operations per record. */
    recordOperations: rangeOf(sizes.map(({ each }) => each))
  }
}

/** The seed does not matter to a check. */
const anySeed = 0

const builtInNames = scenarios.map(({ name }) => name)

/** A study as a command. */
interface StudyCommand<S extends StudySettings, D extends StudyHead, E, R> {
  /** Names the document too: `versus` makes `versus.json`. */
  readonly name: StudyName
  readonly settings: ReadonlyArray<NamedSetting>
  readonly decode: (
    given: GivenSettings,
    known: KnownScenarios<RunnableScenario>,
    seed: number
  ) => Either.Either<StudyConfig<S, RunnableScenario>, WrongSettings>
  /** The resources that the server has to describe; default: those of `--resources` and `--testList`. */
  readonly choiceOf?: (given: GivenSettings) => ResourceChoice
  /** Loads what sends no documents of resources; `undefined` if there is no such thing. */
  readonly load?: (given: GivenSettings) => Effect.Effect<StudyConfig<S, RunnableScenario>, E, R> | undefined
  /** Why a mixture has no result, as a clause; `undefined` if it has. Default: every mixture has one. */
  readonly whyNoMixture?: (config: StudyConfig<S, RunnableScenario>, mixture: Mixture) => string | undefined
  /** The highest number of loads, each with a seed of its own. */
  readonly maxLoads: (config: StudyConfig<S, RunnableScenario>) => number
  readonly study: (config: StudyConfig<S, RunnableScenario>, options: StudyOptions) => Study<D>
}

const loadStudy = <S extends StudySettings, D extends StudyHead, E, R>(
  {
    choiceOf = (given) => readChoice(given, builtInNames),
    decode,
    load,
    maxLoads,
    whyNoMixture
  }: StudyCommand<S, D, E, R>,
  given: GivenSettings
) =>
  Effect.gen(function* () {
    const command: ResourceCommand<StudyConfig<S, RunnableScenario>> = {
      decode,
      specsOf: ({ loads }) => loads,
      withSpecs: ({ loads, ...config }, change) => ({ ...config, loads: Arr.map(loads, change) }),
      seedsOf: maxLoads,
      logLevelOf: (config) => config.settings.logLevel
    }
    const mixture = chosenMixture(given)
    if (mixture !== undefined) {
      const { loadWithMixture } = yield* Effect.promise(() => import("./loadMixture.ts"))
      return yield* loadWithMixture(given, mixture, { ...command, whyNot: whyNoMixture })
    }
    const loaded = load?.(given)
    if (loaded !== undefined) return yield* loaded
    const choice = choiceOf(given)
    if (!needsServer(choice)) return yield* decode(given, { scenarios }, yield* randomSeed)
    return yield* loadWithResources(given, choice, command)
  })

/** Of chosen resources and of reads nothing is known without a server. */
const previewStudy = <S extends StudySettings, D extends StudyHead, E, R>(
  { choiceOf = (given) => readChoice(given, builtInNames), decode, load, study }: StudyCommand<S, D, E, R>,
  given: GivenSettings
) => {
  const isPartial =
    chosenMixture(given) !== undefined || needsServer(choiceOf(given)) || load?.(given) !== undefined
  const besides = besidesScenarios(given)
  const checked = isPartial
    ? // Sizes decide the number of slices; whether they fit is known when the scenarios are.
      Either.orElse(
        decode(
          { ...besides, batchTripleCount: given["batchTripleCount"] },
          { scenarios, isPartial },
          anySeed
        ),
        () => decode(besides, { scenarios, isPartial }, anySeed)
      )
    : decode(given, { scenarios }, anySeed)
  return Effect.map(checked, (config): Preview => {
    const { plan, planned } = study(config, studyOptionsOf(config))
    const users = given["clientCount"]?.value
    return { load: typeof users === "string" ? `${users} users, ${plan}` : plan, ...planned }
  })
}

export const studyCommand = <S extends StudySettings, D extends StudyHead, E = never, R = never>(
  options: StudyCommand<S, D, E, R>
) => {
  const { name, settings, study } = options
  return measuringCommand({
    name,
    settings,
    load: (given) => loadStudy(options, given),
    preview: (given) => previewStudy(options, given),
    logLevelOf: (config) => config.settings.logLevel,
    program: (config) => measureAndReport(name, config, study(config, studyOptionsOf(config)))
  })
}
