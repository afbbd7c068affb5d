/**
 * Counts every request of a run in the moment in which it ends. Nothing is sampled, nothing is derived from what
 * was configured: operations are those that the server confirmed.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Failure, OperationCounts, Sample } from "../domain/Sample.ts"
import { Histogram, type Latencies } from "./Histogram.ts"
import { type Recent, RecentWindow } from "./RecentWindow.ts"

/** Everything that was counted of one kind of request, or of all. */
export interface Measured {
  /** `students-batch-10`; `Aggregated` for the sum. */
  readonly name: string
  /** HTTP method; empty for the sum. */
  readonly method: string
  readonly requests: number
  readonly failures: number
  /** Operations that the server confirmed in a complete answer. */
  readonly succeeded: OperationCounts
  /** Operations of batches that the server rolled back. */
  readonly rolledBack: number
  /** Operations of batches that the server refused before it ran any, or that never reached it. */
  readonly refused: number
  /** Operations of batches without a verdict: they may have been committed. */
  readonly unknown: number
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly latencies: Latencies
}

/** Failures that are alike, with one of them as example. */
export interface FailureGroup {
  readonly name: string
  readonly method: string
  readonly failure: Failure
  readonly count: number
  /** Milliseconds since 1970. */
  readonly firstSeenMillis: number
  readonly lastSeenMillis: number
}

/** A bug of ours, or of a scenario's author, that came to light during the run. */
export interface DefectGroup {
  readonly message: string
  readonly trace: string
  readonly count: number
}

export interface Measurements {
  /** By name, then method. */
  readonly rows: ReadonlyArray<Measured>
  readonly total: Measured
  /** Most frequent first. */
  readonly failures: ReadonlyArray<FailureGroup>
  readonly defects: ReadonlyArray<DefectGroup>
}

/** One row of a slice: everything so far, and the last ten seconds. */
export interface SliceRow {
  readonly sofar: Measured
  readonly recent: Recent
}

/** What a run looks like at the end of one second. */
export interface Slice {
  /** Milliseconds since 1970. */
  readonly atMillis: number
  /** Since the run began. */
  readonly elapsedSeconds: number
  readonly users: number
  readonly rows: ReadonlyArray<SliceRow>
  readonly total: SliceRow
}

/** One second of the run, all requests together. */
export interface TimelinePoint {
  /** Milliseconds since 1970, at the end of the second. */
  readonly atMillis: number
  /** How long it was by the clock: about 1, less for the last one. */
  readonly seconds: number
  readonly users: number
  readonly requests: number
  readonly failures: number
  /** Confirmed by the server in this second. */
  readonly operations: number
  readonly p50Micros: number
  readonly p95Micros: number
  readonly p99Micros: number
}

/** Failures that differ in more ways than this are counted together, so that memory stays bounded. */
export const mostFailureGroups = 1000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

class Row implements Measured {
  readonly latencies = new Histogram()
  readonly window = new RecentWindow()
  readonly succeeded: Mutable<OperationCounts> = { create: 0, update: 0, delete: 0 }
  requests = 0
  failures = 0
  rolledBack = 0
  refused = 0
  unknown = 0
  sentBytes = 0
  receivedBytes = 0

  constructor(
    readonly name: string,
    readonly method: string
  ) {}

  snapshot(): Measured {
    const { failures, method, name, receivedBytes, refused, requests, rolledBack, sentBytes, unknown } = this
    const succeeded = { ...this.succeeded }
    const latencies = this.latencies.copy()
    return {
      name,
      method,
      requests,
      failures,
      succeeded,
      rolledBack,
      refused,
      unknown,
      sentBytes,
      receivedBytes,
      latencies
    }
  }

  record({ latencyMicros, outcome, receivedBytes, sentBytes }: Sample): void {
    this.requests++
    this.sentBytes += sentBytes
    this.receivedBytes += receivedBytes
    this.latencies.record(latencyMicros)
    if (outcome._tag === "Succeeded") {
      const { create, delete: deleted, update } = outcome.operations
      this.succeeded.create += create
      this.succeeded.update += update
      this.succeeded.delete += deleted
      this.window.record(latencyMicros, false, create + update + deleted)
      return
    }
    this.failures++
    this.window.record(latencyMicros, true, 0)
    const { failure, operationCount } = outcome
    if (failure.kind === "rolledBack") this.rolledBack += operationCount
    else if (failure.kind === "refused" || failure.problemType === "connect") this.refused += operationCount
    else this.unknown += operationCount
  }
}

const sliceOf = (row: Row, seconds: number): SliceRow => ({
  sofar: row.snapshot(),
  recent: row.window.endSlice(seconds)
})

const pointOf = ({ atMillis, total, users }: Slice): TimelinePoint => {
  const { failures, latencies, operations, requests, seconds } = total.recent.slice
  const [p50Micros = 0, p95Micros = 0, p99Micros = 0] = latencies.percentiles([50, 95, 99])
  return { atMillis, seconds, users, requests, failures, operations, p50Micros, p95Micros, p99Micros }
}

const identityOf = (sample: Sample, failure: Failure): string => {
  const { index, kind, op, problemType, resource, status } = failure
  return JSON.stringify([sample.name, sample.method, kind, status, op, resource, index, problemType])
}

const otherFailures = (kind: Failure["kind"]): Failure => ({
  kind,
  status: null,
  op: null,
  resource: null,
  index: null,
  problemType: "other",
  example: `more than ${mostFailureGroups} different kinds of failure; the further ones are counted here`
})

const make = (clock: Clock.Clock) => {
  let sliceStartSeconds = 0
  const rows = new Map<string, Row>()
  const total = new Row("Aggregated", "")
  const failures = new Map<string, Mutable<FailureGroup>>()
  const defects = new Map<string, Mutable<DefectGroup>>()
  const timeline: Array<TimelinePoint> = []

  const sortedRows = (): ReadonlyArray<Row> =>
    [...rows.values()].sort((a, b) =>
      a.name === b.name ? (a.method < b.method ? -1 : 1) : a.name < b.name ? -1 : 1
    )

  const countFailure = (sample: Sample, failure: Failure): void => {
    const now = clock.unsafeCurrentTimeMillis()
    const own = identityOf(sample, failure)
    const full = failures.size >= mostFailureGroups && !failures.has(own)
    const key = full ? failure.kind : own
    const group = failures.get(key)
    if (group === undefined) {
      failures.set(key, {
        name: full ? "" : sample.name,
        method: full ? "" : sample.method,
        failure: full ? otherFailures(failure.kind) : failure,
        count: 1,
        firstSeenMillis: now,
        lastSeenMillis: now
      })
    } else {
      group.count++
      group.lastSeenMillis = now
    }
  }

  return {
    unsafeRecord: (sample: Sample): void => {
      const key = `${sample.method} ${sample.name}`
      let row = rows.get(key)
      if (row === undefined) rows.set(key, (row = new Row(sample.name, sample.method)))
      row.record(sample)
      total.record(sample)
      if (sample.outcome._tag === "Failed") countFailure(sample, sample.outcome.failure)
    },
    unsafeRecordDefect: (message: string, trace: string): void => {
      const known = defects.get(message)
      if (known === undefined) defects.set(message, { message, trace, count: 1 })
      else known.count++
    },
    unsafeEndSlice: (users: number, elapsedSeconds: number): Slice => {
      const seconds = elapsedSeconds - sliceStartSeconds
      sliceStartSeconds = elapsedSeconds
      const ended: Slice = {
        atMillis: clock.unsafeCurrentTimeMillis(),
        elapsedSeconds,
        users,
        rows: sortedRows().map((row) => sliceOf(row, seconds)),
        total: sliceOf(total, seconds)
      }
      timeline.push(pointOf(ended))
      return ended
    },
    timeline,
    total,
    measurements: (): Measurements => ({
      rows: sortedRows().map((row) => row.snapshot()),
      total: total.snapshot(),
      failures: [...failures.values()].map((group) => ({ ...group })).sort((a, b) => b.count - a.count),
      defects: [...defects.values()].map((group) => ({ ...group }))
    })
  } satisfies Recorder["Type"]
}

export class Recorder extends Context.Tag("edfi-perf/metrics/Recorder")<
  Recorder,
  {
    /** Counts a request; synchronous, because it is called for every answer. */
    readonly unsafeRecord: (sample: Sample) => void
    readonly unsafeRecordDefect: (message: string, trace: string) => void
    /** Ends the current slice of the timeline, about once a second; the first one began with the run. */
    readonly unsafeEndSlice: (users: number, elapsedSeconds: number) => Slice
    /** The seconds that have ended. */
    readonly timeline: ReadonlyArray<TimelinePoint>
    /** Everything so far, and it goes on counting: for rules that look at every request. */
    readonly total: Measured
    /** Everything so far, by name and by kind of failure. */
    readonly measurements: () => Measurements
  }
>() {
  /** A recorder of its own for whoever builds the layer: build it once per run. */
  static readonly layer: Layer.Layer<Recorder> = Layer.effect(Recorder, Effect.map(Effect.clock, make))
}
