/** How long the page is served after its run. */
import * as Terminal from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { LivePage } from "./LivePage.ts"

/** Until the page is closed, or a maximum duration; 0 for no wait. */
export type Linger = "untilClosed" | Duration.Duration

/** The default: until the page is closed on a terminal, no wait without one, as in a CI job. */
export const lingerOr = (setting: Linger | undefined): Effect.Effect<Linger, never, Terminal.Terminal> =>
  Effect.gen(function* () {
    if (setting !== undefined) return setting
    const terminal = yield* Terminal.Terminal
    return (yield* terminal.isTTY) ? "untilClosed" : Duration.zero
  })

/** Waits while the page is open, and says so first. Returns at once when it is not open. */
export const lingerWith = (
  { openPages, untilNoPage, url }: Pick<LivePage, "openPages" | "untilNoPage" | "url">,
  linger: Linger
): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (openPages() === 0) return
    if (linger === "untilClosed") {
      yield* Console.log(
        `The page at ${url} is still open: waiting until it is closed. Press Ctrl-C to end now.`
      )
      return yield* untilNoPage
    }
    if (Duration.equals(linger, Duration.zero)) return
    yield* Console.log(
      `The page at ${url} is still open: waiting at most ${Duration.format(linger)} for it to be closed (--webLinger). ` +
        "Press Ctrl-C to end now."
    )
    yield* Effect.timeoutOption(untilNoPage, linger)
  })
