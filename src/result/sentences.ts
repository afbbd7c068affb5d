/** Sentences about a run that several outputs use. */
import { workCount, worksOf } from "./kindsOfWork.ts"
import { clock, figure, plural } from "./numberFormat.ts"
import type { RunState, Summary } from "./Summary.ts"

/** `12 x students-batch-10, rolledBack: operation 3 (create students) failed with 409 ...` */
export const failureText = ({ count, example, kind, name }: Summary["failures"][number]): string =>
  `${figure(count)} x ${name}, ${kind}: ${example}`

/** The requests of the warm-up, which the figures do not include; empty without one. */
export const warmUpNotes = ({
  database,
  warmUp
}: Pick<RunState, "database" | "warmUp">): ReadonlyArray<string> => {
  if (warmUp === null) return []
  const { cutShort, dropped, requests, seconds } = warmUp
  const counts = [
    `${figure(seconds)} s`,
    plural(requests.total, "request"),
    `${figure(requests.failed)} failed`,
    ...(dropped === 0 ? [] : [`${plural(dropped, "iteration")} dropped`])
  ]
  const result = cutShort ? "nothing was measured" : "not in the figures"
  const [mostFrequent] = warmUp.failures
  return [
    `Warm-up: ${counts.join(", ")}; ${result}${database === null ? "" : ", except those of the database"}.`,
    ...(mostFrequent === undefined
      ? []
      : [`Most frequent failure of the warm-up: ${failureText(mostFrequent)}`])
  ]
}

/** @example "4.25 s", "1:23" */
const durationText = (seconds: number): string => (seconds < 60 ? `${figure(seconds)} s` : clock(seconds))

/**
 * The result of a load of a number of records; empty without one.
 *
 * @example ["50,000 records in 1:23 (602 records/s); 50,000 are there, and up to 30 more, whose requests had no verdict."]
 * @example ["100 records in 2.1 s (47.6 records/s); 200 documents (with new parents and companions) are there."]
 * @example ["20,000 of 50,000 records in 33.2 s (602 records/s); none is there."]
 */
export const fixedWorkNotes = ({
  elapsedSeconds,
  fixedWork
}: Pick<RunState, "elapsedSeconds" | "fixedWork">): ReadonlyArray<string> => {
  if (fixedWork === null) return []
  const { documentsPerRecord, judged, maybeFewer, maybeMore, perSecond, planned, there } = fixedWork
  const hasParents = documentsPerRecord !== undefined && there !== 0
  const what = hasParents
    ? ` ${there === 1 ? "document" : "documents"} (with new parents and companions)`
    : ""
  const of = judged === planned ? "" : `${figure(judged)} of `
  const doubts = [
    ...(maybeMore === 0 ? [] : [`, and up to ${figure(maybeMore)} more, whose requests had no verdict`]),
    ...(maybeFewer === 0 ? [] : [`, or up to ${figure(maybeFewer)} fewer, whose deletes had no verdict`])
  ]
  return [
    `${of}${plural(planned, "record")} in ${durationText(elapsedSeconds)} (${figure(perSecond)} records/s); ` +
      `${there === 0 ? "none is" : `${figure(there)}${what} ${there === 1 ? "is" : "are"}`} there${doubts.join("")}.`
  ]
}

/** Requests that were refused on purpose. */
export const expectedFailuresNote = ({ requests }: Pick<Summary, "requests">): string | undefined =>
  requests.expectedFailures === 0
    ? undefined
    : `Deliberate failures: ${figure(requests.expectedFailures)} of the requests were refused as intended; they count ` +
      "neither as operations nor as failures."

/**
 * The throughput of operations and rows, as far as the run has any.
 *
 * @param confirmed follows the number of operations
 * @example ["60 operations per second (600 confirmed in responses)", "2,500 rows per second (25,000 read)"]
 */
export const workRates = (
  run: Pick<RunState, "byName" | "operations" | "rows">,
  confirmed = ""
): ReadonlyArray<string> =>
  worksOf(run).map((work) => {
    const counted = `${figure(workCount(run, work))}${work === "rows" ? " read" : confirmed}`
    return `${figure(run[work].perSecond)} ${work} per second (${counted})`
  })

/** The operations and rows of a run without a throughput. @example ["60 operations confirmed in responses"] */
export const workCounts = (run: Pick<RunState, "byName" | "operations" | "rows">): ReadonlyArray<string> =>
  worksOf(run).map(
    (work) => `${figure(workCount(run, work))} ${work} ${work === "rows" ? "read" : "confirmed in responses"}`
  )

/** In place of a throughput. @example "Debug mode: no throughput. 60 operations confirmed in responses, 2 requests." */
export const noThroughputNote = (run: Pick<Summary, "byName" | "operations" | "requests" | "rows">): string =>
  `Debug mode: no throughput. ${workCounts(run).join(", ")}, ${figure(run.requests.total)} requests.`

/** In place of a verdict on the load generator, for a short run. */
export const tooShortNote =
  "Too short to tell whether the load generator was the bottleneck: that takes 5 s of load, after a warm-up 2 s."

/** An iteration has several requests, and only the first has a due time: totals dilute its waiting. */
const onlyFirstWaits =
  " Only the first request of an iteration, the POST, can be late; each of the others is due when the response before " +
  "it has arrived. Judge the POST rows (POST /data/ed-fi/students.latency.p95), not the totals."

/** Without it, readers take percentiles for the time that a user waits. */
const closedModelNote =
  "Latency is the service time of whole requests, from sending to the last byte of the response. Users wait for each " +
  "response before they send again, so waiting that a slow server causes is not included."

/** The latencies of a study in which requests failed. */
export const succeededNote = "Where requests failed, the latencies are those of the succeeded ones."

/**
 * How to read the latencies of a study.
 *
 * @param failed whether a request failed
 * @param note what latency means in it
 */
export const studyLatencyNote = (failed: boolean, note = closedModelNote): string =>
  failed ? `${note} ${succeededNote}` : note

/** The service times of an open run; if requests failed, those of the succeeded ones. */
const serviceTimes = ({ byOutcome, serviceMs }: Pick<RunState, "byOutcome" | "serviceMs">): string => {
  const shown = byOutcome === null ? serviceMs : byOutcome.succeeded.serviceMs
  if (shown === null) return ""
  return (
    ` Service time${byOutcome === null ? "" : " of succeeded requests"}, from sending to the last byte: ` +
    `p50 ${figure(shown.p50)} ms, p95 ${figure(shown.p95)} ms, p99 ${figure(shown.p99)} ms.`
  )
}

/** What latency means in the model of the run. */
export const latencyNote = (
  run: Pick<RunState, "byOutcome" | "model" | "serviceMs" | "testType">
): string => {
  if (run.model === "closed") return closedModelNote
  return (
    "Latency is the response time of whole requests, from the time at which each was due to the last byte of the " +
    `response, so waiting that a slow server causes is included.${run.testType === "VOLUME" ? onlyFirstWaits : ""}` +
    serviceTimes(run)
  )
}
