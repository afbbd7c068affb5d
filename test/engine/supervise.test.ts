import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { type LoadGenerator, supervise } from "../../src/engine/supervise.ts"
import { it } from "./virtualTime.ts"

const idle: LoadGenerator = { running: () => 1, maxRunning: () => 1, stop: Effect.void }

describe("supervise", () => {
  it.effect("observes a run that ends while its warm-up is still being observed", () =>
    Effect.gen(function* () {
      const looks: Array<readonly [elapsedSeconds: number, inWarmUp: boolean]> = []
      const plan = { warmUpMillis: 1000, runMillis: 200, gracefulStopMillis: 0 }
      const run = supervise(plan, () => Effect.succeed(idle), {
        everyMillis: 1000,
        look: (_, elapsedSeconds, inWarmUp) => {
          looks.push([elapsedSeconds, inWarmUp])
          return Effect.sleep("500 millis")
        }
      })
      const fiber = yield* Effect.fork(run)
      yield* TestClock.adjust("3 seconds")
      const { elapsedSeconds, warmUpSeconds } = yield* Fiber.join(fiber)
      assert.deepStrictEqual([elapsedSeconds, warmUpSeconds], [0.2, 1])
      assert.deepStrictEqual(looks, [
        [1, true],
        [0.5, false]
      ])
    })
  )

  it.effect("stops the load generator and dies when the observer dies", () =>
    Effect.gen(function* () {
      let stopped = false
      const generator: LoadGenerator = {
        running: () => 1,
        maxRunning: () => 1,
        stop: Effect.sync(() => {
          stopped = true
        })
      }
      const run = supervise({ runMillis: 60_000, gracefulStopMillis: 0 }, () => Effect.succeed(generator), {
        everyMillis: 250,
        look: (_, elapsedSeconds) => (elapsedSeconds < 0.5 ? Effect.void : Effect.dieMessage("blind"))
      })
      const fiber = yield* Effect.fork(Effect.exit(run))
      yield* TestClock.adjust("500 millis")
      const exit = yield* Fiber.join(fiber)
      assert.isTrue(Exit.isFailure(exit))
      assert.isTrue(stopped)
    })
  )
})
