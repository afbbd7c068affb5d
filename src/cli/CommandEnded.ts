/** How a command says that its work was done, and what it came to. */
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { OutputNotWritable } from "../output/outputFolder.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"

/** It came to its end, but not to a good one; everything about it has been printed. */
export class CommandEnded extends Data.TaggedError("CommandEnded")<{ readonly exitCode: ExitCode }> {}

type Written = Either.Either<void, OutputNotWritable>

/** Tells where the files are, or why not all of them are there. */
export const tellFiles = (written: Written, output: string): Effect.Effect<void> =>
  Either.match(written, {
    onRight: () => Console.log(`\nfiles in ${output}`),
    onLeft: ({ message }) => Console.error(`edfi-perf: ${message}`)
  })

/** Ends a command; without its files even a good end is none. */
export const endWith = (code: ExitCode, written: Written): Effect.Effect<void, CommandEnded> => {
  const exitCode = code === exitCodes.done && Either.isLeft(written) ? exitCodes.limitCrossed : code
  return exitCode === exitCodes.done ? Effect.void : new CommandEnded({ exitCode })
}
