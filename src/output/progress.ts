/** Progress of a run or a study: a line rewritten every second on a terminal, otherwise a new line now and then. */
import * as Terminal from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
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

/** What the lines of progress begin with: the phase of a plan. Empty for a command of its own. */
export class ProgressLabel extends Context.Reference<ProgressLabel>()("edfi-perf/output/ProgressLabel", {
  defaultValue: () => ""
}) {}

export const makeProgress: Effect.Effect<Progress, never, Terminal.Terminal> = Effect.gen(function* () {
  const terminal = yield* Terminal.Terminal
  const rewrites = yield* terminal.isTTY
  const columns = yield* terminal.columns
  const label = yield* ProgressLabel
  let shown = 0
  return {
    show: (unlabelled) =>
      Effect.suspend(() => {
        const line = () => `${label}${unlabelled()}`
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
