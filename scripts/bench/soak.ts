/**
 * `npm run bench:soak`: our command at full rate for a long time: whether memory grows, whether it gets slower, how many
 * sockets it opens, and whether it counts what the target counts. Memory is looked at after a forced collection.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { wireNames } from "../../src/domain/wireNames.ts"
import { temporaryFolder } from "./campaign.ts"
import { BenchFailed } from "./children.ts"
import { bin, ourCommand } from "./contenders.ts"
import { exitCodes, runBench, whole } from "./main.ts"
import { agreed, oneCoreEach, startContender, type Window } from "./measure.ts"
import { writeNameLists } from "./nameLists.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, out, printColumns, printHeader } from "./report.ts"
import { targetName } from "./targetProgram.ts"

const flags = {
  node: nodeFlag,
  wire: Options.choice("wire", wireNames).pipe(
    Options.withDefault("node"),
    Options.withDescription("What sends the requests (default node)")
  ),
  minutes: whole("minutes", 10, "How long, after the warm-up"),
  users: whole("users", 10, "Connections"),
  triples: whole("triples", 10, "Students per batch, three operations each")
}

/** Memory that grows by more than this from the second to the last quarter of the time is a leak. */
const maxGrowthMegabytes = 5

const windowSeconds = 10

/** Loaded into our command: writes a line of its memory after each of these periods. */
const reportMemory = `
const { appendFileSync } = require("node:fs")
setInterval(() => {
  gc()
  const { external, heapUsed, rss } = process.memoryUsage()
  appendFileSync(process.env.BENCH_MEMORY, JSON.stringify({ heap: heapUsed + external, rss }) + "\\n")
}, ${windowSeconds * 1000}).unref()
`

const decodeMemory = Schema.decode(
  Schema.parseJson(Schema.Array(Schema.Struct({ heap: Schema.Number, rss: Schema.Number })))
)

const readMemory = (path: string) =>
  Effect.try({
    try: () => readFileSync(path, "utf8").trim().split("\n"),
    catch: (error) => new BenchFailed({ message: `no memory was reported: ${String(error)}` })
  }).pipe(Effect.flatMap((lines) => Effect.orDie(decodeMemory(`[${lines.join(",")}]`))))

/** The medians of the four quarters of a series. */
const quarters = (figures: ReadonlyArray<number>): ReadonlyArray<number> =>
  [0, 1, 2, 3].map((quarter) =>
    median(
      figures.slice(
        Math.floor((quarter * figures.length) / 4),
        Math.max(1, Math.floor(((quarter + 1) * figures.length) / 4))
      )
    )
  )

/** Least squares. @returns the growth per step */
const slopeOf = (figures: ReadonlyArray<number>): number => {
  const middle = (figures.length - 1) / 2
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length
  const above = figures.reduce((sum, figure, at) => sum + (at - middle) * (figure - mean), 0)
  return above / figures.reduce((sum, _, at) => sum + (at - middle) ** 2, 0)
}

const row = (name: string, figures: ReadonlyArray<number>, digits: number) => [
  name,
  ...quarters(figures).map((figure) => figure.toFixed(digits)),
  (slopeOf(figures) * (60 / windowSeconds)).toFixed(digits + 1)
]

runBench(
  Command.make("bench:soak", flags, ({ minutes, triples, users, wire }) =>
    Effect.gen(function* () {
      printHeader()
      out(`${users} users, ${triples * 3} operations per batch, ${minutes} minutes over --wire ${wire}`)
      out(`target ${targetName()}`)
      const folder = yield* temporaryFolder
      const [people, hook, memoryFile] = [
        join(folder, "people.csv"),
        join(folder, "memory.cjs"),
        join(folder, "memory.jsonl")
      ]
      writeNameLists(people)
      writeFileSync(hook, reportMemory)
      const ours = ourCommand("edfi-perf", bin, {
        flags: { wire },
        nodeWords: ["--expose-gc", "--require", hook],
        variables: { BENCH_MEMORY: memoryFile }
      })
      const load = { users, triples, people, folder: join(folder, "out"), maxSeconds: minutes * 60 + 120 }
      const running = yield* startContender(ours, load, oneCoreEach)
      const windows: Array<Window> = []
      while (windows.length < (minutes * 60) / windowSeconds) {
        const window = yield* running.watch(windowSeconds)
        windows.push(window)
        if ((windows.length * windowSeconds) % 60 === 0) {
          const { batchesPerSecond, cpuMicrosPerBatch = Number.NaN } = window
          const minute = (windows.length * windowSeconds) / 60
          out(
            `minute ${minute}: ${batchesPerSecond.toFixed(0)} batches/s, ${cpuMicrosPerBatch.toFixed(1)} µs`
          )
        }
      }
      const { sockets, summary } = yield* Effect.flatMap(running.end, agreed)
      const memory = (yield* readMemory(memoryFile)).slice(-windows.length)
      const heaps = memory.map(({ heap }) => heap / 1e6)
      out("\nmedians of the quarters of the time, and the slope of all figures")
      printColumns([
        ["", "first", "second", "third", "last", "per minute"],
        row("heap and buffers after a collection, MB", heaps, 2),
        row(
          "resident memory, MB",
          memory.map(({ rss }) => rss / 1e6),
          1
        ),
        row(
          "CPU µs/batch",
          windows.map(({ cpuMicrosPerBatch }) => cpuMicrosPerBatch ?? Number.NaN),
          1
        ),
        row(
          "batches/s",
          windows.map(({ batchesPerSecond }) => batchesPerSecond),
          0
        )
      ])
      out(
        `\n${summary?.requests.total} batches, counted as by the target; ${sockets.socketsOpened} sockets opened, ${sockets.socketsOpen} left open`
      )
      const [, second = Number.NaN, , last = Number.NaN] = quarters(heaps)
      const grew = last - second
      if (grew > maxGrowthMegabytes) process.exitCode = exitCodes.bad
      out(
        grew > maxGrowthMegabytes
          ? `LEAK: memory after collections grew by ${grew.toFixed(1)} MB from the second to the last quarter`
          : `no leak: memory after collections grew by ${grew.toFixed(1)} MB from the second to the last quarter (limit ${maxGrowthMegabytes} MB)`
      )
    }).pipe(Effect.scoped)
  )
)
