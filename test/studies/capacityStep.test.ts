import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { parseObjective } from "../../src/domain/Objective.ts"
import { judgeStep } from "../../src/studies/capacityStep.ts"
import { type Behaviour, fakeServer } from "./fakeServer.ts"

/** The step of a server at 100 batches per second for ten seconds. */
const stepOf = (behaviour: Behaviour, texts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const load = { _tag: "Arrivals", perSecond: 100 } as const
    const slice = { testType: "BATCH_VOLUME", batchTripleCount: 10, load, warmUpSeconds: 0, seconds: 10 }
    const fiber = yield* Effect.fork(fakeServer(() => behaviour).measure({ ...slice, label: "" }))
    yield* TestClock.adjust("1 minute")
    const objectives = texts.map((text) => Either.getOrThrow(parseObjective(text)))
    const step = {
      objectives,
      rate: 100,
      seconds: 10,
      phase: "doubling",
      attempt: 1,
      precision: 0.05,
      recovery: null
    } as const
    return judgeStep(step, yield* Fiber.join(fiber))
  })

describe("a step in which requests failed", () => {
  it.effect("is not kept because of quick refusals, and its samples are the batches that succeeded", () =>
    Effect.gen(function* () {
      const { broke, intervals, kept, samples } = yield* stepOf(
        { latencyMs: () => 300, failsEvery: 2, refusalMs: 1 },
        ["latency.p50 < 100ms", "students-batch-10.latency.p50 < 100ms", "failures.ratio < 60%"]
      )
      assert.isFalse(kept)
      assert.deepStrictEqual(broke.slice(0, 2), [
        "latency.p50 was 300 ms of succeeded requests (limit: below 100 ms)",
        "students-batch-10.latency.p50 was 300 ms of succeeded requests (limit: below 100 ms)"
      ])
      assert.deepStrictEqual(samples, [500, 500, 1000])
      assert.deepStrictEqual(intervals.slice(0, 2), [
        { low: 300, high: 300 },
        { low: 300, high: 300 }
      ])
    })
  )

  it.effect("is not kept because of slow failures, and its samples are all requests", () =>
    Effect.gen(function* () {
      const slow = { latencyMs: () => 50, failsEvery: 2, refusalMs: 900 }
      const { broke, samples, verdicts } = yield* stepOf(slow, [
        "latency.p95 < 100ms",
        "failures.ratio < 60%"
      ])
      assert.deepInclude(verdicts[0], { value: 900, judgedBy: "all", passed: false })
      assert.strictEqual(broke[0], "latency.p95 was 900 ms of all requests (limit: below 100 ms)")
      assert.deepStrictEqual(samples, [1000, 1000])
    })
  )
})
