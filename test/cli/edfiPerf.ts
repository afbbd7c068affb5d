/** Runs the command in this process, for tests of its output and files. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { main } from "../../src/cli/main.ts"

/**
 * Runs `edfi-perf` in this process with the given variables only, and collects its output.
 *
 * @param onLine called for each line of standard output
 */
export const edfiPerf = (
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {},
  onLine: (line: string) => void = () => {}
) =>
  Effect.gen(function* () {
    const printed: Array<string> = []
    const errors: Array<string> = []
    const real = yield* Effect.console
    const console: Console.Console = {
      ...real,
      log: (...texts) =>
        Effect.sync(() => {
          printed.push(texts.join(" "))
          onLine(texts.join(" "))
        }),
      error: (...texts) => Effect.sync(() => errors.push(texts.join(" ")))
    }
    const logger = Logger.make(({ message }) => {
      errors.push(String(message))
    })
    const exitCode = yield* main(["node", "edfi-perf", ...words]).pipe(
      Effect.withConsole(console),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Effect.provide(NodeContext.layer)
    )
    return { exitCode, out: printed.join("\n"), err: errors.join("\n") }
  })

/** A folder that goes away with the test. */
export const folder = Effect.provide(
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped()),
  NodeContext.layer
)

/** The text of a file. */
export const read = (...path: ReadonlyArray<string>) =>
  Effect.provide(
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(path.join("/"))),
    NodeContext.layer
  )
