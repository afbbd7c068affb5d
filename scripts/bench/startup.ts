/**
 * `npm run bench:startup`: what it costs to start the command, bundled and unbundled, or here and at another commit. The
 * sides alternate; the figures are those that the processes report of themselves when they end.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer, type ServerResponse } from "node:http"
import { join } from "node:path"
import { build, commitOf } from "./againstCommit.ts"
import { temporaryFolder } from "./campaign.ts"
import { BenchFailed } from "./children.ts"
import { bin, checkout, ourCommand } from "./contenders.ts"
import { runBench, whole } from "./main.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, out, printColumns, printHeader, spread } from "./report.ts"

const flags = {
  node: nodeFlag,
  rounds: whole("rounds", 9, "How often each side is started with each command line"),
  against: Options.optional(Options.text("against")).pipe(
    Options.withDescription("Instead of the unbundled command: a commit, branch or tag")
  )
}

interface Side {
  readonly name: string
  /** The script that Node starts. */
  readonly script: string
}

/** Of one start, in milliseconds and megabytes. */
interface Cost {
  readonly cpu: number
  readonly wall: number
  readonly rss: number
}

const commandLines = ["--version", "--help", "compare --help", "run --clientCuont 5"]

/** Writes what `process.resourceUsage()` returns at the end to the file of `BENCH_USAGE`. */
const reportUsage = `process.on("exit", () =>
  require("node:fs").writeFileSync(process.env.BENCH_USAGE, JSON.stringify(process.resourceUsage())))`

const Usage = Schema.parseJson(
  Schema.Struct({ userCPUTime: Schema.Number, systemCPUTime: Schema.Number, maxRSS: Schema.Number })
)

const startOnce = (
  { script }: Side,
  words: ReadonlyArray<string>,
  folder: string
): Effect.Effect<Cost, BenchFailed> =>
  Effect.gen(function* () {
    const [hook, usage] = [join(folder, "reportUsage.cjs"), join(folder, "usage.json")]
    const began = performance.now()
    yield* Effect.async<void>((resume) => {
      const child = spawn(process.execPath, ["--require", hook, script, ...words], {
        cwd: folder,
        env: { PATH: process.env["PATH"], BENCH_USAGE: usage },
        stdio: "ignore"
      })
      child.on("close", () => resume(Effect.void))
    })
    const wall = performance.now() - began
    const { maxRSS, systemCPUTime, userCPUTime } = yield* Schema.decode(Usage)(
      readFileSync(usage, "utf8")
    ).pipe(Effect.mapError(({ message }) => new BenchFailed({ message })))
    return { wall, cpu: (userCPUTime + systemCPUTime) / 1000, rss: maxRSS / 1024 }
  })

const json = (response: ServerResponse, body: unknown): void =>
  void response.setHeader("content-type", "application/json").end(JSON.stringify(body))

/** Milliseconds from the start of a run until these requests arrive. */
interface FirstRequests {
  /** Of any kind: discovery. */
  readonly any: number
  readonly batch: number
}

/** Starts a run against a server of this process, and ends it by force at its first batch. */
const firstRequests = ({ name, script }: Side, folder: string): Effect.Effect<FirstRequests, BenchFailed> =>
  Effect.async<FirstRequests, BenchFailed>((resume) => {
    let [began, any] = [0, 0]
    let root = ""
    const server = createServer((request, response) => {
      const millis = performance.now() - began
      if (any === 0) any = millis
      if (request.url?.startsWith("/batch")) {
        resume(Effect.succeed({ any, batch: millis }))
        child?.kill("SIGKILL")
      } else if (request.url?.startsWith("/oauth")) {
        json(response, { access_token: "bench", expires_in: 86_400, token_type: "Bearer" })
      } else {
        json(response, {
          urls: { oauth: `${root}/oauth/token`, dataManagementApi: `${root}/data`, batchApi: `${root}/batch` }
        })
      }
    })
    let child: ReturnType<typeof spawn> | undefined
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = server.address()
      root = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
      const load = {
        url: root,
        users: 1,
        triples: 1,
        maxSeconds: 60,
        folder: join(folder, "out"),
        people: ""
      }
      const { variables, words } = ourCommand(name, script).command(load)
      began = performance.now()
      child = spawn(process.execPath, [...words], {
        cwd: folder,
        env: { PATH: process.env["PATH"], ...variables },
        stdio: "ignore"
      })
      child.on("close", () => {
        server.close()
        server.closeAllConnections()
        resume(new BenchFailed({ message: `${name} ended without a batch` }))
      })
    })
    return Effect.sync(() => child?.kill("SIGKILL"))
  })

/** Both sides once, the one that starts first in turn. */
const alternate = <A>(
  round: number,
  measure: (side: number) => Effect.Effect<A, BenchFailed>
): Effect.Effect<readonly [A, A], BenchFailed> =>
  round % 2 === 0
    ? Effect.all([measure(0), measure(1)])
    : Effect.map(Effect.all([measure(1), measure(0)]), ([second, first]) => [first, second])

/** The first round is not counted: it reads files for the first time. */
const rounds = <A>(
  count: number,
  measure: (side: number) => Effect.Effect<A, BenchFailed>
): Effect.Effect<ReadonlyArray<readonly [A, A]>, BenchFailed> =>
  Effect.map(
    Effect.forEach(Array.from({ length: count + 1 }).keys(), (round) => alternate(round, measure)),
    (pairs) => pairs.slice(1)
  )

const row = <A>(name: string, pairs: ReadonlyArray<readonly [A, A]>, figure: (measured: A) => number) => [
  name,
  spread(pairs.map(([ours]) => figure(ours))),
  spread(pairs.map(([, theirs]) => figure(theirs))),
  median(pairs.map(([ours, theirs]) => figure(ours) / figure(theirs))).toFixed(2)
]

/** What this checkout is compared with. */
const otherSide = (against: Option.Option<string>, folder: string) =>
  Option.match(against, {
    onNone: () => Effect.succeed({ name: "unbundled", script: join(checkout, "dist/cli/program.js") }),
    onSome: (ref) =>
      Effect.gen(function* () {
        const commit = yield* commitOf(ref)
        return { name: ref, script: join(yield* build(commit, folder), "bin.js") }
      })
  })

runBench(
  Command.make("bench:startup", flags, (given) =>
    Effect.gen(function* () {
      printHeader()
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "reportUsage.cjs"), reportUsage)
      const ours: Side = { name: "bundled", script: bin }
      const theirs: Side = yield* otherSide(given.against, folder)
      const side = (index: number) => (index === 0 ? ours : theirs)
      const rows: Array<ReadonlyArray<string>> = []
      for (const line of commandLines) {
        const pairs = yield* rounds(given.rounds, (index) => startOnce(side(index), line.split(" "), folder))
        rows.push(
          row(`${line}: CPU ms`, pairs, ({ cpu }) => cpu),
          row("  wall ms", pairs, ({ wall }) => wall),
          row("  max RSS MB", pairs, ({ rss }) => rss)
        )
      }
      const runs = yield* rounds(given.rounds, (index) => firstRequests(side(index), folder))
      rows.push(
        row("run: ms to the first request", runs, ({ any }) => any),
        row("  ms to the first batch", runs, ({ batch }) => batch)
      )
      out(`\nmedian (min..max) of ${given.rounds} rounds; the ratio is the median of the rounds' ratios`)
      printColumns([["", ours.name, theirs.name, "ratio"], ...rows])
    }).pipe(Effect.scoped)
  )
)
