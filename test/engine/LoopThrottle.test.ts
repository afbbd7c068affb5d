import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { LoopThrottle } from "../../src/engine/LoopThrottle.ts"
import { countRounds } from "./rounds.ts"

describe("LoopThrottle", () => {
  it.scopedLive("lets its maximum proceed in each round of the event loop, the others in order", () =>
    Effect.gen(function* () {
      const throttle = new LoopThrottle(10)
      const round = yield* countRounds
      const went: Array<readonly [user: number, round: number]> = []
      yield* Effect.forEach(
        Array.from({ length: 35 }).keys(),
        (user) => Effect.map(throttle.take, () => went.push([user, round()])),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        went.map(([user]) => user),
        [...Array.from({ length: 35 }).keys()]
      )
      const perRound = new Map<number, number>()
      for (const [, at] of went) perRound.set(at, (perRound.get(at) ?? 0) + 1)
      assert.isAtLeast(perRound.size, 4)
      for (const users of perRound.values()) assert.isAtMost(users, 10)
    })
  )

  it.live("delays no caller while the round has room", () =>
    Effect.gen(function* () {
      const throttle = new LoopThrottle(2)
      let later = false
      setImmediate(() => (later = true))
      yield* throttle.take
      yield* throttle.take
      assert.isFalse(later)
      yield* throttle.take
      assert.isTrue(later)
    })
  )
})
