#!/usr/bin/env node
/**
 * Starts the program (`cli/program.ts`), bundled. With modules of `--scenario` it starts the unbundled program, because
 * these modules have to import the same copies of `edfi-perf` and `effect`, which a bundle does not export:
 * docs/decisions/0023-bundled-command.md.
 */
import { exitCodes } from "./cli/exitCodes.ts"
import { namesModules } from "./cli/namesModules.ts"
import { descriptorLimit } from "./run/descriptorLimit.ts"

/** Node opens all modules of a program at once; above the limit, it exits with a stack trace. */
const neededFiles = { bundled: 64, unbundled: 200 }

/** A variable, so that the bundler leaves this import to Node. */
const unbundledProgram = new URL("cli/program.js", import.meta.url).href

const isUnbundled = namesModules(process.argv.slice(2), process.env, ".env")
const needed = isUnbundled ? neededFiles.unbundled : neededFiles.bundled
const limit = descriptorLimit()

if (limit !== undefined && limit < needed) {
  process.stderr.write(
    `edfi-perf: the open file limit is ${limit}, and starting needs ${needed}; raise it with ulimit -n 1024\n`
  )
  process.exitCode = exitCodes.wrongInput
} else if (isUnbundled) await import(unbundledProgram)
else await import("./cli/program.ts")
