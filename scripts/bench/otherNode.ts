/** Benches on another version of Node than the one that started them. */
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { realpathSync } from "node:fs"
import { nodeBinary } from "../nodeBinary.ts"
import { BenchFailed } from "./children.ts"
import { checkout } from "./contenders.ts"

/** The flag that every bench has. */
export const nodeFlag = Options.optional(Options.text("node")).pipe(
  Options.withDescription(
    "Run the bench and all of its contenders on this Node: a path, or a version as 24.21.0"
  )
)

/** The path of `node`. @param wanted a path, or a version, which npm installs if it is not the running one */
export const findNode = (wanted: string): Effect.Effect<string, BenchFailed> =>
  Effect.try({
    try: () => {
      if (!/^\d+\.\d+\.\d+$/.test(wanted)) return realpathSync(wanted)
      return `v${wanted}` === process.version ? process.execPath : realpathSync(nodeBinary(wanted, checkout))
    },
    catch: (error) => new BenchFailed({ message: `--node ${wanted}: ${String(error)}` })
  })

/** The same command line on another Node. Nothing happens meanwhile in this process, which ends with its exit code. */
export const runAgainOn = (node: string): Effect.Effect<void> =>
  Effect.sync(() => {
    const { status } = spawnSync(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit" })
    process.exitCode = status ?? 1
  })
