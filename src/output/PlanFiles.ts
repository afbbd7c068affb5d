/** The folder of a plan: its journal, its report, and a folder for each phase. */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { CapacityJson } from "../result/Capacity.ts"
import type { PhaseDocument } from "../result/PageData.ts"
import { type JournalPhase, journalName, type PlanJournal, PlanJournalJson } from "../result/PlanJournal.ts"
import { type PlanReport, PlanReportJson } from "../result/PlanReport.ts"
import { StressJson } from "../result/Stress.ts"
import { SummaryJson } from "../result/Summary.ts"
import { SweepJson } from "../result/Sweep.ts"
import { VersusJson } from "../result/Versus.ts"
import { openOutputFolder, type OutputNotWritable } from "./outputFolder.ts"
import { pageHtml } from "./pageHtml.ts"
import { documentName, namesOfAll, reportName } from "./resultFileList.ts"

/** The folder has a `plan.json` that cannot be read, or that belongs to another plan; exit code 2. */
export class PlanFolderUnusable extends Schema.TaggedError<PlanFolderUnusable>()("PlanFolderUnusable", {
  folder: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the folder ${this.folder} ${this.detail}`
  }
}

/** The contents of the report. */
export interface PlanTexts {
  readonly report: PlanReport
  readonly markdown: string
  /** `undefined` writes none. */
  readonly junit: string | undefined
}

export interface PlanFiles {
  /** What an earlier command left; `undefined` in a new folder. */
  readonly found: PlanJournal | undefined
  /** Removes what a run or a study left, so that the files of two commands are never mixed. */
  readonly begin: Effect.Effect<void, OutputNotWritable>
  /** Replaces the journal as a whole. */
  readonly save: (journal: PlanJournal) => Effect.Effect<void, OutputNotWritable>
  /** The path of the folder of a phase. */
  readonly pathOf: (phase: Pick<JournalPhase, "folder">) => string
  /** Names of the files of a phase. */
  readonly namesIn: (phase: Pick<JournalPhase, "folder">) => Effect.Effect<ReadonlyArray<string>>
  /** Renames the folder of a phase; the new name, `undefined` without a folder. */
  readonly setAside: (
    phase: Pick<JournalPhase, "folder" | "state">
  ) => Effect.Effect<string | undefined, OutputNotWritable>
  /** The document that a phase wrote; `undefined` if there is none that can be read. */
  readonly document: (
    phase: Pick<JournalPhase, "command" | "files" | "folder">
  ) => Effect.Effect<PhaseDocument | undefined>
  readonly report: (texts: PlanTexts) => Effect.Effect<void, OutputNotWritable>
}

/** Reads the document of each command. */
const documents = {
  run: {
    name: "summary.json",
    decode: (text: string) =>
      Effect.map(Schema.decode(SummaryJson)(text), (summary): PhaseDocument => ({
        _tag: "Report",
        summary,
        files: []
      }))
  },
  versus: {
    name: documentName("versus"),
    decode: (text: string) =>
      Effect.map(Schema.decode(VersusJson)(text), (versus): PhaseDocument => ({ _tag: "Versus", versus }))
  },
  sweep: {
    name: documentName("sweep"),
    decode: (text: string) =>
      Effect.map(Schema.decode(SweepJson)(text), (sweep): PhaseDocument => ({ _tag: "Sweep", sweep }))
  },
  capacity: {
    name: documentName("capacity"),
    decode: (text: string) =>
      Effect.map(Schema.decode(CapacityJson)(text), (capacity): PhaseDocument => ({
        _tag: "Capacity",
        capacity
      }))
  },
  stress: {
    name: documentName("stress"),
    decode: (text: string) =>
      Effect.map(Schema.decode(StressJson)(text), (stress): PhaseDocument => ({ _tag: "Stress", stress }))
  }
} as const

const isMeasured = (command: string): command is keyof typeof documents => command in documents

const unreadable = (folder: string, detail: string) =>
  new PlanFolderUnusable({
    folder,
    detail: `has a ${journalName} that cannot be read: ${excerpt(detail, 500)}`
  })

const readJournal = ({ fs, pathOf }: Pick<OpenFolder, "fs" | "pathOf">, folder: string) =>
  Effect.gen(function* () {
    const path = pathOf(journalName)
    if (!(yield* Effect.orElseSucceed(fs.exists(path), () => false))) return undefined
    const text = yield* Effect.mapError(fs.readFileString(path), ({ message }) => unreadable(folder, message))
    return yield* Effect.mapError(Schema.decode(PlanJournalJson)(text), (error) =>
      unreadable(folder, ParseResult.TreeFormatter.formatErrorSync(error))
    )
  })

type OpenFolder = Effect.Effect.Success<ReturnType<typeof openOutputFolder>>

/** Makes the folder and checks that it can be written. */
export const openPlanFiles = (
  folder: string
): Effect.Effect<PlanFiles, OutputNotWritable | PlanFolderUnusable, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const opened = yield* openOutputFolder(folder)
    const { fs, pathOf, remove, writeAll, writeWhole, writing } = opened
    const exists = (path: string) => Effect.orElseSucceed(fs.exists(path), () => false)
    const freeName = (name: string, number = 1): Effect.Effect<string> =>
      Effect.flatMap(exists(pathOf(`${name}-${number}`)), (taken) =>
        taken ? freeName(name, number + 1) : Effect.succeed(`${name}-${number}`)
      )
    return {
      found: yield* readJournal(opened, folder),
      begin: writing(remove(namesOfAll())),
      save: (journal) =>
        writing(
          Effect.flatMap(Effect.orDie(Schema.encode(PlanJournalJson)(journal)), (text) =>
            writeWhole(journalName, `${text}\n`)
          )
        ),
      pathOf: (phase) => pathOf(phase.folder),
      namesIn: (phase) =>
        Effect.map(
          Effect.orElseSucceed(fs.readDirectory(pathOf(phase.folder)), (): ReadonlyArray<string> => []),
          (names) => names.toSorted()
        ),
      setAside: (phase) =>
        Effect.gen(function* () {
          if (!(yield* exists(pathOf(phase.folder)))) return undefined
          const to = yield* freeName(`${phase.folder}.${phase.state === "failed" ? "failed" : "interrupted"}`)
          yield* writing(fs.rename(pathOf(phase.folder), pathOf(to)))
          return to
        }),
      document: ({ command, files, folder: phase }) =>
        Effect.gen(function* () {
          if (!isMeasured(command)) return undefined
          const { decode, name } = documents[command]
          if (!files.includes(name)) return undefined
          const read = Effect.flatMap(fs.readFileString(pathOf(`${phase}/${name}`)), decode)
          return yield* Effect.catchAll(read, ({ message }) =>
            Effect.as(
              Effect.logWarning(`${phase}/${name} cannot be read: ${excerpt(message, 500)}`),
              undefined
            )
          )
        }),
      report: ({ junit, markdown, report }) => {
        const files = [
          { name: "report.json", text: Effect.orDie(Schema.encode(PlanReportJson)(report)) },
          { name: "report.md", text: Effect.succeed(markdown) },
          ...(junit === undefined ? [] : [{ name: "junit.xml", text: Effect.succeed(junit) }]),
          { name: reportName, text: pageHtml({ _tag: "Plan", plan: report }) }
        ]
        return writeAll(files, ({ name, text }) =>
          Effect.flatMap(text, (written) => writeWhole(name, written))
        )
      }
    }
  })
