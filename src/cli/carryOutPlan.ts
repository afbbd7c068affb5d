/** Carries out a plan: its phases one after the other, in one session and one folder. */
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as FileSystem from "@effect/platform/FileSystem"
import { createHash } from "node:crypto"
import { JoinedAgents } from "../agents/Agents.ts"
import { excerpt } from "../domain/excerpt.ts"
import { version } from "../domain/version.ts"
import { junitPlan } from "../output/junitPlan.ts"
import { openPlanFiles, PlanFolderUnusable, type PlanFiles } from "../output/PlanFiles.ts"
import { planMarkdown } from "../output/planText.ts"
import { ProgressLabel } from "../output/progress.ts"
import {
  beginPhase,
  differencesFrom,
  endPhase,
  endPlan,
  newJournal,
  nextPhase,
  resumed,
  toSetAside
} from "../plans/journal.ts"
import { planReport } from "../plans/planReport.ts"
import { clock } from "../result/numberFormat.ts"
import { type JournalPhase, journalName, type PlanJournal } from "../result/PlanJournal.ts"
import type { PlanReport } from "../result/PlanReport.ts"
import { openConnection, SharedConnection } from "../run/Connection.ts"
import { joinAgents } from "../run/joinAgents.ts"
import { onePassType } from "../settings/onePass.ts"
import { type PlanConfig, planSettings } from "../settings/PlanConfig.ts"
import { checkResourceNames } from "./checkResourceNames.ts"
import { measurePhase } from "./measurePhase.ts"
import { givenOfPhase, type ReadyPhase, type ReadyPlan } from "./readPlan.ts"

/** A plan that was read and checked. */
export interface LoadedPlan {
  readonly config: PlanConfig
  readonly plan: ReadyPlan
}

const now = Effect.map(DateTime.now, DateTime.formatIso)

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

/** Settings whose values are paths of files, one or several. */
const namingFiles = ["mixture", "spec", "scenario"] as const

/** The contents of the files that a phase names; names of shipped mixtures have none. */
const contentsOf = ({ texts }: ReadyPhase) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = namingFiles.flatMap((name) => texts[name]?.split(",") ?? [])
    return yield* Effect.forEach(paths, (path) =>
      Effect.orElseSucceed(fs.readFileString(path.trim()), () => "")
    )
  })

/** Settings that do not change what is measured. */
const isIncidental = (name: string): boolean => name === "logLevel"

/** The settings of the command line, without secrets. */
const targetTexts = ({ shared }: PlanConfig): PlanJournal["target"] =>
  Object.fromEntries(
    Object.entries(shared).flatMap(([name, setting]) => {
      const isSecret = planSettings.some((each) => each.name === name && each.kind === "secret")
      return setting === undefined || isSecret || isIncidental(name) || Redacted.isRedacted(setting.value)
        ? []
        : [[name, setting.value]]
    })
  )

const journalPhase = ({ command, continueOnFailure, name, preview, texts }: ReadyPhase) => ({
  name,
  command,
  settings: texts,
  continueOnFailure,
  plannedSeconds: preview.seconds
})

/** The plan as a journal has it. */
const describedPlan = ({ config, plan }: LoadedPlan) =>
  Effect.gen(function* () {
    const contents = yield* Effect.forEach(plan.phases, contentsOf)
    const phases = plan.phases.map(journalPhase)
    return {
      version,
      name: plan.name,
      description: plan.description ?? null,
      source: excerpt(config.file),
      digest: sha256(JSON.stringify([plan.name, phases, contents])),
      target: targetTexts(config),
      phases
    }
  })
type DescribedPlan = Effect.Effect.Success<ReturnType<typeof describedPlan>>

const isStarted = (journal: PlanJournal): boolean => journal.phases.some(({ state }) => state !== "pending")

/** The journal that `--resume` continues: of the same plan against the same server. */
const checkResume = (folder: string, found: PlanJournal | undefined, plan: DescribedPlan) => {
  const unusable = (detail: string) => new PlanFolderUnusable({ folder, detail })
  if (found === undefined)
    return unusable(
      `has no ${journalName} that --resume could continue; leave out --resume, or name its folder with --output`
    )
  const differences = differencesFrom(found, plan)
  return differences.length === 0
    ? Effect.succeed(found)
    : unusable(
        `has another plan or another target, which --resume cannot continue: ${differences.join("; ")}. ` +
          "Name another folder with --output, or take the change back"
      )
}

/** A new plan does not replace the results of an earlier one, which may have taken hours. */
const checkNew = (folder: string, found: PlanJournal | undefined) =>
  found === undefined || !isStarted(found)
    ? Effect.void
    : new PlanFolderUnusable({
        folder,
        detail: `has results of the plan ${excerpt(found.name)}; --resume continues it, or name another folder with --output`
      })

const setAsideAll = (files: PlanFiles, journal: PlanJournal) =>
  Effect.gen(function* () {
    const moved = new Map<number, string>()
    for (const index of toSetAside(journal)) {
      const phase = journal.phases[index]
      const to = phase === undefined ? undefined : yield* files.setAside(phase)
      if (to !== undefined) {
        moved.set(index, to)
        yield* Console.log(`${phase?.name} is measured again; its earlier files are in ${to}`)
      }
    }
    return resumed(journal, moved)
  })

/** The first words of a phase. @example "phase 2 of 7" */
const placeText = (index: number, { phases }: PlanJournal): string => `phase ${index + 1} of ${phases.length}`

const durationText = ({ plannedSeconds }: JournalPhase): string =>
  plannedSeconds === null ? "" : `, about ${clock(plannedSeconds)}`

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** A plan that is carried out. */
interface PlanRun extends LoadedPlan {
  readonly files: PlanFiles
  readonly restore: Restore
}

const writeReport = ({ config, files }: PlanRun, journal: PlanJournal) =>
  Effect.gen(function* () {
    const documents = yield* Effect.forEach(journal.phases, (phase) =>
      Effect.map(files.document(phase), (document) => [phase.name, document] as const)
    )
    const report = planReport(
      journal,
      new Map(
        documents.flatMap(([name, document]) => (document === undefined ? [] : [[name, document] as const]))
      )
    )
    yield* files.report({
      report,
      markdown: planMarkdown(report),
      junit: config.settings.out.includes("junit") ? junitPlan(report) : undefined
    })
    return report
  })

/** Measures a phase; the journal is written before and after it, the report after it. */
const carryOut = (
  run: PlanRun,
  journal: PlanJournal,
  index: number,
  phase: ReadyPhase,
  entry: JournalPhase
) =>
  Effect.gen(function* () {
    const { config, files, restore } = run
    const place = placeText(index, journal)
    const begun = beginPhase(journal, index, yield* now)
    yield* files.save(begun)
    yield* Console.log(
      `\n${place}: ${phase.name} (${phase.command})${durationText(entry)}, files in ${files.pathOf(entry)}\n${withoutText(phase, config)}`
    )
    const given = {
      ...givenOfPhase(phase, config.shared),
      output: { value: files.pathOf(entry), from: "flag" as const }
    }
    const end = yield* measurePhase(phase.command, given, restore).pipe(
      Effect.provideService(ProgressLabel, `${place}  `)
    )
    const ended = endPhase(begun, index, { ...end, files: yield* files.namesIn(entry) }, yield* now)
    yield* files.save(ended)
    yield* writeReport(run, ended)
    return ended
  })

/** What a phase does without, though the plan has it for all phases; empty for most. */
const withoutText = ({ command, texts }: ReadyPhase, { settings, shared }: PlanConfig): string => {
  const type = command === "run" ? onePassType(texts["testType"] ?? "") : undefined
  const flag = settings.agents === undefined ? "workers" : "agents"
  return type === undefined || shared[flag] === undefined
    ? ""
    : `${type} is sent by one thread of this machine; --${flag} is for the other phases\n`
}

const carryOutAll = (run: PlanRun, first: PlanJournal) =>
  Effect.gen(function* () {
    let journal = first
    for (;;) {
      const index = nextPhase(journal)
      const phase = index === undefined ? undefined : run.plan.phases[index]
      const entry = index === undefined ? undefined : journal.phases[index]
      if (index === undefined || phase === undefined || entry === undefined) return journal
      journal = yield* carryOut(run, journal, index, phase, entry)
    }
  })

const totalText = (phases: ReadonlyArray<ReadyPhase>): string => {
  const seconds = phases.reduce((sum, { preview }) => sum + (preview.seconds ?? 0), 0)
  return `${phases.length} phases, measurements of about ${clock(seconds)}`
}

/** A plan that has ended, also by an interrupt. */
export interface FinishedPlan {
  /** The state of each phase. */
  readonly journal: PlanJournal
  /** As in `report.json`. */
  readonly report: PlanReport
}

/**
 * Connects once, carries out the phases that are left, and writes the report, also after an interrupt.
 *
 * @param onEnd runs at the end, also after an interrupt
 */
export const carryOutPlan = <E = never>(
  loaded: LoadedPlan,
  onEnd: (finished: FinishedPlan) => Effect.Effect<void, E> = () => Effect.void
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const { config, plan } = loaded
      const { output, resume } = config.settings
      const files = yield* openPlanFiles(output)
      const described = yield* describedPlan(loaded)
      if (!resume) yield* checkNew(output, files.found)
      const found = resume ? yield* checkResume(output, files.found, described) : undefined
      const announce = (baseUrl: string) =>
        Console.log(`edfi-perf plan ${plan.name} against ${baseUrl}: ${totalText(plan.phases)}`)
      const connection = yield* restore(openConnection(config.target, config.dms, announce))
      yield* restore(Effect.provide(checkResourceNames(plan), connection.services))
      const agents = yield* restore(joinAgents(config.agents))
      const run: PlanRun = { ...loaded, files, restore }
      const first = found === undefined ? newJournal(described, yield* now) : yield* setAsideAll(files, found)
      if (found === undefined) yield* files.begin
      yield* files.save(first)
      const measured = yield* carryOutAll(run, first).pipe(
        Effect.provideService(SharedConnection, Option.some(connection)),
        Effect.provideService(JoinedAgents, agents)
      )
      const ended = endPlan(measured, yield* now)
      yield* files.save(ended)
      const finished: FinishedPlan = { journal: ended, report: yield* writeReport(run, ended) }
      yield* onEnd(finished)
      return finished
    })
  ).pipe(Effect.scoped)
