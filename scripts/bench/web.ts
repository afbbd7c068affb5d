/**
 * `npm run bench:web`: what a live page costs that twenty people have open. Runs alternate, without `--web` and with it;
 * the readers are a process of their own on the target's core, and what they were told is counted.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createServer } from "node:net"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "./campaign.ts"
import { BenchFailed, startChild } from "./children.ts"
import { bin, type Contender, ourCommand } from "./contenders.ts"
import { runBench, whole } from "./main.ts"
import { measure, type Measurement, oneCoreEach } from "./measure.ts"
import { writePeople } from "./people.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"

const flags = {
  users: whole("users", 10, "Virtual users"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  pages: whole("pages", 20, "How many have the page open"),
  seconds: whole("seconds", 5, "How long each window lasts"),
  rounds: whole("rounds", 12, "How many pairs", 5)
}

/** A port that is free now: the readers have to know it before the run is there. */
const freePort = Effect.async<number, BenchFailed>((resume) => {
  const server = createServer()
  server.on("error", ({ message }) => resume(new BenchFailed({ message })))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

const withPage = (port: number): Contender => {
  const plain = ourCommand("with --web", bin)
  return {
    ...plain,
    command: (load) => {
      const { program, variables = {}, words } = plain.command(load)
      return { program, variables, words: [...words, "--web", "--webPort", String(port)] }
    }
  }
}

const readCounts = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Schema.Int)))

/** Starts readers, which end with the scope. @returns how many events each was told until it is asked */
const startReaders = (port: number, pages: number) =>
  Effect.gen(function* () {
    const script = fileURLToPath(new URL("webReaders.js", import.meta.url))
    const words = [script, String(port), String(pages)]
    const child = yield* startChild(oneCoreEach.target, { program: process.execPath, words })
    const lines = createInterface(child.process.stdout)
    return Effect.async<string>((resume) => {
      lines.once("line", (line) => resume(Effect.succeed(line)))
      child.process.stdin.write("\n")
    }).pipe(
      Effect.timeoutFail({
        duration: "10 seconds",
        onTimeout: () => new BenchFailed({ message: `the readers do not answer: ${child.said}` })
      }),
      Effect.flatMap((line) => Effect.orDie(readCounts(line)))
    )
  })

runBench(
  Command.make("bench:web", flags, ({ pages, rounds, seconds, triples, users }) =>
    Effect.gen(function* () {
      printHeader()
      out(
        `${users} users, ${triples * 3} operations per batch, ${pages} open pages, ` +
          `${rounds} pairs with windows of ${seconds} s after warm-up`
      )
      const folder = yield* temporaryFolder
      const people = join(folder, "people.csv")
      writePeople(people)
      const load = { users, triples, people, folder: join(folder, "out") }
      const run = (contender: Contender) =>
        Effect.flatMap(measure(contender, load, seconds), (measured) =>
          measured.disagreement === ""
            ? Effect.succeed(measured)
            : new BenchFailed({ message: `WRONG COUNTS: ${measured.disagreement}` })
        )
      const watched = Effect.gen(function* () {
        const port = yield* freePort
        const told = yield* startReaders(port, pages)
        const measured = yield* run(withPage(port))
        const fewest = Math.min(...(yield* told))
        if (fewest < seconds) {
          return yield* new BenchFailed({
            message: `a page was told ${fewest} events in ${seconds} s and more`
          })
        }
        return measured
      }).pipe(Effect.scoped)
      const alone = run(ourCommand("without --web", bin))

      const pairs = yield* Effect.forEach(Array.from({ length: rounds }).keys(), (pair) =>
        Effect.gen(function* () {
          const first = pair % 2 === 0 ? yield* alone : undefined
          const page = yield* watched
          const plain = first ?? (yield* alone)
          const ratio = page.batchesPerSecond / plain.batchesPerSecond
          out(
            `pair ${pair + 1}: ${plain.batchesPerSecond.toFixed(0)} without, ` +
              `${page.batchesPerSecond.toFixed(0)} with pages, ratio ${ratio.toFixed(3)}`
          )
          return { page, plain }
        })
      )
      const row = (name: string, measured: ReadonlyArray<Measurement>) => [
        name,
        spread(measured.map((each) => each.batchesPerSecond)),
        spread(measured.map((each) => each.cpuMicrosPerBatch ?? Number.NaN)),
        spread(measured.map((each) => each.peakRssMegabytes ?? Number.NaN))
      ]
      const ratioRow = (name: string, figureOf: (measured: Measurement) => number) => {
        const ratios = pairs.map(({ page, plain }) => figureOf(page) / figureOf(plain))
        const [low, high] = medianInterval(ratios)
        return (
          `${name}, pair by pair: ${median(ratios).toFixed(3)} ` +
          `(${Math.min(...ratios).toFixed(3)}..${Math.max(...ratios).toFixed(3)}), ` +
          `90 % sure of ${low.toFixed(3)}..${high.toFixed(3)}`
        )
      }
      out(`\nmedian (min..max) of ${rounds} pairs`)
      printColumns([
        ["", "batches/s", "CPU µs/batch", "peak RSS MB"],
        row(
          "without --web",
          pairs.map(({ plain }) => plain)
        ),
        row(
          `--web, ${pages} pages`,
          pairs.map(({ page }) => page)
        )
      ])
      out(`\n${ratioRow("batches/s with pages/without", (each) => each.batchesPerSecond)}`)
      out(ratioRow("CPU per batch with pages/without", (each) => each.cpuMicrosPerBatch ?? Number.NaN))
    }).pipe(Effect.scoped)
  )
)
