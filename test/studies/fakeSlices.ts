/** Slices of a simulated server: a number of requests of one latency, on the clock of the test. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { EndedBy } from "../../src/domain/LoadResult.ts"
import type { Failure } from "../../src/domain/Sample.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"
import { figuresAt, type FullLoad, fullLoadOf } from "../../src/result/fullLoad.ts"
import type { LimitedBy } from "../../src/metrics/generatorLimits.ts"
import type { SliceAgents } from "../../src/result/SliceAgents.ts"
import type { GeneratorCores } from "../../src/result/MeasuredSlice.ts"
import type { ProcessesInSlice } from "../../src/result/ProcessActivity.ts"
import type { RefusedStart } from "../../src/result/RefusedStart.ts"
import type { SliceSpec, SliceMeasured } from "../../src/studies/MeasureSlice.ts"

/** The results of a slice. */
export interface FakeSlice {
  readonly requests: number
  readonly latencyMillis?: number
  /** Further requests, that failed. */
  readonly failed?: number
  readonly failure?: Partial<Failure>
  /** Latency of the failed requests; that of the others by default. */
  readonly failedMillis?: number
  readonly endedBy?: EndedBy
  readonly refused?: RefusedStart
  /** Actual duration; the planned one by default. */
  readonly seconds?: number
  readonly isWarmUp?: boolean
  /** The part before the load was stopped; the whole slice by default. */
  readonly atFullLoad?: FullLoad
  readonly users?: number
  readonly limited?: ReadonlyArray<string>
  /** `generator` by default. */
  readonly limitedBy?: LimitedBy
  readonly database?: DatabaseActivity
  readonly missed?: ReadonlyArray<string>
  readonly generator?: GeneratorCores
  readonly agents?: SliceAgents
  /** Why it could not start. */
  readonly reason?: string
  readonly processes?: ReadonlyArray<ProcessesInSlice>
}

/** The server takes smaller batches. */
export const refusedSize: RefusedStart = {
  scenario: "StudentBatchVolumeTest",
  op: null,
  resource: null,
  status: 413,
  problemType: null,
  iterations: 10,
  sentence: "Batches were refused.",
  advice: "Use smaller ones."
}

/** The server takes no updates. */
export const refusedUpdate: RefusedStart = {
  ...refusedSize,
  op: "update",
  resource: "students",
  status: 403,
  sentence: "Updates were refused.",
  advice: "Use another key."
}

const failureOf = (failure: Partial<Failure>): Failure => ({
  kind: "rolledBack",
  status: 409,
  op: "create",
  resource: "students",
  index: 0,
  problemType: "conflict",
  example: "a conflict",
  ...failure
})

/** Counts as the clients do: a single request has one operation, a batch three for each triple. */
export const measureFake = (asked: SliceSpec, fake: FakeSlice): Effect.Effect<SliceMeasured> =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const { batchTripleCount, load, pageSize, seconds, testType, warmUpSeconds } = asked
    yield* Effect.sleep(`${warmUpSeconds} seconds`)
    const startedSeconds = (yield* Clock.currentTimeMillis) / 1000
    const isBatch = testType === "BATCH_VOLUME"
    const operations = isBatch ? 3 * batchTripleCount : 1
    const request = {
      name: isBatch ? `students-batch-${batchTripleCount}` : "POST /data/ed-fi/students",
      method: "POST",
      sentNanos: 0n,
      latencyMicros: 1000 * (fake.latencyMillis ?? 10),
      sentBytes: 100,
      receivedBytes: 50
    }
    for (let i = 0; i < fake.requests; i++) {
      const counts = isBatch ? batchTripleCount : 0
      const succeeded = { create: isBatch ? counts : 1, update: counts, delete: counts }
      recorder.unsafeRecord({
        ...request,
        outcome:
          pageSize === undefined
            ? { _tag: "Succeeded", operations: succeeded }
            : { _tag: "Succeeded", operations: { create: 0, update: 0, delete: 0 }, rows: pageSize }
      })
    }
    for (let i = 0; i < (fake.failed ?? 0); i++) {
      const failure = failureOf(fake.failure ?? {})
      recorder.unsafeRecord({
        ...request,
        latencyMicros: 1000 * (fake.failedMillis ?? fake.latencyMillis ?? 10),
        outcome: { _tag: "Failed", failure, operationCount: operations }
      })
    }
    const elapsedSeconds = fake.seconds ?? seconds
    yield* Effect.sleep(`${elapsedSeconds} seconds`)
    const measurements = recorder.measurements()
    const { total } = measurements
    const endedBy = fake.endedBy ?? "runTime"
    const ended = { plannedSeconds: seconds, elapsedSeconds, endedBy, timeline: recorder.timeline }
    const atFullLoad = fake.atFullLoad ?? fullLoadOf(total, ended)
    return {
      slice: {
        startedSeconds,
        elapsedSeconds,
        endedBy,
        refused: fake.refused ?? null,
        isWarmUp: fake.isWarmUp ?? false,
        users: fake.users ?? (load._tag === "Users" ? load.clientCount : 0),
        ...figuresAt(total, atFullLoad),
        atFullLoad,
        limited: fake.limited ?? [],
        limitedBy: fake.limited === undefined ? null : (fake.limitedBy ?? "generator"),
        missed: fake.missed ?? [],
        generator: fake.generator ?? null,
        agents: fake.agents ?? null,
        processes: fake.processes ?? [],
        database: fake.database ?? null
      },
      measurements,
      timeline: recorder.timeline,
      ...(fake.reason === undefined ? {} : { reason: fake.reason })
    }
  }).pipe(Effect.provide(Recorder.layer))
