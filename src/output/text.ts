/** The report as people read it in a terminal: a table, what failed, and the sentence that counts. */
import type { Measurements } from "../metrics/Recorder.ts"
import { lateStartMillis } from "../metrics/Starts.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { caveatsOf } from "../result/caveats.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import { expectedFailuresNote, failureText, latencyNote } from "../result/sentences.ts"
import type { Summary } from "../result/Summary.ts"
import { measuredText } from "../result/thresholds.ts"
import { whyNotGood } from "../result/verdict.ts"

import { type Rows, table } from "./textTable.ts"

/** A head, a row for each request name, and one for all. */
export const requestRows = (summary: Summary): Rows => [
  ["request", "requests", "failed", "requests/s", "operations/s", "p50 ms", "p95 ms", "p99 ms", "max ms"],
  ...[...summary.byName, { ...summary, name: "total" }].map(({ latencyMs, name, operations, requests }) => [
    name,
    figure(requests.total),
    figure(requests.failed),
    figure(requests.perSecond),
    figure(operations.perSecond),
    ...[latencyMs?.p50, latencyMs?.p95, latencyMs?.p99, latencyMs?.max].map(figureOrNone)
  ])
]

/** How many kinds of failure are listed; the files have all of them. */
const maxFailures = 10

const failureLines = ({ failures }: Summary): ReadonlyArray<string> =>
  failures.length === 0
    ? []
    : [
        "",
        "failures",
        ...failures.slice(0, maxFailures).map((failure) => `  ${failureText(failure)}`),
        ...(failures.length > maxFailures ? [`  and ${failures.length - maxFailures} more kinds`] : [])
      ]

const thresholdLines = ({ thresholds }: Summary): ReadonlyArray<string> =>
  thresholds.length === 0
    ? []
    : [
        "",
        "thresholds",
        table(
          thresholds.map((verdict) => [
            `  ${verdict.expression}`,
            measuredText(verdict),
            verdict.passed ? "kept" : "not kept"
          ]),
          new Set([0, 2])
        )
      ]

/** @example shortly(0.033_333) // "0.0333": what one operation takes may be much less than one */
const shortly = (value: number): string =>
  value >= 10 ? figure(value) : String(Number(value.toPrecision(3)))

const orUnknown = (value: number | null, write: (value: number) => string): string =>
  value === null ? "unknown" : write(value)

/** A head, and a row for each figure: what the database did in all, and for each confirmed operation. */
export const databaseRows = ({ operations, perOperation, total }: DatabaseActivity): Rows => {
  const each = (value: number | null) => (operations === null ? "" : orUnknown(value, shortly))
  return [
    ["database", "in all", operations === null ? "" : "per operation"],
    ["commits", orUnknown(total.commits, figure), each(perOperation.commits)],
    ["log bytes", orUnknown(total.walBytes, figure), each(perOperation.walBytes)],
    ["log syncs", orUnknown(total.walSyncs, figure), each(perOperation.walSyncs)],
    ["rollbacks", orUnknown(total.rollbacks, figure), ""],
    ["deadlocks", orUnknown(total.deadlocks, figure), ""]
  ]
}

/** How many tables and waits are told in a sentence; `summary.json` has all of them. */
const maxNamed = 4

/** In sentences: the tables that changed most, what sessions waited for, and what is not known. */
export const databaseNotes = ({ missing, tables, waits }: DatabaseActivity): ReadonlyArray<string> => {
  const sentence = (start: string, parts: ReadonlyArray<string>, mark: string) =>
    parts.length === 0
      ? []
      : [
          `${start}: ${parts.slice(0, maxNamed).join(mark)}` +
            `${parts.length > maxNamed ? ` and ${parts.length - maxNamed} more` : ""}.`
        ]
  return [
    ...sentence(
      "Rows inserted, updated, deleted",
      tables.map(
        ({ name, rowsDeleted, rowsInserted, rowsUpdated }) =>
          `${name} ${[rowsInserted, rowsUpdated, rowsDeleted].map(figure).join(" / ")}`
      ),
      "; "
    ),
    ...sentence(
      "Sessions seen at work or waiting",
      waits.map(({ event, seen }) => `${event} ${figure(seen)}`),
      ", "
    ),
    ...missing.map((one) => `Not known of the database: ${one}.`)
  ]
}

const databaseLines = ({ database }: Summary): ReadonlyArray<string> =>
  database === null
    ? []
    : [
        "",
        table(databaseRows(database)),
        `PostgreSQL ${database.version}, database ${database.database}: all of its clients, and the log of the whole server.`,
        ...databaseNotes(database)
      ]

const generatorLines = ({ generator }: Summary): ReadonlyArray<string> => {
  if (generator === null) return []
  const { busy, cpuCores, gcPauses, loopDelayMs, openSockets, processorWait, rssBytes } = generator
  const health = [
    `${figure(cpuCores.mean)} cores`,
    `event loop ${(100 * busy.mean).toFixed(0)} % busy (at most ${(100 * busy.max).toFixed(0)} %)`,
    ...(processorWait === null
      ? []
      : [`waiting for a processor ${(100 * processorWait.mean).toFixed(0)} % of the time`]),
    `late by ${figure(loopDelayMs.p99)} ms (p99)`,
    `longest collection ${figure(gcPauses.maxMs)} ms`,
    ...(rssBytes === null ? [] : [`${figure(rssBytes / 1e6)} MB`]),
    `${figure(openSockets)} sockets`
  ]
  return [`Load generator: ${health.join(", ")}.`]
}

const lateStartLines = ({ starts }: Summary): ReadonlyArray<string> =>
  starts.late === 0
    ? []
    : [
        `${figure(starts.late)} of ${figure(starts.timed)} iterations that had a time began more than ` +
          `${lateStartMillis} ms after it, at most ${figure(starts.maxLateMs)} ms.`
      ]

/** What has to be told of operations that were sent and did not succeed. */
const lostOperations = ({ operations }: Summary): ReadonlyArray<string> => {
  const { refused, rolledBack, unknown } = operations
  if (refused + rolledBack + unknown === 0) return []
  const parts = [
    `${figure(rolledBack)} rolled back`,
    `${figure(refused)} refused or not reached`,
    `${figure(unknown)} without a verdict (they may have been committed)`
  ]
  return [`Not counted as succeeded: ${parts.join(", ")}.`]
}

/** In the open model: whether everything that was due was started. */
const arrivalLines = (summary: Summary): ReadonlyArray<string> =>
  summary.model === "closed" || summary.starts.dropped > 0
    ? []
    : [`All ${figure(summary.starts.timed)} iterations that were due were started.`]

const samplesLine = ({ samples }: Summary): ReadonlyArray<string> =>
  samples === null || samples.dropped > 0
    ? []
    : [`The samples file has a line for each of ${figure(samples.written)} requests.`]

/** The whole report, with the defects that came to light. */
export const textReport = (summary: Summary, defects: Measurements["defects"] = []): string => {
  const { elapsedSeconds, model, operations, requests, users } = summary
  const notGood = whyNotGood(summary)
  const expected = expectedFailuresNote(summary)
  return [
    `${summary.testType}  ${model === "open" ? `open model, at most ${figure(users)} under way` : plural(users, "user")}  ${figure(elapsedSeconds)} s`,
    "",
    table(requestRows(summary)),
    ...failureLines(summary),
    ...thresholdLines(summary),
    ...databaseLines(summary),
    "",
    ...(notGood === undefined ? [] : [notGood.sentence]),
    ...defects.map(({ count, message }) => `  ${figure(count)} x ${message}`),
    `${figure(operations.perSecond)} operations per second (${figure(operations.succeeded)} counted in the ` +
      `answers), in ${figure(requests.perSecond)} requests per second.`,
    ...lostOperations(summary),
    ...(expected === undefined ? [] : [expected]),
    ...samplesLine(summary),
    ...arrivalLines(summary),
    latencyNote(summary),
    ...lateStartLines(summary),
    ...generatorLines(summary),
    ...caveatsOf(summary).map(({ sentence }) => sentence)
  ].join("\n")
}
