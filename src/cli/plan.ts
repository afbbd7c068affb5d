/** `edfi-perf plan`: the phases of a file one after the other, in one session and one folder. */
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
import { planMarkdown, planText, previewText } from "../output/planText.ts"
import { ProgressLabel } from "../output/progress.ts"
import {
  beginPhase,
  differencesFrom,
  endPhase,
  endPlan,
  newJournal,
  nextPhase,
  planExitCode,
  resumed,
  toSetAside
} from "../plans/journal.ts"
import { workOf } from "../plans/phaseReport.ts"
import { planReport } from "../plans/planReport.ts"
import { clock } from "../result/numberFormat.ts"
import { type JournalPhase, journalName, type PlanJournal } from "../result/PlanJournal.ts"
import { openConnection, SharedConnection } from "../run/Connection.ts"
import { joinAgents } from "../run/joinAgents.ts"
import { withOneLocalDms } from "../run/localDmsProcess.ts"
import { decodePlanConfig, type PlanConfig, planSettings } from "../settings/PlanConfig.ts"
import { givenOf } from "../settings/readSettings.ts"
import { checkResourceNames } from "./checkResourceNames.ts"
import { CommandEnded } from "./CommandEnded.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { measurePhase } from "./measurePhase.ts"
import { givenOfPhase, readPlan, type ReadyPhase, type ReadyPlan } from "./readPlan.ts"
import { settingsCommand } from "./settingsCommand.ts"

interface LoadedPlan {
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
      `\n${place}: ${phase.name} (${phase.command})${durationText(entry)}, files in ${files.pathOf(entry)}\n`
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

const exitCodeOf = (journal: PlanJournal): ExitCode => {
  const code = planExitCode(journal)
  return Object.values(exitCodes).find((each) => each === code) ?? exitCodes.limitCrossed
}

const totalText = (phases: ReadonlyArray<ReadyPhase>): string => {
  const seconds = phases.reduce((sum, { preview }) => sum + (preview.seconds ?? 0), 0)
  return `${phases.length} phases, measurements of about ${clock(seconds)}`
}

/** Connects once, carries out the phases that are left, and prints the report, also after an interrupt. */
const carryOutPlan = (loaded: LoadedPlan) =>
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
      const report = yield* writeReport(run, ended)
      yield* Console.log(`\n${planText(report)}\n\nfiles in ${output}`)
      const exitCode = exitCodeOf(ended)
      if (exitCode !== exitCodes.done) yield* new CommandEnded({ exitCode })
    })
  ).pipe(Effect.scoped)

const printPreview = ({ plan }: LoadedPlan) =>
  Console.log(
    previewText(
      plan.name,
      plan.phases.map(({ command, name, preview, texts }) => ({
        name,
        command,
        work: workOf({ command, settings: texts }),
        ...preview
      }))
    )
  )

const command = settingsCommand({
  name: "plan",
  settings: planSettings,
  load: (flags, operands) =>
    Effect.gen(function* () {
      const given = yield* givenOf(planSettings, flags)
      const config = yield* decodePlanConfig(given, operands)
      return { config, plan: yield* readPlan(config) }
    }),
  logLevelOf: ({ config }) => config.settings.logLevel,
  program: (loaded) => (loaded.config.settings.dryRun ? printPreview(loaded) : carryOutPlan(loaded))
})

/** A local DMS starts once, for all phases. */
export const planCommand = (words: ReadonlyArray<string>) => withOneLocalDms(command(words))
