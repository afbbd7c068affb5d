/** The report of a run for the terminal: a table, the failures, and the result in sentences. */
import type { Measurements } from "../metrics/Recorder.ts"
import { lateStartMillis } from "../metrics/Starts.ts"
import { othersText } from "../metrics/OtherPrograms.ts"
import { agentNotes, agentRows, agentTexts } from "../result/agentsText.ts"
import { caveatsOf, othersOfRun } from "../result/caveats.ts"
import type { Latency } from "../result/Figures.ts"
import { worksOf } from "../result/kindsOfWork.ts"
import { driftNote, driftRows, driftSentence } from "../result/driftText.ts"
import { findingTable } from "../result/Findings.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import { outcomeRows } from "../result/outcomeRows.ts"
import {
  expectedFailuresNote,
  failureText,
  fixedWorkNotes,
  latencyNote,
  noThroughputNote,
  workRates,
  tooShortNote,
  warmUpNotes
} from "../result/sentences.ts"
import { endedInWarmUp, hasThroughput, rateText } from "../result/throughput.ts"
import type { Summary } from "../result/Summary.ts"
import { measuredText } from "../result/thresholds.ts"
import { limitedFailure, runFailure } from "../result/verdict.ts"
import { databaseLines } from "./databaseText.ts"
import { processLines } from "./processText.ts"
import { type Rows, table } from "./textTable.ts"

const latencyCells = (latency: Latency | null): ReadonlyArray<string> =>
  [latency?.p50, latency?.p95, latency?.p99, latency?.max].map(figureOrNone)

/** PIPECLEAN has a table of resources in place of hundreds of names with a request or two. */
const namesOf = ({ byName, pipeclean }: Summary): Summary["byName"] => (pipeclean === null ? byName : [])

/** A header, a row per request name, and a total; where requests failed, the latencies by outcome below their row. */
export const requestRows = (summary: Summary): Rows => [
  [
    "request",
    "requests",
    "failed",
    "requests/s",
    ...worksOf(summary).map((work) => `${work}/s`),
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "max ms"
  ],
  ...[...namesOf(summary), { ...summary, name: "total" }].flatMap((row) => [
    [
      row.name,
      figure(row.requests.total),
      figure(row.requests.failed),
      rateText(row.requests.perSecond, summary),
      ...worksOf(summary).map((work) => rateText(row[work].perSecond, summary)),
      ...latencyCells(row.latencyMs)
    ],
    ...outcomeRows(row).map(({ latencyMs, name, requests }) => [
      `  ${name}`,
      figure(requests),
      "",
      "",
      ...worksOf(summary).map(() => ""),
      ...latencyCells(latencyMs)
    ])
  ])
]

/** Kinds of failure listed; the files have all of them. */
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

const findingLines = (summary: Summary): ReadonlyArray<string> => {
  const findings = findingTable(summary)
  return findings === undefined
    ? []
    : ["", table([findings.head, ...findings.rows], findings.texts), "", findings.sentence]
}

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

/** Whether a caveat names the other programs. */
const areOthersNamed = (summary: Summary): boolean =>
  summary.generator?.limitedBy === "machine" || caveatsOf(summary).some(({ kind }) => kind === "shared")

const driftLines = ({ drift }: Summary): ReadonlyArray<string> =>
  drift === null ? [] : ["", table(driftRows(drift), new Set([0, 5]))]

/** A drift is a caveat. */
const noDriftLines = ({ drift }: Summary): ReadonlyArray<string> =>
  drift === null || driftSentence(drift) !== undefined ? [] : [driftNote(drift)]

const generatorLines = (summary: Summary): ReadonlyArray<string> => {
  const { generator } = summary
  if (generator === null) return []
  const { busy, cpuCores, gcPauses, loopDelayMs, openSockets, processorWait, rssBytes } = generator
  const health = [
    `${figure(cpuCores.mean)} cores`,
    `event loop ${(100 * busy.mean).toFixed(0)} % busy (max ${(100 * busy.max).toFixed(0)} %)`,
    ...(processorWait === null
      ? []
      : [`waiting for a processor ${(100 * processorWait.mean).toFixed(0)} % of the time`]),
    `timers late by ${figure(loopDelayMs.p99)} ms (p99)`,
    `longest GC pause ${figure(gcPauses.maxMs)} ms`,
    ...(rssBytes === null ? [] : [`${figure(rssBytes / 1e6)} MB`]),
    `${figure(openSockets)} sockets`
  ]
  const others = othersOfRun(generator)
  const othersLine = others === null ? [] : [`Other programs: ${othersText(others)}.`]
  return [
    `Load generator: ${health.join(", ")}.`,
    ...(areOthersNamed(summary) ? [] : othersLine),
    ...(generator.tooShort ? [tooShortNote] : [])
  ]
}

const agentLines = ({ agents }: Summary): ReadonlyArray<string> =>
  agents === null ? [] : ["", table(agentRows(agents), agentTexts), ...agentNotes(agents)]

const lateStartLines = ({ starts }: Summary): ReadonlyArray<string> =>
  starts.late === 0
    ? []
    : [
        `${figure(starts.late)} of ${figure(starts.timed)} scheduled iterations started more than ` +
          `${lateStartMillis} ms late (max ${figure(starts.maxLateMs)} ms).`
      ]

/** Operations that were sent and did not succeed. */
const lostOperations = ({ operations }: Summary): ReadonlyArray<string> => {
  const { refused, rolledBack, unknown } = operations
  if (refused + rolledBack + unknown === 0) return []
  const parts = [
    `${figure(rolledBack)} rolled back`,
    `${figure(refused)} refused or not reached`,
    `${figure(unknown)} without a verdict (they may have been committed)`
  ]
  return [`Operations that did not succeed: ${parts.join(", ")}.`]
}

/** Open model: every scheduled iteration was started. */
const arrivalLines = (summary: Summary): ReadonlyArray<string> =>
  summary.model === "closed" || summary.starts.dropped > 0
    ? []
    : [`All ${figure(summary.starts.timed)} scheduled iterations were started.`]

const samplesLine = ({ samples }: Summary): ReadonlyArray<string> =>
  samples === null || samples.dropped > 0
    ? []
    : [`The samples file has a line for each of the ${figure(samples.written)} requests.`]

/** Empty for a run that ended in its warm-up, whose note says that nothing was measured. */
const throughputLines = (summary: Summary): ReadonlyArray<string> => {
  const { requests } = summary
  if (endedInWarmUp(summary)) return []
  return hasThroughput(summary)
    ? [
        `${workRates(summary, " confirmed in responses").join(", ")}, ${figure(requests.perSecond)} requests per second.`
      ]
    : [noThroughputNote(summary)]
}

/** The whole report, with the defects of this program that occurred. */
export const textReport = (summary: Summary, defects: Measurements["defects"] = []): string => {
  const { elapsedSeconds, model, users } = summary
  const failed = runFailure(summary)
  const limited = limitedFailure(summary)
  const expected = expectedFailuresNote(summary)
  return [
    `${summary.testType}  ${model === "open" ? `open model, max ${figure(users)} in flight` : plural(users, "user")}  ${figure(elapsedSeconds)} s`,
    "",
    table(requestRows(summary)),
    ...findingLines(summary),
    ...failureLines(summary),
    ...thresholdLines(summary),
    ...databaseLines(summary),
    ...processLines(summary),
    ...agentLines(summary),
    ...driftLines(summary),
    "",
    ...(failed === undefined ? [] : [failed.sentence]),
    ...(limited === undefined ? [] : [limited]),
    ...defects.map(({ count, message }) => `  ${figure(count)} x ${message}`),
    ...fixedWorkNotes(summary),
    ...throughputLines(summary),
    ...lostOperations(summary),
    ...(expected === undefined ? [] : [expected]),
    ...samplesLine(summary),
    ...arrivalLines(summary),
    ...(endedInWarmUp(summary) ? [] : [latencyNote(summary)]),
    ...warmUpNotes(summary),
    ...lateStartLines(summary),
    ...generatorLines(summary),
    ...noDriftLines(summary),
    ...caveatsOf(summary).map(({ sentence }) => sentence)
  ].join("\n")
}
