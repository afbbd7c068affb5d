/** Progress of a run or a study: a line rewritten every second on a terminal, otherwise a new line now and then. */
import * as Terminal from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

/** Without a terminal only the second line and every tenth are printed. */
const everyLines = 10

const eraseLine = "\r\u001b[K"

export interface Progress {
  /** Called every second. */
  readonly show: (line: () => string) => Effect.Effect<void>
  /** Clears the line for the output that follows. */
  readonly end: Effect.Effect<void>
}

export const makeProgress: Effect.Effect<Progress, never, Terminal.Terminal> = Effect.gen(function* () {
  const terminal = yield* Terminal.Terminal
  const rewrites = yield* terminal.isTTY
  const columns = yield* terminal.columns
  let shown = 0
  return {
    show: (line) =>
      Effect.suspend(() => {
        shown++
        if (rewrites) {
          const fitting = columns > 0 ? line().slice(0, columns - 1) : line()
          return Effect.ignore(terminal.display(eraseLine + fitting))
        }
        return shown === 2 || shown % everyLines === 0 ? Console.log(line()) : Effect.void
      }),
    end: rewrites ? Effect.ignore(terminal.display(eraseLine)) : Effect.void
  }
})
