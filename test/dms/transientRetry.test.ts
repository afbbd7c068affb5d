import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { retryTransient, retryAfterNote } from "../../src/dms/transientRetry.ts"
import { it } from "../engine/virtualTime.ts"

interface Failure {
  readonly _tag: "Failure"
  readonly retryAfterMillis?: number
}

/** The times of requests that always fail with this failure, in milliseconds, and the log. */
const sendings = (failure: Failure, isTransient = true) =>
  Effect.gen(function* () {
    const sent: Array<number> = []
    const lines: Array<string> = []
    const request = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      sent.push(now)
      return Effect.fail(failure)
    })
    const fiber = yield* retryTransient(request, {
      target: "http://dms.test/",
      isTransient: () => isTransient
    }).pipe(
      Effect.flip,
      Effect.provide(
        Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ message }) => lines.push(String(message)))
        )
      ),
      Effect.fork
    )
    yield* TestClock.adjust("10 minutes")
    assert.strictEqual(yield* Fiber.join(fiber), failure)
    return { sent, lines }
  })

describe("retryTransient", () => {
  it.effect("retries after 200, 400 and 800 ms without Retry-After, and then fails", () =>
    Effect.gen(function* () {
      const { lines, sent } = yield* sendings({ _tag: "Failure" })
      assert.deepStrictEqual([sent, lines], [[0, 200, 600, 1400], []])
    })
  )

  it.effect("does not retry a failure that is not transient", () =>
    Effect.gen(function* () {
      const { sent } = yield* sendings({ _tag: "Failure", retryAfterMillis: 1000 }, false)
      assert.deepStrictEqual(sent, [0])
    })
  )

  it.effect("observes Retry-After for 60 seconds in total, and logs it", () =>
    Effect.gen(function* () {
      const { lines, sent } = yield* sendings({ _tag: "Failure", retryAfterMillis: 25_000 })
      assert.deepStrictEqual(sent, [0, 25_000, 50_000])
      assert.deepStrictEqual(
        [...new Set(lines)],
        ["http://dms.test/ is busy and asks for a retry in 25 s (Retry-After); waiting"]
      )
    })
  )

  it.effect("does not log a wait of two seconds", () =>
    Effect.gen(function* () {
      const { lines, sent } = yield* sendings({ _tag: "Failure", retryAfterMillis: 2000 })
      assert.deepStrictEqual([sent.length, lines], [31, []])
    })
  )

  it.effect("sends at most one request per second if Retry-After is 0", () =>
    Effect.gen(function* () {
      const { sent } = yield* sendings({ _tag: "Failure", retryAfterMillis: 0 })
      assert.deepStrictEqual(sent.slice(0, 3), [0, 1000, 2000])
      assert.strictEqual(sent.length, 61)
    })
  )

  it.effect("does not start a wait of more than a minute, and reports the reason", () =>
    Effect.gen(function* () {
      const failure: Failure = { _tag: "Failure", retryAfterMillis: 3_600_000 }
      const { sent } = yield* sendings(failure)
      assert.deepStrictEqual(sent, [0])
      assert.strictEqual(
        retryAfterNote(failure),
        "; the server asks for a retry after 3600 s (Retry-After); edfi-perf waits at most 60 s"
      )
      assert.strictEqual(retryAfterNote({ _tag: "Failure" }), "")
    })
  )
})
