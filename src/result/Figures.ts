/** The figures of one kind of request, or of all requests, as in `summary.json`. */
import * as Schema from "effect/Schema"
import type { Latencies } from "../metrics/Histogram.ts"
import { countOf } from "../domain/Sample.ts"
import type { Measured } from "../metrics/Recorder.ts"
import { millis, rounded } from "../metrics/rounded.ts"

const Requests = Schema.Struct({
  /** All requests: succeeded, failed, and refused as intended. */
  total: Schema.NonNegativeInt,
  failed: Schema.NonNegativeInt,
  /** Refused as intended (`--failDeliberately`); included in `total`, not in `failed`. */
  expectedFailures: Schema.optionalWith(Schema.NonNegativeInt, { default: () => 0 }),
  /** 0 in debug mode, which has no throughput. */
  perSecond: Schema.NonNegative
})

const Operations = Schema.Struct({
  /** Confirmed individually by the server in a complete response. */
  succeeded: Schema.NonNegativeInt,
  /** In batches that the server rolled back. */
  rolledBack: Schema.NonNegativeInt,
  /** In requests that the server refused before it ran any, or that never reached it (no connection). */
  refused: Schema.NonNegativeInt,
  /** In requests without a verdict (reset, timeout, 5xx, unreadable): they may have been committed. */
  unknown: Schema.NonNegativeInt,
  /** Succeeded operations; 0 in debug mode, which has no throughput. */
  perSecond: Schema.NonNegative,
  /** Succeeded operations. */
  byOp: Schema.Struct({
    create: Schema.NonNegativeInt,
    update: Schema.NonNegativeInt,
    delete: Schema.NonNegativeInt
  })
})

const Rows = Schema.Struct({
  /** Documents in the responses to reads. */
  read: Schema.NonNegativeInt,
  /** 0 in debug mode, which has no throughput. */
  perSecond: Schema.NonNegative
})

/** Milliseconds, percentiles to three significant digits. */
const LatencyFigures = Schema.Struct({
  min: Schema.NonNegative,
  mean: Schema.NonNegative,
  p50: Schema.NonNegative,
  p90: Schema.NonNegative,
  p95: Schema.NonNegative,
  p99: Schema.NonNegative,
  p999: Schema.NonNegative,
  max: Schema.NonNegative
})
export interface Latency extends Schema.Schema.Type<typeof LatencyFigures> {}

/** `null` without a request; files of version 0.1.0 have zeros instead. */
export const Latency = Schema.transform(
  Schema.NullOr(LatencyFigures),
  Schema.NullOr(Schema.typeSchema(LatencyFigures)),
  {
    strict: true,
    decode: (latency) => (latency?.max === 0 ? null : latency),
    encode: (latency) => latency
  }
)

const Times = Schema.Struct({
  /** Closed model: from sending to the last byte; open model: from the due time to the last byte. */
  latencyMs: Latency,
  /** Open model: from sending to the last byte; `null` in the closed model, where it equals the latency. */
  serviceMs: Schema.optionalWith(Latency, { default: () => null })
})
/** The latencies of some requests. */
export interface Times extends Schema.Schema.Type<typeof Times> {}

export const Figures = Schema.Struct({
  requests: Requests,
  operations: Operations,
  /** 0 in files of older versions. */
  rows: Schema.optionalWith(Rows, { default: () => ({ read: 0, perSecond: 0 }) }),
  /** Of all requests. */
  ...Times.fields,
  /**
   * The latencies of requests that did not fail (succeeded, or refused as intended) and of failed ones apart; `null` where
   * none failed, and in files of older versions.
   *
   * @example of 990 refusals in 1 ms and 10 batches in 300 ms, p50 of all is 1, of succeeded 300, of failed 1
   */
  byOutcome: Schema.optionalWith(Schema.NullOr(Schema.Struct({ succeeded: Times, failed: Times })), {
    default: () => null
  }),
  bytes: Schema.Struct({ sent: Schema.NonNegativeInt, received: Schema.NonNegativeInt })
})
export interface Figures extends Schema.Schema.Type<typeof Figures> {}

/** Share of failed requests, 0 to 1; `null` without a request. */
export const failureRatio = ({
  failed,
  total
}: Pick<Figures["requests"], "failed" | "total">): number | null => (total === 0 ? null : failed / total)

/**
 * The latencies of the requests that did not fail; `undefined` where they are unknown: in files of older versions, if
 * requests failed.
 */
export const succeededTimes = ({
  byOutcome,
  latencyMs,
  requests,
  serviceMs
}: Pick<Figures, "byOutcome" | "latencyMs" | "requests" | "serviceMs">): Times | undefined =>
  byOutcome?.succeeded ?? (requests.failed === 0 ? { latencyMs, serviceMs } : undefined)

export const latencyOf = (latencies: Latencies | undefined): Latency | null => {
  if (latencies === undefined || latencies.count === 0) return null
  const [p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0] = latencies
    .percentiles([50, 90, 95, 99, 99.9])
    .map(millis)
  return {
    min: millis(latencies.minMicros),
    mean: millis(latencies.meanMicros),
    p50,
    p90,
    p95,
    p99,
    p999,
    max: millis(latencies.maxMicros)
  }
}

const timesOf = (latencies: Latencies | undefined, services: Latencies | undefined): Times => ({
  latencyMs: latencyOf(latencies),
  serviceMs: latencyOf(services)
})

const byOutcomeOf = ({
  failures,
  latenciesByOutcome: latencies,
  servicesByOutcome: services
}: Measured): Figures["byOutcome"] =>
  failures === 0
    ? null
    : {
        succeeded: timesOf(latencies.succeeded, services?.succeeded),
        failed: timesOf(latencies.failed, services?.failed)
      }

/** Count per second, to three decimals; 0 if `seconds` is 0. */
export const rateOf = (count: number, seconds: number): number =>
  seconds > 0 ? rounded(count / seconds, 3) : 0

/** The counts of requests, without their rate. */
export const requestCounts = ({ expectedFailures, failures, requests }: Measured) => ({
  total: requests,
  failed: failures,
  expectedFailures
})

/** The counts of operations, without their rate. */
export const operationCounts = ({ refused, rolledBack, succeeded, unknown }: Measured) => ({
  succeeded: countOf(succeeded),
  rolledBack,
  refused,
  unknown,
  byOp: { ...succeeded }
})

export const figuresOf = (measured: Measured, elapsedSeconds: number): Figures => {
  const { byOp, ...operations } = operationCounts(measured)
  return {
    requests: { ...requestCounts(measured), perSecond: rateOf(measured.requests, elapsedSeconds) },
    // In the order of summary.json.
    operations: { ...operations, perSecond: rateOf(operations.succeeded, elapsedSeconds), byOp },
    rows: { read: measured.rowsRead, perSecond: rateOf(measured.rowsRead, elapsedSeconds) },
    ...timesOf(measured.latencies, measured.services),
    byOutcome: byOutcomeOf(measured),
    bytes: { sent: measured.sentBytes, received: measured.receivedBytes }
  }
}
