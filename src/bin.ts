#!/usr/bin/env node
/** Starts the command where there is room to load it; `cli/program.ts` is the command. */
import { descriptorLimit } from "./cli/descriptorLimit.ts"
import { exitCodes } from "./cli/exitCodes.ts"

/** Node has about 190 modules of this program open at the same time, and ends with a stack of its own where it may not. */
const neededToLoad = 200

const limit = descriptorLimit()
if (limit === undefined || limit >= neededToLoad) await import("./cli/program.ts")
else {
  process.stderr.write(
    `edfi-perf: this process may open ${limit} files, and this program needs ${neededToLoad} to start; raise the limit with ulimit -n 1024\n`
  )
  process.exitCode = exitCodes.wrongInput
}
