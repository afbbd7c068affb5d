/** `summary.json`: what a run found out, for programs that decide by it. */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { EndedBy, type LoadResult } from "../domain/LoadResult.ts"
import type { FailureGroup, Measured, Measurements } from "../metrics/Recorder.ts"

const Requests = Schema.Struct({
  /** Every request that was sent; each is in exactly one of succeeded and failed. */
  total: Schema.Int,
  failed: Schema.Int,
  perSecond: Schema.Number
})

const Operations = Schema.Struct({
  /** Confirmed by the server, one by one, in a complete answer. */
  succeeded: Schema.Int,
  /** In batches that the server rolled back. */
  rolledBack: Schema.Int,
  /** In batches that the server refused before it ran any, or that never reached it (no connection). */
  refused: Schema.Int,
  /** In batches without a verdict (reset, timeout, 5xx, unreadable): they may have been committed. */
  unknown: Schema.Int,
  /** Succeeded ones. */
  perSecond: Schema.Number,
  /** Succeeded ones. */
  byOp: Schema.Struct({ create: Schema.Int, update: Schema.Int, delete: Schema.Int })
})

/** Milliseconds, percentiles to three significant digits; all 0 when there was no request. */
const Latency = Schema.Struct({
  min: Schema.Number,
  mean: Schema.Number,
  p50: Schema.Number,
  p90: Schema.Number,
  p95: Schema.Number,
  p99: Schema.Number,
  p999: Schema.Number,
  max: Schema.Number
})

const Bytes = Schema.Struct({ sent: Schema.Int, received: Schema.Int })

const ByName = Schema.Struct({
  name: Schema.String,
  method: Schema.String,
  requests: Requests,
  operations: Operations,
  latencyMs: Latency,
  bytes: Bytes
})

const FailureEntry = Schema.Struct({
  /** The request name. */
  name: Schema.String,
  kind: Schema.Literal("rolledBack", "refused", "transport"),
  status: Schema.NullOr(Schema.Int),
  op: Schema.NullOr(Schema.String),
  resource: Schema.NullOr(Schema.String),
  index: Schema.NullOr(Schema.Int),
  /** The server's problem type; for `transport`, where it broke off: connect, reset, timeout, ... */
  problemType: Schema.NullOr(Schema.String),
  count: Schema.Int,
  /** One of these failures in words. */
  example: Schema.String
})

const ConfigValue = Schema.Union(
  Schema.String,
  Schema.Number,
  Schema.Boolean,
  Schema.Array(Schema.String),
  Schema.Record({ key: Schema.String, value: Schema.Number })
)

export const Summary = Schema.Struct({
  testType: Schema.String,
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  elapsedSeconds: Schema.Number,
  endedBy: EndedBy,
  requests: Requests,
  operations: Operations,
  latencyMs: Latency,
  bytes: Bytes,
  byName: Schema.Array(ByName),
  /** Most frequent first. */
  failures: Schema.Array(FailureEntry),
  /** The most that ran at the same time. */
  users: Schema.Int,
  /** What was asked for, without secrets. */
  config: Schema.Record({ key: Schema.String, value: ConfigValue })
})
export interface Summary extends Schema.Schema.Type<typeof Summary> {}

/** `summary.json` as text, and back: a file that another tool altered is refused with the reason. */
export const SummaryJson = Schema.parseJson(Summary, { space: 2 })

/** Microseconds: what is divided by it gives the rates of every file. */
const elapsedDigits = 6

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

const measuredParts = (measured: Measured, elapsedSeconds: number) => {
  const { latencies, succeeded } = measured
  const perSecond = (count: number) => (elapsedSeconds > 0 ? rounded(count / elapsedSeconds, 3) : 0)
  const millis = (micros: number) => rounded(micros / 1000, 3)
  const [p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0] = latencies
    .percentiles([50, 90, 95, 99, 99.9])
    .map(millis)
  const succeededCount = succeeded.create + succeeded.update + succeeded.delete
  return {
    requests: {
      total: measured.requests,
      failed: measured.failures,
      perSecond: perSecond(measured.requests)
    },
    operations: {
      succeeded: succeededCount,
      rolledBack: measured.rolledBack,
      refused: measured.refused,
      unknown: measured.unknown,
      perSecond: perSecond(succeededCount),
      byOp: { ...succeeded }
    },
    latencyMs: {
      min: millis(latencies.minMicros),
      mean: millis(latencies.meanMicros),
      p50,
      p90,
      p95,
      p99,
      p999,
      max: millis(latencies.maxMicros)
    },
    bytes: { sent: measured.sentBytes, received: measured.receivedBytes }
  }
}

const failureEntry = ({ count, failure, name }: FailureGroup): typeof FailureEntry.Type => ({
  name,
  kind: failure.kind,
  status: failure.status,
  op: failure.op,
  resource: failure.resource,
  index: failure.index,
  problemType: failure.problemType,
  count,
  example: failure.example
})

/** Brings together how a run went, what was measured and what was asked for. */
export const summarize = (options: {
  readonly testType: string
  readonly result: LoadResult
  readonly measurements: Measurements
  readonly config: Summary["config"]
}): Summary => {
  const { config, measurements, result, testType } = options
  const elapsedSeconds = rounded(result.elapsedSeconds, elapsedDigits)
  return {
    testType,
    startedAt: DateTime.formatIso(DateTime.unsafeMake(result.startedAtMillis)),
    elapsedSeconds,
    endedBy: result.endedBy,
    ...measuredParts(measurements.total, elapsedSeconds),
    byName: measurements.rows.map((row) => ({
      name: row.name,
      method: row.method,
      ...measuredParts(row, elapsedSeconds)
    })),
    failures: measurements.failures.map(failureEntry),
    users: result.users,
    config
  }
}
