/**
 * `npm run bench:workers`: how much two workers send against one. The target needs a core as well, so on a machine with
 * two cores one worker shares one core with the target, and two workers share both cores with it: twice the machine, and
 * 2.0 is the ideal. With three cores and more the target has one of its own.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { cpus } from "node:os"
import { join } from "node:path"
import { temporaryFolder } from "./campaign.ts"
import { bin, type Contender, ourCommand } from "./contenders.ts"
import { runBench, whole } from "./main.ts"
import { agreed, measure, type Measurement, type Places } from "./measure.ts"
import { writeNameLists } from "./nameLists.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"

const flags = {
  node: nodeFlag,
  users: whole("users", 20, "Virtual users, of all workers together", 2),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  seconds: whole("seconds", 4, "How long each window lasts"),
  rounds: whole("rounds", 7, "How many pairs", 5)
}

const withWorkers = (workers: number): Contender =>
  ourCommand(`--workers ${workers}`, bin, { flags: { workers } })

/** Which cores one worker and two workers have, and the target with them. */
const places = (): { readonly one: Places; readonly two: Places; readonly said: string } =>
  cpus().length >= 3
    ? {
        one: { contender: "0", target: "2" },
        two: { contender: "0,1", target: "2" },
        said: "one worker on core 0, two on cores 0 and 1, the target on core 2; ideal 2.0"
      }
    : {
        one: { contender: "0", target: "0" },
        two: { contender: "0,1", target: "0,1" },
        said: "one worker and the target share core 0, two workers and the target share both cores; ideal 2.0"
      }

runBench(
  Command.make("bench:workers", flags, ({ rounds, seconds, triples, users }) =>
    Effect.gen(function* () {
      printHeader()
      const { one, said, two } = places()
      out(said)
      out(
        `${users} users, ${triples * 3} operations per batch, ${rounds} pairs with windows of ${seconds} s after warm-up`
      )
      const folder = yield* temporaryFolder
      const people = join(folder, "people.csv")
      writeNameLists(people)
      const load = { users, triples, people, folder: join(folder, "out") }
      const run = (workers: number, at: Places) =>
        Effect.flatMap(measure(withWorkers(workers), load, seconds, at), agreed)
      const pairs = yield* Effect.forEach(Array.from({ length: rounds }).keys(), (pair) =>
        Effect.gen(function* () {
          const first = pair % 2 === 0 ? yield* run(1, one) : undefined
          const both = yield* run(2, two)
          const single = first ?? (yield* run(1, one))
          const [fewer, more] = [single.batchesPerSecond, both.batchesPerSecond]
          out(
            `pair ${pair + 1}: ${fewer.toFixed(0)} and ${more.toFixed(0)} batches/s, ratio ${(more / fewer).toFixed(2)}`
          )
          return { one: single, two: both }
        })
      )
      const ratios = pairs.map((pair) => pair.two.batchesPerSecond / pair.one.batchesPerSecond)
      const [low, high] = medianInterval(ratios)
      const row = (name: string, measured: ReadonlyArray<Measurement>) => [
        name,
        spread(measured.map((each) => each.batchesPerSecond)),
        spread(measured.map((each) => each.cpuMicrosPerBatch ?? Number.NaN)),
        spread(measured.map((each) => each.peakRssMegabytes ?? Number.NaN))
      ]
      out(`\nmedian (min..max) of ${rounds} pairs`)
      printColumns([
        ["", "batches/s", "CPU µs/batch", "peak RSS MB"],
        row(
          "1 worker",
          pairs.map((pair) => pair.one)
        ),
        row(
          "2 workers",
          pairs.map((pair) => pair.two)
        )
      ])
      out(
        `\n2 workers/1 worker, pair by pair: ${median(ratios).toFixed(2)} ` +
          `(${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)}), 90 % sure of ${low.toFixed(2)}..${high.toFixed(2)}`
      )
    }).pipe(Effect.scoped)
  )
)
