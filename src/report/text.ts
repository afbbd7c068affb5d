/** The report as people read it in a terminal: a table, what failed, and the sentence that counts. */
import type { Measurements, Slice } from "../metrics/Recorder.ts"
import { lateStartMillis } from "../metrics/Starts.ts"
import type { DatabaseActivity } from "./Database.ts"
import { doubtsOf } from "./doubts.ts"
import type { RunState, Summary } from "./Summary.ts"
import { measuredText } from "./thresholds.ts"
import { whyNotGood } from "./verdict.ts"

/** `1,234,567`; one decimal below 100, two below 10. */
export const figure = (value: number): string => {
  const digits = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toFixed(digits).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",")
}

/** A figure, or `-` if nothing was measured. */
export const figureOrNone = (value: number | null | undefined): string =>
  value === null || value === undefined ? "-" : figure(value)

/** @example plural(1, "point") // "1 point", plural(2, "point") // "2 points" */
export const plural = (count: number, one: string): string =>
  `${figure(count)} ${one}${count === 1 ? "" : "s"}`

/** To the nearest second. @example clock(75) // "1:15", clock(3675) // "1:01:15" */
export const clock = (seconds: number): string => {
  const whole = Math.round(Math.max(0, seconds))
  const two = (value: number) => String(value).padStart(2, "0")
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/**
 * One line of a run under way; rates and p95 describe the last ten seconds, failures everything so far.
 *
 * @param duePerSecond in the open model: what is to be started now
 */
export const progressLine = (
  { elapsedSeconds, point, starts, total, users }: Slice,
  runSeconds: number,
  duePerSecond?: number
): string => {
  const { recent, sofar } = total
  const [p95 = 0] = recent.latencies.percentiles([95])
  const latency = recent.latencies.count === 0 ? "-" : `${figure(p95 / 1000)} ms`
  return [
    `${clock(elapsedSeconds)} / ${clock(runSeconds)}`,
    ...(duePerSecond === undefined
      ? [plural(users, "user")]
      : [`${figure(duePerSecond)} /s due`, `${figure(users)} under way`]),
    `${figure(recent.requestsPerSecond)} requests/s`,
    `${figure(recent.operationsPerSecond)} operations/s`,
    `p95 ${latency}`,
    plural(sofar.failures, "failure"),
    ...(duePerSecond === undefined ? [] : [`${figure(starts.dropped)} dropped`]),
    ...(point.generator?.limited === true ? ["generator at its limit"] : [])
  ].join("  ")
}

/**
 * One line of a study under way; the rate describes the last ten seconds of the load.
 *
 * @param label where the study is: `BATCH_VOLUME, slice 3 of 12`
 * @param timeLeft `1:15`
 */
export const studyProgressLine = (label: string, { point, total, users }: Slice, timeLeft: string): string =>
  [
    label,
    // At its very end a load has none.
    ...(users === 0 ? [] : [`${figure(users)} at once`]),
    `${figure(total.recent.operationsPerSecond)} operations/s`,
    ...(total.sofar.failures === 0 ? [] : [plural(total.sofar.failures, "failure")]),
    `${timeLeft} left`,
    ...(point.generator?.limited === true ? ["generator at its limit"] : [])
  ].join("  ")

export type Rows = ReadonlyArray<ReadonlyArray<string>>

/** Columns as wide as they need; figures stand right, and so does all but the first unless other columns are told. */
export const table = (rows: Rows, texts: ReadonlySet<number> = new Set([0])): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length))
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          texts.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
        )
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

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
const mostFailures = 10

/** `12 x students-batch-10, rolledBack: operation 3 (create students) failed with 409 ...` */
export const failureText = ({ count, example, kind, name }: Summary["failures"][number]): string =>
  `${figure(count)} x ${name}, ${kind}: ${example}`

const failureLines = ({ failures }: Summary): ReadonlyArray<string> =>
  failures.length === 0
    ? []
    : [
        "",
        "failures",
        ...failures.slice(0, mostFailures).map((failure) => `  ${failureText(failure)}`),
        ...(failures.length > mostFailures ? [`  and ${failures.length - mostFailures} more kinds`] : [])
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
const mostNamed = 4

/** In sentences: the tables that changed most, what sessions waited for, and what is not known. */
export const databaseNotes = ({ missing, tables, waits }: DatabaseActivity): ReadonlyArray<string> => {
  const sentence = (start: string, parts: ReadonlyArray<string>, mark: string) =>
    parts.length === 0
      ? []
      : [
          `${start}: ${parts.slice(0, mostNamed).join(mark)}` +
            `${parts.length > mostNamed ? ` and ${parts.length - mostNamed} more` : ""}.`
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

/** What has to be told of requests that made no operation and are no failures. */
export const expectedFailuresNote = ({ requests }: Pick<Summary, "requests">): string | undefined =>
  requests.expectedFailures === 0
    ? undefined
    : `Deliberate failures: ${figure(requests.expectedFailures)} of the requests were refused as they were meant ` +
      "to be, which makes no operation and is no failure."

/** Its iterations are several requests, of which one is due at a time of its own: figures of all dilute the waiting. */
const onlyFirstWaits =
  " Only the first request of an iteration can wait, the POST; the others are due when the one before is answered. Judge " +
  "the rows of POST (POST /data/ed-fi/students.latency.p95), not those of all requests together."

/** Without it, percentiles of the closed model are read as what a user waited, and those of the open one as service times. */
export const latencyNote = ({
  model,
  serviceMs,
  testType
}: Pick<RunState, "model" | "serviceMs" | "testType">): string => {
  if (model === "closed") {
    return (
      "Latency is that of whole requests, from sending to the last byte; users wait for their answer before they " +
      "send again, so waiting that a slow server causes is not in it."
    )
  }
  const service =
    serviceMs === null
      ? ""
      : ` From sending to the last byte alone (service time): p50 ${figure(serviceMs.p50)} ms, ` +
        `p95 ${figure(serviceMs.p95)} ms, p99 ${figure(serviceMs.p99)} ms.`
  return (
    "Latency is the response time of whole requests, from the time at which each was due to the last byte, so " +
    `waiting that a slow server causes is in it.${testType === "VOLUME" ? onlyFirstWaits : ""}${service}`
  )
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
    ...doubtsOf(summary).map(({ sentence }) => sentence)
  ].join("\n")
}
