/** Sentences about a run that several outputs use. */
import { figure } from "./numberFormat.ts"
import type { RunState, Summary } from "./Summary.ts"

/** `12 x students-batch-10, rolledBack: operation 3 (create students) failed with 409 ...` */
export const failureText = ({ count, example, kind, name }: Summary["failures"][number]): string =>
  `${figure(count)} x ${name}, ${kind}: ${example}`

/** Requests that were refused on purpose. */
export const expectedFailuresNote = ({ requests }: Pick<Summary, "requests">): string | undefined =>
  requests.expectedFailures === 0
    ? undefined
    : `Deliberate failures: ${figure(requests.expectedFailures)} of the requests were refused as intended; they count ` +
      "neither as operations nor as failures."

/** In place of a throughput. @example "Debug mode: no throughput. 60 operations confirmed in responses, 2 requests." */
export const noThroughputNote = ({
  operations,
  requests
}: Pick<Summary, "operations" | "requests">): string =>
  `Debug mode: no throughput. ${figure(operations.succeeded)} operations confirmed in responses, ` +
  `${figure(requests.total)} requests.`

/** The verdict on the load generator of a short run. */
export const tooShortNote =
  "Too short to tell whether the load generator was the bottleneck: less than 5 s of load were observed."

/** An iteration has several requests, and only the first has a due time: totals dilute its waiting. */
const onlyFirstWaits =
  " Only the first request of an iteration, the POST, can be late; each of the others is due when the response before " +
  "it has arrived. Judge the POST rows (POST /data/ed-fi/students.latency.p95), not the totals."

/** Without it, readers take percentiles for the time that a user waits. */
export const closedModelNote =
  "Latency is the service time of whole requests, from sending to the last byte of the response. Users wait for each " +
  "response before they send again, so waiting that a slow server causes is not included."

/** What latency means in the model of the run. */
export const latencyNote = ({
  model,
  serviceMs,
  testType
}: Pick<RunState, "model" | "serviceMs" | "testType">): string => {
  if (model === "closed") return closedModelNote
  const service =
    serviceMs === null
      ? ""
      : ` Service time, from sending to the last byte: p50 ${figure(serviceMs.p50)} ms, ` +
        `p95 ${figure(serviceMs.p95)} ms, p99 ${figure(serviceMs.p99)} ms.`
  return (
    "Latency is the response time of whole requests, from the time at which each was due to the last byte of the " +
    `response, so waiting that a slow server causes is included.${testType === "VOLUME" ? onlyFirstWaits : ""}${service}`
  )
}
