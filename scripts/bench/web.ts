/**
 * `npm run bench:web`: what a live page costs that twenty people have open. In every round two runs of the command send at
 * the same time, one without `--web` and one with it, and share a core: whatever the machine does, it does to both. The
 * pages are closed and open in turn, so that it shows what they cost in the same process, too. The readers are a process of
 * their own on the targets' core, and what they were told is counted.
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
import { agreed, oneCoreEach, startContender, type Window } from "./measure.ts"
import { writeNameLists } from "./nameLists.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"
import { endWith, verdictOf } from "./verdict.ts"

/** What happens once, as twenty pages are opened or closed in the same moment, is over after so many milliseconds. */
const settleMillis = 2000

/** Pages that cost more than this share of the batches per second cost too much. */
const tolerated = 0.03

const flags = {
  node: nodeFlag,
  users: whole("users", 10, "Virtual users of each run"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  pages: whole("pages", 20, "How many have the page open"),
  seconds: whole("seconds", 3, "How long each of a round's two windows lasts"),
  rounds: whole("rounds", 40, "How many rounds, each with new processes, at least", 5)
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

const withPage = (port: number): Contender =>
  ourCommand("with --web", bin, { flags: { web: true, webPort: port } })

const readCounts = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Schema.Int)))

/** Starts readers, which end with the scope. @returns gives them an order and says how many events each was told by then */
const startReaders = (port: number, pages: number) =>
  Effect.gen(function* () {
    const script = fileURLToPath(new URL("webReaders.js", import.meta.url))
    const words = [script, String(port), String(pages)]
    const child = yield* startChild(oneCoreEach.target, { program: process.execPath, words })
    const lines = createInterface(child.process.stdout)
    return (order: "open" | "close" | "read") =>
      Effect.async<string>((resume) => {
        lines.once("line", (line) => resume(Effect.succeed(line)))
        child.process.stdin.write(`${order}\n`)
      }).pipe(
        Effect.timeoutFail({
          duration: "10 seconds",
          onTimeout: () => new BenchFailed({ message: `the readers do not answer: ${child.said}` })
        }),
        Effect.flatMap((line) => Effect.orDie(readCounts(line)))
      )
  })

/** What two runs did in the same seconds. */
interface Both {
  readonly plain: Window
  readonly page: Window
}

interface Round {
  readonly open: Both
  readonly closed: Both
}

type Figure = (window: Window) => number

const batches: Figure = (window) => window.batchesPerSecond
const cpu: Figure = (window) => window.cpuMicrosPerBatch ?? Number.NaN

const ratio = (figure: Figure, { page, plain }: Both): number => figure(page) / figure(plain)

const printRounds = (pages: number, rounds: ReadonlyArray<Round>): void => {
  const windows = (name: string, windowOf: (round: Round) => Window) => {
    const all = rounds.map(windowOf)
    return [name, spread(all.map(batches)), spread(all.map(cpu))]
  }
  out(`\nmedian (min..max) of ${rounds.length} rounds; the two of a line pair had half a core each`)
  printColumns([
    ["", "batches/s", "CPU µs/batch"],
    windows("without --web", ({ open }) => open.plain),
    windows(`--web, ${pages} pages open`, ({ open }) => open.page),
    windows("without --web", ({ closed }) => closed.plain),
    windows("--web, no page open", ({ closed }) => closed.page)
  ])
  const ratios = (name: string, of: (figure: Figure, round: Round) => number) => [
    name,
    ...[batches, cpu].flatMap((figure) => {
      const all = rounds.map((round) => of(figure, round))
      const [low, high] = medianInterval(all)
      return [median(all).toFixed(4), `${low.toFixed(4)}..${high.toFixed(4)}`]
    })
  ]
  printColumns([
    ["ratios, round by round", "batches/s", "90 % sure", "CPU/batch", "90 % sure"],
    ratios(`${pages} pages open/without --web`, (figure, { open }) => ratio(figure, open)),
    ratios("no page open/without --web", (figure, { closed }) => ratio(figure, closed)),
    ratios(
      `${pages} pages open/no page open, same run`,
      (figure, { closed, open }) => ratio(figure, open) / ratio(figure, closed)
    )
  ])
}

runBench(
  Command.make("bench:web", flags, ({ pages, rounds, seconds, triples, users }) =>
    Effect.gen(function* () {
      printHeader()
      out(
        `${users} users each, ${triples * 3} operations per batch, ${pages} pages, ` +
          `${rounds} to ${3 * rounds} rounds, until it is clear, with two windows of ${seconds} s after warm-up`
      )
      const folder = yield* temporaryFolder
      const people = join(folder, "people.csv")
      writeNameLists(people)
      const start = (contender: Contender, name: string) =>
        startContender(
          contender,
          { users, triples, people, folder: join(folder, name), maxSeconds: 2 * seconds + 90 },
          oneCoreEach
        )

      const round = (index: number) =>
        Effect.gen(function* () {
          const port = yield* freePort
          const plainStart = start(ourCommand("without --web", bin), "plain")
          const pageStart = start(withPage(port), "page")
          // Who is first has the core for itself for a moment.
          const { page, plain } = yield* Effect.all(
            index % 2 === 0 ? { plain: plainStart, page: pageStart } : { page: pageStart, plain: plainStart },
            { concurrency: "unbounded" }
          )
          const order = yield* startReaders(port, pages)
          const watchBoth: Effect.Effect<Both, BenchFailed> = Effect.all(
            { plain: plain.watch(seconds), page: page.watch(seconds) },
            { concurrency: "unbounded" }
          )
          const opened = Effect.gen(function* () {
            yield* order("open")
            yield* Effect.sleep(settleMillis)
            const before = yield* order("read")
            const both = yield* watchBoth
            const after = yield* order("close")
            yield* Effect.sleep(settleMillis)
            const fewest = Math.min(...after.map((told, reader) => told - (before[reader] ?? 0)))
            if (fewest < seconds) {
              return yield* new BenchFailed({ message: `a page was told ${fewest} events in ${seconds} s` })
            }
            return both
          })
          const measured =
            index % 2 === 0
              ? yield* Effect.all({ open: opened, closed: watchBoth })
              : yield* Effect.all({ closed: watchBoth, open: opened })
          for (const { end } of [plain, page]) yield* Effect.flatMap(end, agreed)
          out(
            `round ${index + 1}: ${batches(measured.open.plain).toFixed(0)} without --web, ` +
              `${batches(measured.open.page).toFixed(0)} with ${pages} pages open, ` +
              `ratio ${ratio(batches, measured.open).toFixed(3)}, no page open ${ratio(batches, measured.closed).toFixed(3)}`
          )
          return measured
        }).pipe(Effect.scoped)

      const all: Array<Round> = []
      const verdict = () =>
        verdictOf(
          all.map(({ open }) => ratio(batches, open)),
          tolerated
        )
      while (all.length < rounds || (all.length < 3 * rounds && verdict() === "cannot tell")) {
        all.push(yield* round(all.length))
      }
      printRounds(pages, all)
      endWith(verdict(), `a loss of more than ${tolerated * 100} % of batches/s`)
    }).pipe(Effect.scoped)
  )
)
