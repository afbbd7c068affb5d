import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { catchUncaught, type Uncaught } from "../../src/cli/uncaught.ts"

/** Catches while so much is thrown. */
const catching = <A>(messages: ReadonlyArray<string>, use: (uncaught: Uncaught) => Effect.Effect<A>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const before = process.listeners("uncaughtException")
      const uncaught = yield* catchUncaught
      const own = process.listeners("uncaughtException").find((each) => !before.includes(each))
      for (const message of messages) own?.(new Error(message), "uncaughtException")
      return yield* use(uncaught)
    })
  )

describe("catchUncaught", () => {
  it.effect("catches as long as the scope is open, and reports the first error", () =>
    Effect.gen(function* () {
      const before = process.listeners("uncaughtException")
      const first = yield* catching(["in a timer", "in a socket"], ({ first }) => first)
      assert.strictEqual(first.message, "in a timer")
      assert.deepStrictEqual(process.listeners("uncaughtException"), before)
    })
  )

  it.effect("dies of a caught error on request, and of nothing else", () =>
    Effect.gen(function* () {
      yield* catching([], ({ orDie }) => orDie)
      const died = yield* Effect.exit(catching(["in a timer"], ({ orDie }) => orDie))
      assert.isTrue(Exit.isFailure(died) && Cause.pretty(died.cause).includes("in a timer"))
    })
  )
})
