/** `edfi-perf run`: from flags to a report. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { type AvailableScenarios, availableScenarios } from "../run/ownScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import {
  decodeRunConfig,
  modulePaths,
  readsChoice,
  resourceChoice,
  type RunConfig,
  runSettings,
  withoutServer
} from "../settings/RunConfig.ts"
import { targetAt } from "../domain/Stages.ts"
import { Recorder, type Slice } from "../metrics/Recorder.ts"
import { exportMetrics, type MetricsExport } from "../otlp/exportMetrics.ts"
import { openResultFiles } from "../output/ResultFiles.ts"
import type { Summary } from "../result/Summary.ts"
import { progressLine } from "../output/progressLine.ts"
import { textReport } from "../output/text.ts"
import { passed } from "../result/verdict.ts"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { scenarios } from "../scenarios/index.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { sameWord } from "../settings/chooseScenarios.ts"
import { chosenMixture, needsServer } from "../settings/ResourceChoice.ts"
import { wrongSetting } from "../settings/WrongSettings.ts"
import { endWith, printFolder } from "./CommandEnded.ts"
import { keepChangeState } from "../run/changeState.ts"
import { connect } from "../run/connect.ts"
import { openDatabase } from "../run/openDatabase.ts"
import { openProcesses } from "../run/openProcesses.ts"
import { reserveDescriptors, warnOfLimit } from "../run/descriptors.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { randomSeed, type RunSpec, workerCount } from "../run/RunSpec.ts"
import { runPrepared } from "../run/runScenarios.ts"
import type { RunSnapshot } from "../run/measure.ts"
import { loadWithReads } from "./loadReads.ts"
import { loadWithResources, type ResourceCommand } from "./loadResources.ts"
import { measuringCommand } from "./measuringCommand.ts"
import { previewOf } from "./previewLoad.ts"
import { readMixture } from "./readMixture.ts"
import { openPage, type Page } from "./page.ts"
import { prepareLoad } from "../run/prepareLoad.ts"
import { makeProgress, type Progress } from "../output/progress.ts"
import { catchUncaught } from "./uncaught.ts"
import { version } from "../domain/version.ts"

type Config = RunConfig<RunnableScenario>

/** Who sends the load, unless it is this thread. @example ", 4 workers" */
const sentBy = (spec: RunSpec): string => {
  if (spec.agents !== undefined)
    return spec.agents.count === 1 ? ", 1 agent" : `, ${spec.agents.count} agents`
  const workers = workerCount(spec)
  return workers > 1 ? `, ${workers} workers` : ""
}

/** Everything that a measurement needs, for the DMS of the configuration. */
const servicesFor = (spec: RunSpec, page: Page) => {
  const connected = connect(spec, (baseUrl) =>
    Effect.zipRight(
      Console.log(`edfi-perf ${spec.testType} against ${baseUrl}, seed ${spec.seed}${sentBy(spec)}`),
      page.announce
    )
  )
  return Layer.merge(Recorder.layer, connected)
}

const exitCodeOf = (summary: Summary): ExitCode => {
  switch (summary.endedBy) {
    case "interrupt":
      return exitCodes.interrupted
    case "defect":
      return exitCodes.defect
    case "refused":
    case "localDmsExited":
      return exitCodes.notReady
    case "failureRatio":
    case "threshold":
    case "agentLost":
      return exitCodes.limitCrossed
    case "runTime":
    case "passes":
    case "recordCount":
      return passed(summary) ? exitCodes.done : exitCodes.limitCrossed
  }
}

/** Before the load the stop button acts like Ctrl-C: nothing was measured, and nothing more is sent. */
const unlessStopped = <A, E, R>(page: Page, preparation: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.raceFirst(preparation, Effect.zipRight(page.stopped, Effect.interrupt))

/** Sees the run at the end of every second. */
type Observe = (snapshot: RunSnapshot) => Effect.Effect<void>

/** Exports metrics over separate connections, which close with the run. */
const startExport = (
  { otlpEndpoint: endpoint }: RunConfig<ScenarioInfo>["settings"],
  { seed, testType }: RunSpec
) =>
  Effect.gen(function* () {
    if (endpoint === undefined) return []
    const exporting = exportMetrics({ endpoint, version, resource: { test_type: testType, seed } })
    return [yield* Effect.provide(exporting, yield* Layer.build(NodeHttpClient.layerUndici))]
  })

/** Prints progress, unless every outcome is printed. */
const showProgress = ({ plan, printsOutcomes }: RunSpec, progress: Progress): Observe => {
  const { runMillis, warmUpMillis = 0 } = plan
  const records = plan._tag === "Users" ? plan.records : undefined
  const lineOf = (slice: Slice) => {
    const sinceStart = 1000 * slice.elapsedSeconds + (slice.inWarmUp ? 0 : warmUpMillis)
    const duePerSecond = plan._tag === "Arrivals" ? targetAt(plan.arrivals, sinceStart) : undefined
    const plannedSeconds = (slice.inWarmUp ? warmUpMillis : runMillis) / 1000
    return progressLine(slice, records === undefined ? plannedSeconds : { records }, duePerSecond)
  }
  return printsOutcomes ? () => Effect.void : ({ slice }) => progress.show(() => lineOf(slice))
}

/** Measures, writes the files as it goes and prints the report, also after an interrupt. */
const runAndReport = ({ settings, spec }: Config) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const uncaught = yield* catchUncaught
      const releaseDescriptors = yield* reserveDescriptors
      const { folder, out } = spec.files
      const files = yield* openResultFiles(folder, spec.testType, out)
      yield* warnOfLimit([spec])
      const page = yield* restore(openPage(settings, files))
      const database = yield* restore(openDatabase(spec))
      const processes = yield* restore(openProcesses(spec))
      const { load, services } = yield* restore(
        unlessStopped(
          page,
          Effect.gen(function* () {
            const services = yield* Layer.build(servicesFor(spec, page))
            return { services, load: yield* Effect.provide(prepareLoad(spec), services) }
          })
        )
      )
      const progress = yield* makeProgress
      const exports: ReadonlyArray<MetricsExport> = yield* startExport(settings, spec)
      const observers: ReadonlyArray<Observe> = [
        page.show,
        ...exports.map(
          ({ set }): Observe =>
            ({ state }) =>
              set(state())
        ),
        showProgress(spec, progress)
      ]
      const { measurements, summary, written } = yield* runPrepared(spec, load, files, {
        releaseDescriptors,
        database,
        processes,
        observe: (snapshot) => Effect.forEach(observers, (observe) => observe(snapshot), { discard: true }),
        stop: page.stopped,
        defect: uncaught.first
      }).pipe(Effect.provide(services))
      yield* page.end(summary)
      yield* progress.end
      yield* Console.log(`\n${textReport(summary, measurements.defects)}`)
      yield* printFolder(written, folder)
      const kept = yield* Effect.either(keepChangeState(spec.changes?.stateFile, summary))
      if (Either.isLeft(kept)) yield* Console.error(`edfi-perf: ${kept.left.message}`)
      yield* Effect.forEach(exports, ({ end, set }) => Effect.zipRight(set(summary), end))
      // After Ctrl-C the pending interrupt ends this at once.
      yield* Effect.exit(Effect.interruptible(Effect.raceFirst(page.linger, uncaught.first)))
      if (summary.endedBy !== "defect") yield* uncaught.orDie
      yield* endWith(exitCodeOf(summary), Either.isLeft(kept) ? kept : written)
    })
  ).pipe(Effect.scoped)

/**
 * Without a test list, only the scenarios of the modules run: those of the given test type, or of the first one's. A flag
 * takes precedence over a variable here too.
 */
const onlyOwn = (given: GivenSettings, own: AvailableScenarios["own"]): GivenSettings => {
  const [first] = own
  const isFlag = given["scenario"]?.from === "flag"
  const flagOnly = (name: string) => (isFlag && given[name]?.from === "variable" ? undefined : given[name])
  if (first === undefined || flagOnly("testList") !== undefined) return given
  const variable = (value: string) => ({ value, from: "variable" }) as const
  const testType = flagOnly("testType") ?? variable(first.testType)
  const isOfType = (scenario: ScenarioInfo) => sameWord(scenario.testType, String(testType.value).trim())
  const names = own.filter(isOfType).map(({ name }) => name)
  return names.length === 0 ? given : { ...given, testType, testList: variable(names.join(",")) }
}

const wrongScenario = (module: string, detail: string) =>
  wrongSetting("--scenario", `--scenario ${module}`, detail)

/** Loads the modules of `--scenario`, and checks the settings against all scenarios. */
export const loadWithModules = (given: GivenSettings) =>
  Effect.gen(function* () {
    const paths = modulePaths(given)
    const { own, ...known } = yield* Effect.mapError(availableScenarios(paths), ({ detail, module }) =>
      wrongScenario(module, detail)
    )
    const config = yield* decodeRunConfig(onlyOwn(given, own), known, yield* randomSeed)
    const isUsed = config.spec.scenarios.some(({ scenario }) => own.includes(scenario))
    if (own.length > 0 && !isUsed) {
      const names = own.map(({ name, testType }) => `${name} (${testType})`).join(", ")
      const detail = `none of its scenarios is chosen by --testType and --testList: ${names}`
      return yield* wrongScenario(paths.join(","), detail)
    }
    return config
  })

/** How `run` loads what the server describes. */
export const withResources: ResourceCommand<Config> = {
  decode: decodeRunConfig,
  specsOf: ({ spec }) => [spec],
  withSpecs: (config, change) => ({
    ...config,
    spec: { ...config.spec, ...change(config.spec), files: config.spec.files }
  }),
  seedsOf: () => 1,
  logLevelOf: ({ settings }) => settings.logLevel
}

/** The scenarios of a mixture, of resources or of modules have to be known before the settings can be checked. */
const loadRun = (given: GivenSettings) =>
  Effect.gen(function* () {
    const mixture = chosenMixture(given)
    if (mixture !== undefined) {
      const { loadWithMixture } = yield* Effect.promise(() => import("./loadMixture.ts"))
      return yield* loadWithMixture(given, mixture, withResources)
    }
    const choice = resourceChoice(
      given,
      scenarios.map(({ name }) => name)
    )
    const reads = readsChoice(given)
    if (reads !== undefined) return yield* loadWithReads(given, reads)
    return needsServer(choice)
      ? yield* loadWithResources(given, choice, withResources)
      : yield* loadWithModules(given)
  })

const previewRun = (all: GivenSettings) =>
  Effect.gen(function* () {
    const mixture = chosenMixture(all)
    if (mixture !== undefined) yield* readMixture(mixture)
    const { given, isPartial } = withoutServer(
      all,
      scenarios.map(({ name }) => name)
    )
    const { spec } =
      modulePaths(given).length === 0
        ? yield* decodeRunConfig(given, { scenarios, isPartial }, yield* randomSeed)
        : yield* loadWithModules(given)
    return previewOf(spec.plan)
  })

export const runCommand = measuringCommand({
  name: "run",
  settings: runSettings,
  load: loadRun,
  preview: previewRun,
  logLevelOf: ({ settings }) => settings.logLevel,
  program: runAndReport
})
