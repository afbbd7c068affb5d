/** Every command of docs/cookbook.md, in its order, shortened, against the server that the cookbook offers. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFile, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { folder } from "../cli/edfiPerf.ts"

const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const bin = fileOf("dist/bin.js")

interface CookbookCommand {
  readonly words: ReadonlyArray<string>
  /** Whether its comment says that it needs `/batch`, which the server of the cookbook lacks. */
  readonly needsBatches: boolean
}

/** The words of a line of a shell, without quotes. */
const wordsOf = (line: string): ReadonlyArray<string> =>
  (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""))

/** The commands in blocks of a shell: `edfi-perf resources     # a comment`. */
const commandsIn = (markdown: string): ReadonlyArray<CookbookCommand> =>
  [...markdown.matchAll(/^```sh\n([^]*?)^```$/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .flatMap((line) => {
      const [command = "", comment = ""] = line.split(/\s+#\s/)
      const [program, ...words] = wordsOf(command)
      return program === "edfi-perf" ? [{ words, needsBatches: comment.includes("/batch") }] : []
    })

/** What makes a flag of the cookbook shorter. */
const shorter: Readonly<Record<string, string>> = {
  "-m": "0.01",
  "--recordCount": "60",
  "--warmUp": "100ms",
  // A machine that has much else to do is slow.
  "--threshold": "latency.p95 < 60s"
}

const shortened = (words: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...words.map((word, index) => shorter[words[index - 1] ?? ""] ?? word),
  ...(words[0] === "capacity" ? ["--startRate", "20/s", "--maxRate", "40/s"] : [])
]

/** Settings that only change how long a command takes. */
const quick = {
  PERF_SLICES: "1",
  PERF_SLICE_TIME: "200ms",
  PERF_STEP_TIME: "2",
  PERF_MAX_STEP_TIME: "2",
  CLIENT_COUNT: "2"
}

const login = { PERF_API_KEY: "local", PERF_API_SECRET: "local-secret" }

/** Runs the command to its end, with no other variables than these. */
const runIn = (cwd: string, words: ReadonlyArray<string>, variables: Readonly<Record<string, string>>) =>
  Effect.async<{ readonly exitCode: number | string; readonly text: string }>((resume) => {
    const env = { PATH: process.env["PATH"], ...variables }
    execFile(
      process.execPath,
      [bin, ...words],
      { cwd, env, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resume(Effect.succeed({ exitCode: error?.code ?? 0, text: `${out}\n${err}` }))
    )
  })

/** Starts a local DMS on a free port. @returns its address */
const startDms = (words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, [bin, ...words], { stdio: ["ignore", "pipe", "inherit"] })),
      (started) => Effect.sync(() => started.kill("SIGKILL"))
    )
    return yield* Effect.async<string>((resume) => {
      createInterface(child.stdout).on("line", (line) => {
        const [, url] = / listening on (http:\S+)/.exec(line) ?? []
        if (url !== undefined) resume(Effect.succeed(url))
      })
      child.on("close", (code) => resume(Effect.dieMessage(`the local DMS ended with ${code}`)))
    })
  })

/** A study on a busy machine may have no result. */
const allowedCodes = ([command]: ReadonlyArray<string>): ReadonlyArray<number> =>
  ["capacity", "compare", "sweep", "versus"].includes(command ?? "") ? [0, 1] : [0]

const all = commandsIn(readFileSync(fileOf("docs/cookbook.md"), "utf8"))
const isServer = ({ words }: CookbookCommand): boolean => words[0] === "local-dms"

describe("docs/cookbook.md", { timeout: 900_000 }, () => {
  it.scopedLive("has only commands that work as they stand, one after the other", () =>
    Effect.gen(function* () {
      const [server, ...others] = all.filter(isServer)
      assert.deepStrictEqual(others, [])
      const words = (server?.words ?? []).map((word) => (word === "8080" ? "0" : word))
      const main = yield* startDms([...words, "--quiet"])
      const claims = ["--claimSet", "sandbox", "--relationships", "true"]
      const batch = yield* startDms(["local-dms", "--port", "0", "--quiet", ...claims])
      const cwd = yield* folder
      const commands = all.filter((each) => !isServer(each))
      assert.isAtLeast(commands.length, 17)
      const problems: Array<string> = []
      for (const { needsBatches, words: given } of commands) {
        const used = shortened(given)
        const variables = { ...quick, ...login, PERF_API_BASEURL: needsBatches ? batch : main }
        const { exitCode, text } = yield* runIn(cwd, used, variables)
        const isRefused = text.includes("refused with 403") || text.includes("was refused from the start")
        if (isRefused || !allowedCodes(used).some((code) => code === exitCode))
          problems.push(`edfi-perf ${given.join(" ")}: exit code ${exitCode}\n${text.slice(-1500)}`)
      }
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
