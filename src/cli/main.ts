/** The whole command as one Effect that never fails: argv in, exit code out, errors on stderr. */
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { RunConfig, runSettings } from "../config/RunConfig.ts"
import { WrongSettings } from "../config/WrongSettings.ts"
import { scenarios } from "../scenarios/index.ts"
import { compareCommand, WrongComparison } from "./compare.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { localDmsCommand } from "./localDms.ts"
import { readWords } from "./readWords.ts"
import { runCommand } from "./run.ts"
import { version } from "./version.ts"

const root = Command.make("edfi-perf").pipe(
  Command.withDescription(
    "Load tester for the Ed-Fi Data Management Service (DMS) and its transactional POST /batch. Exit codes: 0 done, 1 a limit was crossed, 2 wrong input, 3 the DMS is not ready, 4 a defect of this program, 130 interrupted."
  ),
  Command.withSubcommands([runCommand, localDmsCommand, compareCommand])
)

const cli = Command.run(root, { name: "edfi-perf", version })

/** The flags that may be repeated, in lower case: lists of `run`, two of `local-dms`, and one of `compare`. */
const repeatable = new Set(
  [
    ...runSettings.filter(({ kind }) => kind === "list").map(({ name }) => name),
    "deny",
    "fault",
    "failOn"
  ].map((name) => name.toLowerCase())
)

/** `--testList=A`, which the option parser takes only as two words where a flag is repeatable. */
const splitLists = (argv: ReadonlyArray<string>): ReadonlyArray<string> =>
  argv.flatMap((word) => {
    const [, name = "", value = ""] = /^--([^=]+)=(.*)$/s.exec(word) ?? []
    return repeatable.has(name.toLowerCase()) ? [`--${name}`, value] : [word]
  })

/** Everything that is wrong with a `run`, where words are wrong that the option parser would stop at. */
const checkWords = (words: ReadonlyArray<string>): Effect.Effect<void, WrongSettings> => {
  const { flags, problems } = readWords(words)
  const [head, ...tail] = problems
  if (head === undefined) return Effect.void
  return Effect.matchEffect(RunConfig.load(flags, scenarios), {
    onFailure: (more) => new WrongSettings({ problems: [head, ...tail, ...more.problems] }),
    onSuccess: () => new WrongSettings({ problems: [head, ...tail] })
  })
}

/** What the option parser would leave out: `--failOn "$LIMIT"` without a limit would let everything pass. */
const refuseEmpty = (words: ReadonlyArray<string>): Effect.Effect<void, WrongComparison> =>
  words.some((word) => word.trim() === "" || /^--\w+=\s*$/.test(word))
    ? new WrongComparison({
        detail: 'a word after compare is empty; --failOn takes a limit such as "latency.p95 +10%"'
      })
    : Effect.void

const checksOf = (
  command: string | undefined,
  words: ReadonlyArray<string>
): Effect.Effect<void, WrongSettings | WrongComparison> => {
  if (command === "run") return checkWords(words)
  return command === "compare" ? refuseEmpty(words) : Effect.void
}

/** @param argv as `process.argv`: runtime, script, words */
export const main = (argv: ReadonlyArray<string>) => {
  const [command, ...words] = argv.slice(2)
  return Effect.zipRight(checksOf(command, words), cli(splitLists(argv))).pipe(
    Effect.as<ExitCode>(exitCodes.done),
    Effect.catchAll((error) => {
      if (ValidationError.isValidationError(error)) {
        // The option parser has told what was wrong, but not what would be right.
        const hint =
          "edfi-perf: wrong input, nothing was sent; --help after the command lists what it accepts"
        return Effect.as(Console.error(hint), exitCodes.wrongInput)
      }
      if (error._tag === "RunEnded") return Effect.succeed(error.exitCode)
      if (error._tag === "ChangedTooMuch") return Effect.succeed(exitCodes.limitCrossed)
      if (error._tag === "PageNotWritable") {
        return Effect.as(Console.error(`edfi-perf: ${error.message}`), exitCodes.limitCrossed)
      }
      return Effect.as(
        Console.error(`edfi-perf: ${error.message}`),
        wrongInput.has(error._tag) ? exitCodes.wrongInput : exitCodes.notReady
      )
    })
  )
}

const wrongInput = new Set([
  "WrongSettings",
  "OutputNotWritable",
  "PortUnavailable",
  "PageUnavailable",
  "WrongComparison",
  "UnreadableRun"
])
