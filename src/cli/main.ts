/** The whole command as one Effect that never fails: argv in, exit code out, errors on stderr. */
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { nearest } from "../settings/nearest.ts"
import { WrongSettings } from "../settings/WrongSettings.ts"
import { readArgv, wordsOf } from "./argv.ts"
import type { CommandEnded } from "./CommandEnded.ts"
import { type CommandEntry, type CommandInfo, commands } from "./commands.ts"
import { completions, shells } from "./completions.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { failureCodes } from "./failureCodes.ts"
import { commandHelp, programHelp } from "./help.ts"
import { version } from "../domain/version.ts"

/** The first word is neither a command nor a flag of the program. */
class UnknownCommand extends Data.TaggedError("UnknownCommand")<{ readonly message: string }> {}

const commandNames = commands.map(({ name }) => name)

/** Flags that other programs have as commands. */
const programFlags = ["--help", "--version"]

/** @example nearestCommand("rnu") // "run" */
const nearestCommand = (word: string): string | undefined =>
  commandNames.find((name) => word.length > 1 && name.startsWith(word.toLowerCase())) ??
  nearest(word, commandNames, 2)

const unknownCommand = (word: string): UnknownCommand => {
  if (word.startsWith("-")) {
    return new UnknownCommand({
      message: `${word.replace(/=.*/s, "")} is not a flag of edfi-perf; flags follow a command: edfi-perf run --local`
    })
  }
  const near = nearestCommand(word) ?? programFlags.find((flag) => flag === `--${word.toLowerCase()}`)
  const hint = near === undefined ? `the commands are ${commandNames.join(", ")}` : `did you mean ${near}?`
  return new UnknownCommand({ message: `${word} is not a command; ${hint}` })
}

const printCompletions = (given: string | undefined): Effect.Effect<void, UnknownCommand> => {
  const shell = shells.find((each) => each === given)
  return shell === undefined
    ? new UnknownCommand({ message: `--completions accepts ${shells.join(", ")}` })
    : Console.log(completions(shell, commands))
}

/** Loads the command and starts it, unless its words are wrong or ask for help. */
const startCommand = (command: CommandEntry, words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const info: CommandInfo = command
    const argv = readArgv(info, words)
    if (argv.requested === "help") return yield* Console.log(commandHelp(info))
    if (argv.requested === "version") return yield* Console.log(version)
    const [problem, ...others] = argv.problems
    if (problem === undefined) return yield* command.start(wordsOf(argv))
    // Wrong values are reported together with wrong words.
    const more = yield* Effect.match(info.check(argv.flags, argv.operands), {
      onFailure: ({ problems }) => problems,
      onSuccess: () => []
    })
    return yield* new WrongSettings({ problems: [problem, ...others, ...more] })
  }).pipe(
    Effect.catchTag(
      "WrongSettings",
      ({ problems }) => new WrongSettings({ problems, consequence: command.consequence })
    )
  )

/** `--log-level debug run` is `run --log-level debug`. */
const logLevelLast = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first = "", second, ...rest] = words
  if (/^--log-?level=/i.test(first)) return [...words.slice(1, 2), first, ...rest]
  if (/^--log-?level$/i.test(first) && second !== undefined) {
    return [...rest.slice(0, 1), first, second, ...rest.slice(1)]
  }
  return words
}

const interpret = (given: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const [first = "--help", ...words] = logLevelLast(given)
    if (first === "--help" || first === "-h") return yield* Console.log(programHelp(commands))
    if (first === "--version") return yield* Console.log(version)
    if (first === "--completions") return yield* printCompletions(words[0])
    if (first.startsWith("--completions=")) return yield* printCompletions(first.split("=")[1])
    const command = commands.find(({ name }) => name === first.toLowerCase())
    if (command === undefined) return yield* unknownCommand(first)
    yield* startCommand(command, words)
  })

type Failure = Exclude<Effect.Effect.Error<ReturnType<typeof interpret>>, CommandEnded>

/** Each failure is printed as one message; the types require an exit code for each. */
const exitCodeOf: Readonly<Record<Failure["_tag"], ExitCode>> = failureCodes

/** @param argv as `process.argv`: runtime, script, words */
export const main = (argv: ReadonlyArray<string>) =>
  interpret(argv.slice(2)).pipe(
    Effect.as<ExitCode>(exitCodes.done),
    Effect.catchAll((error) =>
      error._tag === "CommandEnded"
        ? Effect.succeed(error.exitCode)
        : Effect.as(Console.error(`edfi-perf: ${error.message}`), exitCodeOf[error._tag])
    )
  )
