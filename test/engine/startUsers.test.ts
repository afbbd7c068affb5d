/** Users whose number changes over time, on the virtual clock. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { Stages } from "../../src/domain/Stages.ts"
import { totalMillis } from "../../src/domain/Stages.ts"
import { run, type StagedUsersPlan } from "../../src/engine/LoadRun.ts"
import type { Workload } from "../../src/engine/Scenario.ts"
import { Recorder, type Slice } from "../../src/metrics/Recorder.ts"
import { it } from "./virtualTime.ts"

/** Runs stages of users whose iterations take `millis` each. */
const runStages = (users: Stages, millis: number, some: Partial<StagedUsersPlan> = {}) =>
  Effect.gen(function* () {
    const begun: Array<readonly [millis: number, user: number, iteration: number]> = []
    const slices: Array<Slice> = []
    const one: Workload = {
      name: "a",
      iteration: ({ iteration, user }) =>
        Effect.flatMap(TestClock.currentTimeMillis, (now) => {
          begun.push([now, user, iteration])
          return Effect.sleep(millis)
        })
    }
    const plan: StagedUsersPlan = {
      _tag: "StagedUsers",
      users,
      runMillis: totalMillis(users),
      gracefulStopMillis: 30_000,
      waits: { seed: 1, minMillis: 0, maxMillis: 0 },
      maxFailRatio: 1,
      ...some
    }
    const fiber = yield* Effect.fork(run(plan, [one], (slice) => Effect.sync(() => slices.push(slice))))
    yield* TestClock.adjust("2 minutes")
    const result = yield* Fiber.join(fiber)
    const timesOf = (user: number) => begun.flatMap(([now, id, nth]) => (id === user ? [[now, nth]] : []))
    return { result, begun, timesOf, slices, starts: (yield* Recorder).measurements().starts }
  }).pipe(Effect.provide(Recorder.layer))

describe("staged users", () => {
  it.effect(
    "start while the stages rise, finish their iteration when the stages fall, and stay until the end",
    () =>
      Effect.gen(function* () {
        // 2 users in 5 s, 2 s of both, back to none in 4 s: user 1 from 2.5 to 9 s.
        const hill = [
          { millis: 5000, target: 2 },
          { millis: 2000, target: 2 },
          { millis: 4000, target: 0 }
        ]
        const { result, slices, starts, timesOf } = yield* runStages(hill, 900)
        assert.deepStrictEqual(
          timesOf(0).map(([now]) => now),
          Array.from({ length: 13 }, (_, nth) => nth * 900)
        )
        assert.deepStrictEqual(
          timesOf(1).map(([now]) => now),
          [2500, 3400, 4300, 5200, 6100, 7000, 7900, 8800]
        )
        assert.deepStrictEqual(
          slices.map(({ users }) => users),
          [1, 1, 2, 2, 2, 2, 2, 2, 2, 1, 1, 0]
        )
        assert.deepStrictEqual([result.endedBy, result.elapsedSeconds, result.users], ["runTime", 11.7, 2])
        assert.deepStrictEqual(starts, { count: 2, late: 0, maxLateMillis: 0, dropped: 0 })
      })
  )

  it.effect("continue with their next iteration when they return, so that no key is used twice", () =>
    Effect.gen(function* () {
      const twice = [
        { millis: 0, target: 1 },
        { millis: 2000, target: 1 },
        { millis: 0, target: 0 },
        { millis: 3000, target: 0 },
        { millis: 0, target: 1 },
        { millis: 1500, target: 1 }
      ]
      const { result, timesOf } = yield* runStages(twice, 1000)
      assert.deepStrictEqual(timesOf(0), [
        [0, 0],
        [1000, 1],
        [5000, 2],
        [6000, 3]
      ])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["runTime", 7])
    })
  )

  it.effect("remain one user when they return before their iteration has ended", () =>
    Effect.gen(function* () {
      const dip = [
        { millis: 0, target: 1 },
        { millis: 1000, target: 1 },
        { millis: 0, target: 0 },
        { millis: 1000, target: 0 },
        { millis: 0, target: 1 },
        { millis: 4000, target: 1 }
      ]
      const { result, timesOf } = yield* runStages(dip, 2500)
      assert.deepStrictEqual(timesOf(0), [
        [0, 0],
        [2500, 1],
        [5000, 2]
      ])
      assert.strictEqual(result.users, 1)
    })
  )

  it.effect("leave at once when they are waiting", () =>
    Effect.gen(function* () {
      const waits = { seed: 1, minMillis: 60_000, maxMillis: 60_000 }
      const short = [
        { millis: 0, target: 3 },
        { millis: 2500, target: 3 },
        { millis: 0, target: 1 },
        { millis: 2500, target: 1 }
      ]
      const { result, slices } = yield* runStages(short, 100, { waits })
      assert.deepStrictEqual(
        slices.map(({ users }) => users),
        [3, 3, 1, 1, 1, 0]
      )
      assert.strictEqual(result.elapsedSeconds, 5)
    })
  )

  it.effect("of a share have the ids and times of the whole run", () =>
    Effect.gen(function* () {
      const rise = [{ millis: 6000, target: 6 }]
      const { begun, result } = yield* runStages(rise, 60_000, { share: { index: 1, of: 3 } })
      assert.deepStrictEqual(begun, [
        [1000, 1, 0],
        [4000, 4, 0]
      ])
      assert.strictEqual(result.users, 2)
    })
  )
})
