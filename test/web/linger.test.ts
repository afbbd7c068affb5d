import * as Terminal from "@effect/platform/Terminal"
import { assert, describe } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Mailbox from "effect/Mailbox"
import * as TestClock from "effect/TestClock"
import { type Linger, lingerOr, lingerWith } from "../../src/web/linger.ts"
import { it } from "../engine/virtualTime.ts"

const terminal = (isTTY: boolean): Terminal.Terminal => ({
  columns: Effect.succeed(80),
  rows: Effect.succeed(24),
  isTTY: Effect.succeed(isTTY),
  readInput: Mailbox.make(),
  readLine: Effect.never,
  display: () => Effect.void
})

/** Waits for a page that is closed after an hour: the seconds that it took, and the lines it printed. */
const waitWith = (linger: Linger, openPages = 1) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const real = yield* Effect.console
    const console: Console.Console = { ...real, log: (line) => Effect.sync(() => lines.push(String(line))) }
    const page = {
      url: "http://127.0.0.1:8089/",
      openPages: () => openPages,
      untilNoPage: Effect.sleep("1 hour")
    }
    const waiting = yield* Effect.fork(Effect.timed(Effect.withConsole(lingerWith(page, linger), console)))
    yield* TestClock.adjust("2 hours")
    const [took] = yield* Fiber.join(waiting)
    return { lines, seconds: Duration.toSeconds(took) }
  })

describe("the page after its run", () => {
  it.effect("is served until it is closed on a terminal, and not at all without one", () =>
    Effect.gen(function* () {
      const lingerOn = (isTTY: boolean, setting?: Linger) =>
        Effect.provideService(lingerOr(setting), Terminal.Terminal, terminal(isTTY))
      assert.strictEqual(yield* lingerOn(true), "untilClosed")
      assert.deepStrictEqual(yield* lingerOn(false), Duration.zero)
      for (const setting of ["untilClosed", Duration.seconds(5)] as const) {
        for (const isTTY of [true, false]) assert.strictEqual(yield* lingerOn(isTTY, setting), setting)
      }
    })
  )

  it.effect("is waited for until it is closed", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waitWith("untilClosed"), {
        lines: [
          "The page at http://127.0.0.1:8089/ is still open: waiting until it is closed. Press Ctrl-C to end now."
        ],
        seconds: 3600
      })
    })
  )

  it.effect("is waited for no longer than --webLinger", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waitWith(Duration.minutes(1.5)), {
        lines: [
          "The page at http://127.0.0.1:8089/ is still open: waiting at most 1m 30s for it to be closed (--webLinger). Press Ctrl-C to end now."
        ],
        seconds: 90
      })
    })
  )

  it.effect("is not waited for, and nothing is printed, with --webLinger 0 or when it is not open", () =>
    Effect.gen(function* () {
      const atOnce = { lines: [], seconds: 0 }
      assert.deepStrictEqual(yield* waitWith(Duration.zero), atOnce)
      assert.deepStrictEqual(yield* waitWith("untilClosed", 0), atOnce)
    })
  )
})
