/** Simulated servers for studies, with known behaviour for each batch and without real time. */
import * as Effect from "effect/Effect"
import type { EndedBy } from "../../src/domain/LoadResult.ts"
import { Counts } from "../../src/metrics/Counts.ts"
import type { FailureGroup, TimelinePoint } from "../../src/metrics/Recorder.ts"
import { figuresAt, fullLoadOf } from "../../src/result/fullLoad.ts"
import type { SliceLimit } from "../../src/result/MeasuredSlice.ts"
import type { ProcessesInSlice } from "../../src/result/ProcessActivity.ts"
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
  /** What those failures are: 429 by default, or no connection. */
  readonly failure?: "429" | "connect"
  /** Batches that were due and not started. */
  readonly dropped?: number
  readonly limited?: ReadonlyArray<string>
  /** `generator` by default. */
  readonly limitedBy?: SliceLimit
  readonly endedBy?: EndedBy
  readonly refused?: RefusedStart | null
  /** What watched processes used. */
  readonly processes?: ReadonlyArray<ProcessesInSlice>
  /** Thresholds that ended it. */
  readonly missed?: ReadonlyArray<string>
}

/** The batches that a probe sends per second. */
const probeRate = 10

const perSecondOf = ({ load }: SliceSpec): number => (load._tag === "Arrivals" ? load.perSecond : probeRate)

const noDetails = { op: null, resource: null, index: null }

const failures: Readonly<Record<"429" | "connect", FailureGroup["failure"]>> = {
  429: {
    ...noDetails,
    kind: "refused",
    status: 429,
    problemType: null,
    example: "refused with 429: Too Many Requests"
  },
  connect: {
    ...noDetails,
    kind: "transport",
    status: null,
    problemType: "connect",
    example: "connect: no connection"
  }
}

const failureGroup = (failure: FailureGroup["failure"], count: number): FailureGroup => ({
  name: "students-batch-10",
  method: "POST",
  failure,
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
    failure = "429",
    latencyMs,
    limited = [],
    limitedBy = "generator",
    missed = [],
    processes = [],
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
        ? { _tag: "Failed", failure: failures[failure], operationCount: 3 }
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
      rows: 0,
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
      missed,
      generator: null,
      agents: null,
      processes,
      database: null
    },
    measurements: {
      rows: [row],
      total: row,
      failures: row.failures === 0 ? [] : [failureGroup(failures[failure], row.failures)],
      defects: [],
      starts: { count: due - dropped, late: 0, maxLateMillis: 0, dropped },
      judgedRecords: 0,
      generator: undefined,
      last: undefined
    },
    timeline
  }
}

export interface FakeServer {
  readonly measure: MeasureSlice<never>
  /** What was measured so far, in order, without the probes. */
  readonly asked: ReadonlyArray<SliceSpec>
  /** The number of probes so far. */
  readonly probes: () => number
}

/**
 * A server with a given behaviour at each arrival rate; a slice takes its time by the clock.
 *
 * @param behave nth is 1 for the first slice
 * @param probed nth is 1 for the first probe, before the first step; 20 ms by default
 */
export const fakeServer = (
  behave: (rate: number, nth: number) => Behaviour,
  probed: (nth: number) => Behaviour = () => ({ latencyMs: () => 20 })
): FakeServer => {
  const asked: Array<SliceSpec> = []
  let probes = 0
  let spentSeconds = 0
  return {
    asked,
    probes: () => probes,
    measure: (slice) =>
      Effect.gen(function* () {
        const isProbe = slice.isProbe === true
        if (isProbe) probes++
        else asked.push(slice)
        const measured = sliceOf(
          slice,
          spentSeconds + slice.warmUpSeconds,
          isProbe ? probed(probes) : behave(perSecondOf(slice), asked.length)
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
