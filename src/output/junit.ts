/**
 * `junit.xml`: the run as test cases, for Jenkins, GitLab, GitHub and other readers of JUnit files.
 *
 * - suite `run`, one case: fails when the run ended early, or too many of its requests failed
 * - suite `requests`, a case per request name: fails when no request of that name succeeded; its time is the mean latency of
 *   those that did, of all if none did;
 *   a planned name without a request is skipped
 * - suite `generator`, one case with `--failOnLimited`: fails when the load generator was the bottleneck; skipped when the
 *   run was too short to tell or the generator was not observed
 * - suite `agents`, one case with `--agents`: fails when an agent was lost
 * - suite `resources`, a case per resource of PIPECLEAN: fails with its step; skipped when it was not tried
 * - suite `changes`, a case per resource of CHANGE_QUERY: fails when its changes could not all be read
 * - suite `thresholds`, a case per threshold: fails when it was not kept
 *
 * @see https://github.com/jenkinsci/xunit-plugin `jenkins-junit.xsd`, https://github.com/testmoapp/junitxml
 */
import { agentNotes, lossSentence } from "../result/agentsText.ts"
import { caveatsOf } from "../result/caveats.ts"
import type { Latency } from "../result/Figures.ts"
import { hasReads } from "../result/kindsOfWork.ts"
import type { Summary } from "../result/Summary.ts"
import { figure, figureOrNone } from "../result/numberFormat.ts"
import { outcomeRows } from "../result/outcomeRows.ts"
import {
  failureText,
  fixedWorkNotes,
  noThroughputNote,
  tooShortNote,
  warmUpNotes,
  workRates
} from "../result/sentences.ts"
import { endedInWarmUp, hasThroughput, rateText } from "../result/throughput.ts"
import { measuredText } from "../result/thresholds.ts"
import { limitedFailure, runFailure } from "../result/verdict.ts"
import { type Case, changesCases, verdictCases } from "./junitFindings.ts"

/** Characters that XML 1.0 cannot represent, not even escaped: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const forbidden =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;"
}

/** For text and attributes; a character that XML forbids becomes U+FFFD. */
const escaped = (text: string): string =>
  text.replaceAll(forbidden, "\ufffd").replaceAll(/[&<>"\t\n\r]/g, (character) => entities[character] ?? "")

type Attributes = Readonly<Record<string, string | number>>

const element = (name: string, attributes: Attributes, children: ReadonlyArray<string> = []): string => {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`)
  ].join(" ")
  if (children.length === 0) return `<${start}/>`
  return `<${start}>\n${children.map((child) => `  ${child.replaceAll("\n", "\n  ")}`).join("\n")}\n</${name}>`
}

/** Cases that belong together. */
export interface Suite {
  readonly name: string
  readonly seconds: number
  readonly cases: ReadonlyArray<Case>
  readonly properties?: Attributes
}

const textElement = (name: string, attributes: Attributes, lines: ReadonlyArray<string>): string => {
  const empty = element(name, attributes)
  return lines.length === 0 ? empty : `${empty.slice(0, -2)}>${escaped(lines.join("\n"))}</${name}>`
}

const caseXml = (
  testType: string,
  suite: string,
  { failure, name, notes = [], seconds, skipped }: Case
): string =>
  element("testcase", { name, classname: `${testType}.${suite}`, time: seconds.toFixed(3) }, [
    ...(failure === undefined
      ? []
      : [textElement("failure", { message: failure.message, type: failure.type }, failure.details)]),
    ...(skipped === undefined ? [] : [element("skipped", { message: skipped })]),
    ...(notes.length === 0 ? [] : [textElement("system-out", {}, notes)])
  ])

const failuresIn = (suites: ReadonlyArray<Suite>): number =>
  suites.flatMap(({ cases }) => cases).filter(({ failure }) => failure !== undefined).length

const testsIn = (suites: ReadonlyArray<Suite>): number => suites.flatMap(({ cases }) => cases).length

/** What all suites of a file belong to. */
type Owner = Pick<Summary, "elapsedSeconds" | "startedAt" | "testType">

const suiteXml = ({ startedAt, testType }: Owner, suite: Suite): string => {
  const { cases, name, properties = {}, seconds } = suite
  const attributes = {
    name: `${testType}.${name}`,
    tests: cases.length,
    failures: failuresIn([suite]),
    errors: 0,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
    time: seconds.toFixed(3),
    // Without fraction and zone, which the schemas do not have; it is UTC.
    timestamp: startedAt.replace(/\.\d+Z$|Z$/, "")
  }
  const given = Object.entries(properties).map(([key, value]) => element("property", { name: key, value }))
  return element("testsuite", attributes, [
    ...(given.length === 0 ? [] : [element("properties", {}, given)]),
    ...cases.map((each) => caseXml(testType, name, each))
  ])
}

/** The throughput, or why there is none. */
const throughputNotes = (summary: Summary): ReadonlyArray<string> => {
  const { requests } = summary
  if (endedInWarmUp(summary)) return warmUpNotes(summary)
  return hasThroughput(summary)
    ? [
        `${workRates(summary).join(", ")}, ` +
          `${figure(requests.perSecond)} requests per second (${figure(requests.total)})`
      ]
    : [noThroughputNote(summary)]
}

const runSuite = (summary: Summary): Suite => {
  const { config, elapsedSeconds, failures } = summary
  const failed = runFailure(summary)
  const settings = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "object" ? JSON.stringify(value) : String(value)
  ])
  return {
    name: "run",
    seconds: elapsedSeconds,
    properties: Object.fromEntries(settings),
    cases: [
      {
        name: "run completed",
        seconds: elapsedSeconds,
        ...(failed === undefined
          ? {}
          : {
              failure: {
                type: failed.by,
                message: failed.sentence,
                details: failures.map(failureText)
              }
            }),
        notes: [
          ...fixedWorkNotes(summary),
          ...throughputNotes(summary),
          ...caveatsOf(summary).map(({ sentence }) => sentence)
        ]
      }
    ]
  }
}

const notMeasured = "the run ended before a request of this name was sent"

const requestCase = (summary: Summary, row: Summary["byName"][number]): Case => {
  const { latencyMs, method, name, operations, requests, rows } = row
  const percentiles = (latency: Latency | null) =>
    `p50 ${figureOrNone(latency?.p50)} ms, p95 ${figureOrNone(latency?.p95)} ms, p99 ${figureOrNone(latency?.p99)} ms`
  const own = summary.failures.filter((failure) => failure.name === name).map(failureText)
  const work = hasReads({ byName: [{ method }] })
    ? `${rateText(rows.perSecond, summary)} rows per second`
    : `${rateText(operations.perSecond, summary)} operations per second`
  const figures = [
    `${figure(requests.total)} requests, ${figure(requests.failed)} failed, ` +
      `${work}, ${percentiles(latencyMs)}`,
    ...outcomeRows(row).map((of) => `${of.name}: ${figure(of.requests)}, ${percentiles(of.latencyMs)}`)
  ]
  const timed = row.byOutcome?.succeeded.latencyMs ?? latencyMs
  // The time of a case has to be a number.
  const base = { name, seconds: (timed?.mean ?? 0) / 1000 }
  return requests.failed < requests.total
    ? { ...base, notes: [...figures, ...own] }
    : {
        ...base,
        notes: figures,
        failure: {
          type: "noSuccess",
          message: `none of ${figure(requests.total)} requests succeeded`,
          details: own
        }
      }
}

/** Measured names, then planned ones without a request. */
const requestCases = (summary: Summary): ReadonlyArray<Case> => {
  const measured = new Set(summary.byName.map(({ name }) => name))
  return [
    ...summary.byName.map((row) => requestCase(summary, row)),
    ...[...new Set(summary.requestNames)]
      .filter((name) => !measured.has(name))
      .map((name) => ({ name, seconds: 0, skipped: notMeasured }))
  ]
}

const thresholdCase = (verdict: Summary["thresholds"][number]): Case => ({
  name: verdict.expression,
  seconds: 0,
  ...(verdict.passed
    ? { notes: [`measured: ${measuredText(verdict)}`] }
    : { failure: { type: "threshold", message: `measured: ${measuredText(verdict)}`, details: [] } })
})

const notObserved = "the load generator was not observed"

/** Empty without `--failOnLimited`. */
const generatorCases = (summary: Summary): ReadonlyArray<Case> => {
  const { failOnLimited, generator } = summary
  if (!failOnLimited) return []
  const message = limitedFailure(summary)
  const unknown = generator === null ? notObserved : generator.tooShort ? tooShortNote : undefined
  return [
    {
      name: "load generator not limited",
      seconds: 0,
      ...(unknown === undefined ? {} : { skipped: unknown }),
      ...(message === undefined
        ? {}
        : { failure: { type: "limited", message, details: generator?.reasons ?? [] } })
    }
  ]
}

/** Empty without agents. */
const agentCases = ({ agents }: Summary): ReadonlyArray<Case> => {
  if (agents === null) return []
  const message = lossSentence(agents)
  return [
    {
      name: "no agent lost",
      seconds: 0,
      notes: agentNotes(agents),
      ...(message === undefined ? {} : { failure: { type: "agentLost", message, details: [] } })
    }
  ]
}

/** A file of suites. */
export const junitDocument = (owner: Owner, suites: ReadonlyArray<Suite>): string => {
  const xml = element(
    "testsuites",
    {
      name: `edfi-perf ${owner.testType}`,
      tests: testsIn(suites),
      failures: failuresIn(suites),
      errors: 0,
      time: owner.elapsedSeconds.toFixed(3)
    },
    suites.map((suite) => suiteXml(owner, suite))
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`
}

/** The text of `junit.xml` of a run. */
export const junitXml = (summary: Summary): string => {
  const { elapsedSeconds, thresholds } = summary
  const all: ReadonlyArray<Suite> = [
    runSuite(summary),
    { name: "requests", seconds: elapsedSeconds, cases: requestCases(summary) },
    { name: "resources", seconds: 0, cases: verdictCases(summary) },
    { name: "changes", seconds: elapsedSeconds, cases: changesCases(summary) },
    { name: "generator", seconds: 0, cases: generatorCases(summary) },
    { name: "agents", seconds: 0, cases: agentCases(summary) },
    { name: "thresholds", seconds: 0, cases: thresholds.map(thresholdCase) }
  ]
  return junitDocument(
    summary,
    all.filter(({ cases }) => cases.length > 0)
  )
}
