/** Simulated servers for studies, with known behaviour for each batch and without real time. */
import * as Effect from "effect/Effect"
import type { EndedBy } from "../../src/domain/LoadResult.ts"
import { Counts } from "../../src/metrics/Counts.ts"
import type { FailureGroup, TimelinePoint } from "../../src/metrics/Recorder.ts"
import { figuresAt, fullLoadOf } from "../../src/result/fullLoad.ts"
import type { LimitedBy } from "../../src/metrics/generatorLimits.ts"
import type { RefusedStart } from "../../src/result/RefusedStart.ts"
import type { MeasureSlice, SliceSpec, SliceMeasured } from "../../src/studies/MeasureSlice.ts"

/** What a server does in one step. */
export interface Behaviour {
  /** Latency of the batch that is due at this time, in seconds since the start. */
  readonly latencyMs: (atSeconds: number) => number
  /** 10 refuses every tenth batch; none by default. */
  readonly failsEvery?: number
  /** Latency of a refusal; that of a batch by default. */
  readonly refusalMs?: number
  /** Batches that were due and not started. */
  readonly dropped?: number
  readonly limited?: ReadonlyArray<string>
  /** `generator` by default. */
  readonly limitedBy?: LimitedBy
  readonly endedBy?: EndedBy
  readonly refused?: RefusedStart | null
}

const perSecondOf = ({ load }: SliceSpec): number => (load._tag === "Arrivals" ? load.perSecond : 0)

const refusal = (count: number): FailureGroup => ({
  name: "students-batch-10",
  method: "POST",
  failure: {
    kind: "refused",
    status: 429,
    op: null,
    resource: null,
    index: null,
    problemType: null,
    example: "refused with 429: Too Many Requests"
  },
  count,
  firstSeenMillis: 0,
  lastSeenMillis: 0
})

/** The slice of a server that is sent batches at even distances, each of three operations. */
const sliceOf = (
  asked: SliceSpec,
  startedSeconds: number,
  {
    dropped = 0,
    endedBy = "runTime",
    failsEvery,
    latencyMs,
    limited = [],
    limitedBy = "generator",
    refusalMs,
    refused = null
  }: Behaviour
): SliceMeasured => {
  const rate = perSecondOf(asked)
  const due = Math.round(rate * asked.seconds)
  const row = new Counts("students-batch-10", "POST")
  const ends: Array<number> = []
  const confirmed: Array<number> = []
  for (let nth = 0; nth < due - dropped; nth++) {
    const at = nth / rate
    const refused = failsEvery !== undefined && (nth + 1) % failsEvery === 0
    const latency = refused ? (refusalMs ?? latencyMs(at)) : latencyMs(at)
    ends.push(at + latency / 1000)
    if (!refused) confirmed.push(at + latency / 1000)
    row.record({
      name: row.name,
      method: row.method,
      sentNanos: 0n,
      latencyMicros: latency * 1000,
      sentBytes: 100,
      receivedBytes: 10,
      outcome: refused
        ? { _tag: "Failed", failure: refusal(1).failure, operationCount: 3 }
        : { _tag: "Succeeded", operations: { create: 1, update: 1, delete: 1 } }
    })
  }
  const elapsedSeconds = Math.max(asked.seconds, ...ends)
  const timeline = Array.from({ length: Math.ceil(elapsedSeconds) }, (_, second): TimelinePoint => {
    const end = Math.min(second + 1, elapsedSeconds)
    const within = (times: ReadonlyArray<number>) => times.filter((at) => at > second && at <= end).length
    const requests = within(ends)
    return {
      elapsedSeconds: end,
      seconds: end - second,
      users: 1,
      requests,
      failures: 0,
      operations: 3 * within(confirmed),
      latencyMs: null,
      byOutcome: null,
      lateStarts: 0,
      dropped: 0,
      generator: null
    }
  })
  const atFullLoad = fullLoadOf(row, { plannedSeconds: asked.seconds, elapsedSeconds, endedBy, timeline })
  return {
    slice: {
      startedSeconds,
      elapsedSeconds,
      endedBy,
      refused,
      isWarmUp: false,
      users: 1,
      ...figuresAt(row, atFullLoad),
      atFullLoad,
      limited,
      limitedBy: limited.length > 0 ? limitedBy : null,
      database: null
    },
    measurements: {
      rows: [row],
      total: row,
      failures: row.failures === 0 ? [] : [refusal(row.failures)],
      defects: [],
      starts: { count: due - dropped, late: 0, maxLateMillis: 0, dropped },
      generator: undefined,
      last: undefined
    },
    timeline
  }
}

export interface FakeServer {
  readonly measure: MeasureSlice<never>
  /** What was measured so far, in order. */
  readonly asked: ReadonlyArray<SliceSpec>
}

/**
 * A server with a given behaviour at each arrival rate; a slice takes its time by the clock.
 *
 * @param behave nth is 1 for the first slice
 */
export const fakeServer = (behave: (rate: number, nth: number) => Behaviour): FakeServer => {
  const asked: Array<SliceSpec> = []
  let spentSeconds = 0
  return {
    asked,
    measure: (slice) =>
      Effect.gen(function* () {
        asked.push(slice)
        const measured = sliceOf(
          slice,
          spentSeconds + slice.warmUpSeconds,
          behave(perSecondOf(slice), asked.length)
        )
        const seconds = slice.warmUpSeconds + measured.slice.elapsedSeconds
        spentSeconds += seconds
        yield* Effect.sleep(seconds * 1000)
        return measured
      })
  }
}

/**
 * A server that processes one batch after the other, each in `1 / limit` seconds; batches that arrive faster wait in
 * line, ever longer.
 */
export const inLine =
  (limit: number, serviceMs: number) =>
  (rate: number): Behaviour => ({
    latencyMs: (atSeconds) => serviceMs + 1000 * atSeconds * Math.max(0, rate / limit - 1)
  })
