import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { catchUncaught } from "../../src/cli/uncaught.ts"

it.effect("what nobody caught is caught as long as the scope is open, and the first of it is told", () =>
  Effect.gen(function* () {
    const before = process.listeners("uncaughtException")
    const first = yield* Effect.scoped(
      Effect.gen(function* () {
        const uncaught = yield* catchUncaught
        const own = process.listeners("uncaughtException").find((each) => !before.includes(each))
        own?.(new Error("in a timer"), "uncaughtException")
        own?.(new Error("in a socket"), "uncaughtException")
        return yield* uncaught
      })
    )
    assert.strictEqual(first.message, "in a timer")
    assert.deepStrictEqual(process.listeners("uncaughtException"), before)
  })
)
