import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { type LoadGenerator, supervise } from "../../src/engine/supervise.ts"
import { it } from "./virtualTime.ts"

describe("supervise", () => {
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
