/** How a command says that its work was done, and what it came to. */
import * as Data from "effect/Data"
import type { ExitCode } from "./exitCodes.ts"

/** It came to its end, but not to a good one; everything about it has been printed. */
export class CommandEnded extends Data.TaggedError("CommandEnded")<{ readonly exitCode: ExitCode }> {}
