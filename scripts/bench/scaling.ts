/** One process on one core against two of them on two: the pairs of `bench:workers` and `bench:agents`. */
import * as Effect from "effect/Effect"
import { cpus } from "node:os"
import { join } from "node:path"
import { temporaryFolder } from "./campaign.ts"
import type { Contender } from "./contenders.ts"
import { whole } from "./main.ts"
import { agreed, measure, type Measurement, type Places } from "./measure.ts"
import { writeNameLists } from "./nameLists.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"

export const scalingFlags = {
  node: nodeFlag,
  users: whole("users", 100, "Virtual users, of all threads together; with few of them two cores wait", 2),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  seconds: whole("seconds", 4, "How long each window lasts"),
  rounds: whole("rounds", 7, "How many pairs", 5)
}

interface ScalingOptions {
  readonly users: number
  readonly triples: number
  readonly seconds: number
  readonly rounds: number
}

/** Who is compared. */
export interface Pair {
  readonly one: { readonly name: string; readonly contender: Contender }
  readonly two: { readonly name: string; readonly contender: Contender }
}

/** Which cores one and two have, and the target with them. */
const places = (): { readonly one: Places; readonly two: Places; readonly said: string } =>
  cpus().length >= 3
    ? {
        one: { contender: "0", target: "2" },
        two: { contender: "0,1", target: "2" },
        said: "one on core 0, two on cores 0 and 1, the target on core 2; ideal 2.0"
      }
    : {
        one: { contender: "0", target: "0" },
        two: { contender: "0,1", target: "0,1" },
        said: "one and the target share core 0, two and the target share both cores; ideal 2.0"
      }

const rowOf = (name: string, measured: ReadonlyArray<Measurement>): ReadonlyArray<string> => [
  name,
  spread(measured.map((each) => each.batchesPerSecond)),
  spread(measured.map((each) => each.cpuMicrosPerBatch ?? Number.NaN)),
  spread(measured.map((each) => 100 * (each.coresIdle ?? Number.NaN))),
  spread(measured.map((each) => each.peakRssMegabytes ?? Number.NaN))
]

/**
 * Measures both in turn, and prints the ratio of each pair.
 *
 * The target needs a core as well, so on a machine with two cores one shares one core with the target, and two share both
 * cores with it: twice the machine, and 2.0 is the ideal. With three cores and more the target has one of its own.
 */
export const comparePlaced = (pair: Pair, { rounds, seconds, triples, users }: ScalingOptions) =>
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
    const run = (contender: Contender, at: Places) =>
      Effect.flatMap(measure(contender, load, seconds, at), agreed)
    const pairs = yield* Effect.forEach(Array.from({ length: rounds }).keys(), (nth) =>
      Effect.gen(function* () {
        const first = nth % 2 === 0 ? yield* run(pair.one.contender, one) : undefined
        const both = yield* run(pair.two.contender, two)
        const single = first ?? (yield* run(pair.one.contender, one))
        const [fewer, more] = [single.batchesPerSecond, both.batchesPerSecond]
        out(
          `pair ${nth + 1}: ${fewer.toFixed(0)} and ${more.toFixed(0)} batches/s, ratio ${(more / fewer).toFixed(2)}`
        )
        return { one: single, two: both }
      })
    )
    const ratios = pairs.map((each) => each.two.batchesPerSecond / each.one.batchesPerSecond)
    const [low, high] = medianInterval(ratios)
    out(`\nmedian (min..max) of ${rounds} pairs`)
    const rows = [
      rowOf(
        pair.one.name,
        pairs.map((each) => each.one)
      ),
      rowOf(
        pair.two.name,
        pairs.map((each) => each.two)
      )
    ]
    printColumns([["", "batches/s", "CPU µs/batch", "cores idle %", "peak RSS MB"], ...rows])
    out(
      `\n${pair.two.name}/${pair.one.name}, pair by pair: ${median(ratios).toFixed(2)} ` +
        `(${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)}), 90 % sure of ${low.toFixed(2)}..${high.toFixed(2)}`
    )
  }).pipe(Effect.scoped)
