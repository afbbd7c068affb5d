#!/usr/bin/env node
/** Checks that this process may open enough files to load the program, then starts it (`cli/program.ts`). */
import { descriptorLimit } from "./run/descriptorLimit.ts"
import { exitCodes } from "./cli/exitCodes.ts"

/** While it loads this program, Node keeps about 190 modules open; if it cannot, it exits with a stack trace. */
const neededToLoad = 200

const limit = descriptorLimit()
if (limit === undefined || limit >= neededToLoad) await import("./cli/program.ts")
else {
  process.stderr.write(
    `edfi-perf: this process may open ${limit} files, and this program needs ${neededToLoad} to start; raise the limit with ulimit -n 1024\n`
  )
  process.exitCode = exitCodes.wrongInput
}
