import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { untilSignal } from "../../src/cli/untilSignal.ts"

/** Counts the signals that an earlier listener receives. */
const listener = Effect.acquireRelease(
  Effect.sync(() => {
    const counted = { heard: 0, hear: () => void counted.heard++ }
    process.on("SIGTERM", counted.hear)
    return counted
  }),
  ({ hear }) => Effect.sync(() => process.removeListener("SIGTERM", hear))
)

const emit = Effect.sync(() => process.emit("SIGTERM"))

describe("untilSignal", () => {
  it.scoped("hears the next signal alone, and those before and after it go where they went", () =>
    Effect.gen(function* () {
      const counted = yield* listener
      yield* emit
      assert.strictEqual(counted.heard, 1)
      const waiting = yield* Effect.fork(untilSignal)
      yield* Effect.yieldNow()
      yield* emit
      yield* Fiber.join(waiting)
      assert.strictEqual(counted.heard, 1)
      yield* emit
      assert.strictEqual(counted.heard, 2)
    })
  )

  it.scoped("releases signals when the wait ends", () =>
    Effect.gen(function* () {
      const counted = yield* listener
      const waiting = yield* Effect.fork(untilSignal)
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(waiting)
      yield* emit
      assert.strictEqual(counted.heard, 1)
    })
  )
})
