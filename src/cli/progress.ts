/** Tells how a run goes: a line that is rewritten every second, or where there is no terminal one now and then. */
import * as Terminal from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { Slice } from "../metrics/Recorder.ts"
import { progressLine } from "../report/text.ts"

/** Without a terminal: at second 2, and then every this many seconds. */
const everySeconds = 10

const eraseLine = "\r\u001b[K"

export interface Progress {
  readonly show: (slice: Slice) => Effect.Effect<void>
  /** Makes room for what is printed next. */
  readonly end: Effect.Effect<void>
}

/** @param duePerSecond in the open model: what is to be started, by seconds since the start */
export const makeProgress = (
  runSeconds: number,
  duePerSecond?: (elapsedSeconds: number) => number
): Effect.Effect<Progress, never, Terminal.Terminal> =>
  Effect.gen(function* () {
    const terminal = yield* Terminal.Terminal
    const rewrites = yield* terminal.isTTY
    const columns = yield* terminal.columns
    let shown = 0
    return {
      show: (slice) =>
        Effect.suspend(() => {
          shown++
          const line = progressLine(slice, runSeconds, duePerSecond?.(slice.elapsedSeconds))
          if (rewrites) {
            const fitting = columns > 0 ? line.slice(0, columns - 1) : line
            return Effect.ignore(terminal.display(eraseLine + fitting))
          }
          return shown === 2 || shown % everySeconds === 0 ? Console.log(line) : Effect.void
        }),
      end: rewrites ? Effect.ignore(terminal.display(eraseLine)) : Effect.void
    }
  })
