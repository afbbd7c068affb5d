#!/usr/bin/env node
/** Starts the program (`cli/program.ts`) if this process may open enough files to load it. */
import { descriptorLimit } from "./run/descriptorLimit.ts"
import { exitCodes } from "./cli/exitCodes.ts"

/** While Node loads the program, about 190 modules are open; above the limit, Node exits with a stack trace. */
const neededToLoad = 200

const limit = descriptorLimit()
if (limit === undefined || limit >= neededToLoad) await import("./cli/program.ts")
else {
  process.stderr.write(
    `edfi-perf: the open file limit is ${limit}, and starting needs ${neededToLoad}; raise it with ulimit -n 1024\n`
  )
  process.exitCode = exitCodes.wrongInput
}
