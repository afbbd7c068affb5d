/** Every result file, once: its name, and for those of a run when and how its text is made. */
import * as Effect from "effect/Effect"
import type { Measurements } from "../metrics/Recorder.ts"
import { exceptionsCsv, failuresCsv, statsCsv } from "./csv.ts"
import { junitXml } from "./junit.ts"
import { markdownReport } from "./markdown.ts"
import { pageHtml } from "./pageHtml.ts"
import type { MeasuredRun } from "../result/MeasuredRun.ts"
import { type Summary, summaryJson } from "../result/Summary.ts"

/** Values of `--out`. */
export type OutKind = "json" | "junit" | "markdown"

/** A run that has ended. */
export interface FinishedRun {
  readonly summary: Summary
  readonly measurements: Measurements
  /** All files in the folder. */
  readonly names: ReadonlyArray<string>
}

export interface ResultFile {
  readonly name: string
  /** Written only with this value of `--out`. */
  readonly onlyWith?: OutKind
  /** Its text at any time of a run. A file that grows during the run has neither this nor `text`. */
  readonly early?: (run: MeasuredRun) => Effect.Effect<string>
  /** Its text if it can only be made at the end. */
  readonly text?: (ended: FinishedRun) => Effect.Effect<string>
}

export const reportName = "report.html"
export const markdownName = "summary.md"

/** Each study names its document: `versus.json`. */
const studies = ["versus", "sweep", "capacity", "stress"] as const
export type StudyName = (typeof studies)[number]

export const documentName = (study: StudyName): string => `${study}.json`

/** Test types of the built-in scenarios. */
const testTypes = ["BATCH_VOLUME", "VOLUME", "READ", "PIPECLEAN", "CHANGE_QUERY"]

/** Written second by second. */
export const historyName = (testType: string): string => `${testType.toLowerCase()}_stats_history.csv`

/** Written request by request. */
export const samplesName = (testType: string): string => `${testType.toLowerCase()}_samples.jsonl`

/** @param testType names some of them: `BATCH_VOLUME` makes `batch_volume_stats.csv` */
export const filesOf = (testType: string): ReadonlyArray<ResultFile> => {
  const csv = (kind: string): string => `${testType.toLowerCase()}_${kind}.csv`
  return [
    {
      name: reportName,
      text: ({ names, summary }) =>
        pageHtml({ _tag: "Report", summary, files: names.filter((name) => name !== reportName) })
    },
    { name: "summary.json", early: ({ state }) => summaryJson(state) },
    {
      name: csv("stats"),
      early: ({ measurements, state }) => Effect.succeed(statsCsv(measurements, state.elapsedSeconds))
    },
    { name: csv("failures"), early: ({ measurements }) => Effect.succeed(failuresCsv(measurements)) },
    { name: csv("exceptions"), early: ({ measurements }) => Effect.succeed(exceptionsCsv(measurements)) },
    { name: historyName(testType) },
    { name: samplesName(testType), onlyWith: "json" },
    { name: "junit.xml", onlyWith: "junit", text: ({ summary }) => Effect.succeed(junitXml(summary)) },
    {
      name: markdownName,
      onlyWith: "markdown",
      text: ({ summary }) => Effect.succeed(markdownReport(summary))
    }
  ]
}

/**
 * All files that any command may have left in a folder. The next command removes them all, so that files of two commands
 * are never mixed.
 *
 * @param testType of the run, which may be that of a scenario from another program
 */
export const namesOfAll = (testType?: string): ReadonlyArray<string> => [
  ...new Set([
    ...[...testTypes, ...(testType === undefined ? [] : [testType])].flatMap(filesOf).map(({ name }) => name),
    ...studies.map(documentName)
  ])
]
