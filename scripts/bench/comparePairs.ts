/** Two commands in turn, until it is clear which one is faster. */
import * as Effect from "effect/Effect"
import { join } from "node:path"
import type { Campaign } from "./campaign.ts"
import type { BenchFailed } from "./children.ts"
import type { Contender } from "./contenders.ts"
import { agreed, measure, type Measurement } from "./measure.ts"
import { median, medianInterval, out, printColumns, spread } from "./report.ts"
import { endWith, verdictOf } from "./verdict.ts"

/** Pairs that are not counted: the machine comes to speed, files are read for the first time. */
const warmPairs = 2

export interface Comparison extends Campaign {
  /** A loss above this share fails the comparison, 0 to 1. */
  readonly tolerated: number
}

interface Contenders {
  readonly ours: Contender
  readonly theirs: Contender
}

interface Pair {
  readonly ours: Measurement
  readonly theirs: Measurement
}

const ratiosOf = (pairs: ReadonlyArray<Pair>, figure: (measurement: Measurement) => number | undefined) =>
  pairs.map(({ ours, theirs }) => (figure(ours) ?? Number.NaN) / (figure(theirs) ?? Number.NaN))

const speed = (each: Measurement): number => each.batchesPerSecond

/** Varies less than batches per second on a shared machine. */
const thrift = ({ cpuMicrosPerBatch }: Measurement): number | undefined =>
  cpuMicrosPerBatch === undefined ? undefined : 1e6 / cpuMicrosPerBatch

/** The ratios that the verdict judges: batches per CPU second, or batches per second where there is no /proc. */
const judged = (pairs: ReadonlyArray<Pair>) =>
  pairs.every(({ ours, theirs }) => thrift(ours) !== undefined && thrift(theirs) !== undefined)
    ? { ratios: ratiosOf(pairs, thrift), unit: "batches per second of CPU" }
    : { ratios: ratiosOf(pairs, speed), unit: "batches/s" }

const printPairs = (names: Contenders, pairs: ReadonlyArray<Pair>): void => {
  const row = (name: string, figure: (measurement: Measurement) => number | undefined) => {
    const ratios = ratiosOf(pairs, figure)
    const [low, high] = medianInterval(ratios)
    return [
      name,
      spread(pairs.map(({ ours }) => figure(ours) ?? Number.NaN)),
      spread(pairs.map(({ theirs }) => figure(theirs) ?? Number.NaN)),
      `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)}..${Math.max(...ratios).toFixed(3)})`,
      `${low.toFixed(3)}..${high.toFixed(3)}`
    ]
  }
  out(
    `\nmedian (min..max) of ${pairs.length} pairs; ratios ${names.ours.name}/${names.theirs.name}, pair by pair`
  )
  printColumns([
    ["", names.ours.name, names.theirs.name, "ratio", "90 % interval"],
    row("batches/s", speed),
    row("CPU µs/batch", (each) => each.cpuMicrosPerBatch),
    row("peak RSS MB", (each) => each.peakRssMegabytes),
    row("p99 ms", (each) => each.summary?.latencyMs.p99)
  ])
}

/**
 * Measures pairs until the verdict is clear: at least `rounds` of them, at most three times as many. Sets the exit
 * code: 1 for a loss, 3 when it cannot tell.
 */
export const comparePairs = (contenders: Contenders, options: Comparison): Effect.Effect<void, BenchFailed> =>
  Effect.gen(function* () {
    const { folder, rounds, tolerated } = options
    const measureOne = (contender: Contender) =>
      Effect.flatMap(measure(contender, { ...options, folder: join(folder, "out") }, options.seconds), agreed)
    const pairs: Array<Pair> = []
    const measurePair = (pair: number): Effect.Effect<Pair, BenchFailed> =>
      Effect.gen(function* () {
        const first = pair % 2 === 0 ? yield* measureOne(contenders.ours) : undefined
        const theirs = yield* measureOne(contenders.theirs)
        return { ours: first ?? (yield* measureOne(contenders.ours)), theirs }
      })
    const verdict = () => verdictOf(judged(pairs).ratios, tolerated)
    for (let pair = -warmPairs; pair < rounds * 3; pair++) {
      if (pair >= rounds && verdict() !== "cannot tell") break
      const both = yield* measurePair(pair)
      const [ratio = 0] = ratiosOf([both], speed)
      const name = pair < 0 ? "warm pair" : `pair ${pair + 1}`
      out(
        `${name}: ${both.ours.batchesPerSecond.toFixed(0)} batches/s and ` +
          `${both.theirs.batchesPerSecond.toFixed(0)}, ratio ${ratio.toFixed(3)}`
      )
      if (pair >= 0) pairs.push(both)
    }
    printPairs(contenders, pairs)
    endWith(
      verdict(),
      `a loss of more than ${Number((tolerated * 100).toPrecision(6))} % of ${judged(pairs).unit}`
    )
  })
