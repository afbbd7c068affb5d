/** Sentences about a run that several outputs use. */
import { figure } from "./numberFormat.ts"
import type { RunState, Summary } from "./Summary.ts"

/** `12 x students-batch-10, rolledBack: operation 3 (create students) failed with 409 ...` */
export const failureText = ({ count, example, kind, name }: Summary["failures"][number]): string =>
  `${figure(count)} x ${name}, ${kind}: ${example}`

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

/** Without it, percentiles are read as what somebody waited. */
export const closedModelNote =
  "Latency is the service time of whole requests; users wait for their answer before they send again, so waiting that a slow server causes is not in it."
