/** The end of a command that did its work. */
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { OutputNotWritable } from "../output/outputFolder.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"

/** The command ended with another exit code than 0; the reason has been printed. */
export class CommandEnded extends Data.TaggedError("CommandEnded")<{ readonly exitCode: ExitCode }> {}

type Written = Either.Either<void, OutputNotWritable>

/** Prints the folder of the files, or why they could not all be written. */
export const printFolder = (written: Written, output: string): Effect.Effect<void> =>
  Either.match(written, {
    onRight: () => Console.log(`\nfiles in ${output}`),
    onLeft: ({ message }) => Console.error(`edfi-perf: ${message}`)
  })

/** Ends a command; missing files turn success into `limitCrossed`. */
export const endWith = (
  code: ExitCode,
  written: Either.Either<void, unknown>
): Effect.Effect<void, CommandEnded> => {
  const exitCode = code === exitCodes.done && Either.isLeft(written) ? exitCodes.limitCrossed : code
  return exitCode === exitCodes.done ? Effect.void : new CommandEnded({ exitCode })
}
