/** The whole command as one Effect that never fails: argv in, exit code out, errors on stderr. */
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { WrongSettings } from "../settings/WrongSettings.ts"
import { capacityCommand } from "./capacity.ts"
import type { CommandEnded } from "./CommandEnded.ts"
import { compareCommand, WrongComparison } from "./compare.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { localDmsCommand } from "./localDms.ts"
import { readArgv, splitClusters } from "./argv.ts"
import { runCommand } from "./run.ts"
import type { WithSettings } from "./settingsCommand.ts"
import { sweepCommand } from "./sweep.ts"
import { version } from "./version.ts"
import { versusCommand } from "./versus.ts"

const root = Command.make("edfi-perf").pipe(
  Command.withDescription(
    "Load tester for the Ed-Fi Data Management Service (DMS) and its transactional POST /batch. Exit codes: 0 done, 1 a limit was crossed, 2 wrong input, 3 the DMS is not ready or refuses a scenario from the start, 4 a defect of this program, 130 interrupted."
  ),
  Command.withSubcommands([
    runCommand.command,
    versusCommand.command,
    sweepCommand.command,
    capacityCommand.command,
    localDmsCommand,
    compareCommand
  ])
)

const cli = Command.run(root, { name: "edfi-perf", version })

const withSettings: ReadonlyArray<WithSettings> = [runCommand, versusCommand, sweepCommand, capacityCommand]

/** In lower case: lists and secrets of settings, two lists of `local-dms`, and one of `compare`. */
const splitFlags = new Set(
  [
    ...withSettings
      .flatMap(({ settings }) => settings)
      .filter(({ kind }) => kind === "list" || kind === "secret")
      .map(({ name }) => name),
    "deny",
    "fault",
    "failOn"
  ].map((name) => name.toLowerCase())
)

/**
 * Splits `--testList=A` into two words: in one word, the option parser rejects repeatable flags and trims the value of
 * a secret.
 */
const splitValues = (argv: ReadonlyArray<string>): ReadonlyArray<string> =>
  argv.flatMap((word) => {
    const [, name = "", value = ""] = /^--([^=]+)=(.*)$/s.exec(word) ?? []
    return splitFlags.has(name.toLowerCase()) ? [`--${name}`, value] : [word]
  })

/** Everything that is wrong with what a command was given, where words are wrong that the option parser would stop at. */
const checkWords = (
  command: WithSettings,
  words: ReadonlyArray<string>
): Effect.Effect<void, WrongSettings> => {
  const { flags, problems } = readArgv(command, words)
  const [head, ...tail] = problems
  if (head === undefined) return Effect.void
  return Effect.matchEffect(command.check(flags), {
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
  known: WithSettings | undefined,
  words: ReadonlyArray<string>
): Effect.Effect<void, WrongSettings | WrongComparison> => {
  if (known !== undefined) return checkWords(known, words)
  return command === "compare" ? refuseEmpty(words) : Effect.void
}

/** What a command can fail with, apart from words that the option parser refuses and an end that has been told. */
type Failure = Exclude<
  Effect.Effect.Error<ReturnType<typeof cli>> | WrongSettings | WrongComparison,
  ValidationError.ValidationError | CommandEnded
>

/** Each is told in a line; a new one has to say what it means. */
const exitCodeOf: Readonly<Record<Failure["_tag"], ExitCode>> = {
  WrongSettings: exitCodes.wrongInput,
  WrongComparison: exitCodes.wrongInput,
  UnreadableRun: exitCodes.wrongInput,
  OutputNotWritable: exitCodes.wrongInput,
  PortUnavailable: exitCodes.wrongInput,
  PageUnavailable: exitCodes.wrongInput,
  PageNotWritable: exitCodes.limitCrossed,
  DmsUnreachable: exitCodes.notReady,
  InsecureAddress: exitCodes.notReady,
  LoginRefused: exitCodes.notReady,
  TokenUnavailable: exitCodes.notReady,
  BatchUnsupported: exitCodes.notReady,
  NamingUnknown: exitCodes.notReady,
  FixtureMissing: exitCodes.notReady,
  FixtureRefused: exitCodes.notReady,
  ScenarioNotReady: exitCodes.notReady,
  LocalDmsFailed: exitCodes.notReady,
  StoreUnavailable: exitCodes.notReady,
  DatabaseUnreachable: exitCodes.notReady
}

/** @param argv as `process.argv`: runtime, script, words */
export const main = (argv: ReadonlyArray<string>) => {
  const [command, ...given] = argv.slice(2)
  const known = withSettings.find(({ name }) => name === command)
  const words = known === undefined ? given : splitClusters(known, given)
  const parsed = splitValues([...argv.slice(0, 3), ...words])
  return Effect.zipRight(checksOf(command, known, words), cli(parsed)).pipe(
    Effect.as<ExitCode>(exitCodes.done),
    Effect.catchAll((error) => {
      if (ValidationError.isValidationError(error)) {
        // The option parser has told what was wrong, but not what would be right.
        const hint =
          "edfi-perf: wrong input, nothing was sent; --help after the command lists what it accepts"
        return Effect.as(Console.error(hint), exitCodes.wrongInput)
      }
      if (error._tag === "CommandEnded") return Effect.succeed(error.exitCode)
      return Effect.as(Console.error(`edfi-perf: ${error.message}`), exitCodeOf[error._tag])
    })
  )
}
