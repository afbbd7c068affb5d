/** Compares batch sizes: several slices per point, measured in rounds, so that a drift affects all points alike. */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { failureRatio } from "../result/Figures.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import type { Sweep, SweepPoint } from "../result/Sweep.ts"
import { plural } from "../result/numberFormat.ts"
import { kneeOf, sweepVerdict, triples } from "./knee.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import {
  sumSlices,
  completed,
  earlyEnd,
  endedWith,
  wasComplete,
  percent,
  medianAndRange,
  verdictAfter,
  warningsOf,
  wasMeasured
} from "./slices.ts"
import { beginStudy } from "./studyTime.ts"

export interface SweepOptions {
  /** Ascending. */
  readonly clientCounts: ReadonlyArray<number>
  /** Ascending. */
  readonly batchTripleCounts: ReadonlyArray<number>
  /** Of each point. */
  readonly slices: number
  readonly sliceSeconds: number
  readonly warmUpSeconds: number
  /** 0 to 1: a point with more failures is not recommended. */
  readonly maxFailRatio: number
  /** Determines the order of the slices. */
  readonly seed: number
  /** The configuration, for the document. */
  readonly config: StudyHead["config"]
}

interface LoadPoint {
  readonly clientCount: number
  readonly batchTripleCount: number
}

const loadPointsOf = ({ batchTripleCounts, clientCounts }: SweepOptions): ReadonlyArray<LoadPoint> =>
  clientCounts.flatMap((clientCount) =>
    batchTripleCounts.map((batchTripleCount) => ({ clientCount, batchTripleCount }))
  )

/**
 * Rounds with every point once, each round in its own random order.
 *
 * @see Fisher and Yates; `Random.shuffle` is Durstenfeld's form of it
 */
export const roundsOf = <A>(
  points: ReadonlyArray<A>,
  rounds: number,
  seed: number
): Effect.Effect<ReadonlyArray<ReadonlyArray<A>>> =>
  Effect.replicateEffect(Effect.map(Random.shuffle(points), Chunk.toReadonlyArray), rounds).pipe(
    Effect.withRandom(Random.make(seed))
  )

/** A point and its slices so far. */
interface MeasuredPoint extends LoadPoint {
  readonly measured: Array<SliceMeasured>
}

/** Without the data that the document does not need, because a sweep has many slices. */
const withTotalOnly = (measured: SliceMeasured): SliceMeasured => ({
  ...measured,
  measurements: { ...measured.measurements, rows: [], last: undefined },
  timeline: []
})

const tooLarge = 413

const wasRefused = ({ measurements }: SliceMeasured): boolean =>
  measurements.failures.some(({ failure }) => failure.kind === "refused" && failure.status === tooLarge)

/** Adds up only the counts: histograms would take longer. */
const requestsOf = (
  measured: ReadonlyArray<SliceMeasured>
): { readonly failed: number; readonly total: number } =>
  measured.reduce(
    (sum, { slice: { requests } }) => ({
      failed: sum.failed + requests.failed,
      total: sum.total + requests.total
    }),
    { failed: 0, total: 0 }
  )

const isFailing = (measured: ReadonlyArray<SliceMeasured>, maxFailRatio: number): boolean =>
  measured.some(({ slice }) => slice.endedBy === "failureRatio") ||
  (failureRatio(requestsOf(measured)) ?? 0) > maxFailRatio

/** Slices in which the generator was not the bottleneck. */
const unlimited = (measured: ReadonlyArray<SliceMeasured>): ReadonlyArray<SliceMeasured> =>
  measured.filter(({ slice }) => slice.limited.length === 0)

/** Whether the generator was the bottleneck in half of the slices or more, so that too few are left. */
const isLimited = (measured: ReadonlyArray<SliceMeasured>): boolean =>
  measured.length > 0 && 2 * unlimited(measured).length <= measured.length

/** @param refused the smallest size that was rejected with 413 */
const outcomeOf = (
  { batchTripleCount, measured }: MeasuredPoint,
  refused: number,
  { maxFailRatio, slices }: SweepOptions
): Pick<SweepPoint, "outcome" | "note"> => {
  const limited = measured.length - unlimited(measured).length
  if (batchTripleCount === refused || measured.some(wasRefused)) {
    return { outcome: "refused", note: `the DMS rejects ${3 * batchTripleCount} operations with 413` }
  }
  if (batchTripleCount > refused) {
    return { outcome: "skipped", note: `the DMS rejects ${3 * refused} operations with 413` }
  }
  if (isFailing(measured, maxFailRatio)) {
    return {
      outcome: "failing",
      note: `${percent(failureRatio(requestsOf(measured)))} of its requests failed`
    }
  }
  const complete = measured.filter(wasComplete).length
  if (complete === 0) {
    return {
      outcome: "skipped",
      note: `the sweep ended ${measured.length === 0 ? "before its first slice" : "during its first slice"}`
    }
  }
  const wasLimited = `the generator was the bottleneck in ${limited} of ${measured.length} slices`
  if (isLimited(measured)) return { outcome: "limited", note: wasLimited }
  const notes = [
    ...(complete < slices ? [`${complete} of ${slices} slices`] : []),
    ...(limited > 0 ? [`${wasLimited}, left out`] : [])
  ]
  return { outcome: "measured", note: notes.length === 0 ? null : notes.join("; ") }
}

const pointOf = (visited: MeasuredPoint, refused: number, options: SweepOptions): SweepPoint => {
  const { batchTripleCount, clientCount, measured } = visited
  const valid = isLimited(measured) ? measured : unlimited(measured)
  const rates = valid.filter(wasComplete).map(({ slice }) => slice.operations.perSecond)
  return {
    clientCount,
    batchTripleCount,
    ...outcomeOf(visited, refused, options),
    figures: valid.length === 0 ? null : sumSlices(valid).figures,
    operationsPerSecond: medianAndRange(rates, 3),
    slices: measured.map(({ slice }) => slice)
  }
}

const documentOf = (
  options: SweepOptions,
  head: Pick<Sweep, "startedAt" | "elapsedSeconds" | "endedBy" | "refused">,
  visited: ReadonlyArray<MeasuredPoint>,
  refused: number
): Sweep => {
  const points = visited.map((each) => pointOf(each, refused, options))
  const knees = options.clientCounts.flatMap((clientCount) => {
    const knee = kneeOf(
      clientCount,
      points.filter((point) => point.clientCount === clientCount)
    )
    return knee === undefined ? [] : [knee]
  })
  const measured = visited.reduce((sum, each) => sum + each.measured.length, 0)
  return {
    ...head,
    config: options.config,
    points,
    knees,
    warnings: [
      ...earlyEnd(head.endedBy, measured, options.slices * visited.length),
      ...visited
        // A rejected size has its own note.
        .filter(({ batchTripleCount }) => batchTripleCount < refused)
        .flatMap(({ batchTripleCount, clientCount, measured }) => {
          const users = options.clientCounts.length > 1 ? ` with ${plural(clientCount, "user")}` : ""
          return warningsOf(`batches of ${triples(batchTripleCount)}${users}`, clientCount, measured)
        })
    ],
    verdict: verdictAfter(head, sweepVerdict({ points, knees }), knees.length > 0)
  }
}

/** Whether a slice ends the whole sweep. Failures, and a 413 for the batch size, concern only one point. */
const endsSweep = ({ slice: { endedBy, refused } }: SliceMeasured): boolean => {
  if (endedBy === "refused") return refused?.op !== null || refused.status !== tooLarge
  return endedBy !== "runTime" && endedBy !== "failureRatio"
}

/**
 * Measures every point in every round. A size that was rejected with 413 is not tried again, nor is any larger one; nor
 * is a point that failed.
 */
export const sweep = <E>(options: SweepOptions, measureSlice: MeasureSlice<E>): Effect.Effect<Sweep, E> =>
  Effect.gen(function* () {
    const { maxFailRatio, seed, sliceSeconds, slices, warmUpSeconds } = options
    const time = yield* beginStudy
    const visited = loadPointsOf(options).map((place): MeasuredPoint => ({ ...place, measured: [] }))
    let refused = Number.POSITIVE_INFINITY
    let end = completed
    const order = (yield* roundsOf(visited, slices, seed)).flat()
    for (const [index, { batchTripleCount, clientCount, measured }] of order.entries()) {
      if (batchTripleCount >= refused || isFailing(measured, maxFailRatio)) continue
      const slice = yield* measureSlice({
        testType: "BATCH_VOLUME",
        batchTripleCount,
        load: { _tag: "Users", clientCount },
        warmUpSeconds,
        seconds: sliceSeconds,
        label: `${triples(batchTripleCount)}, slice ${index + 1} of ${order.length}`
      })
      if (wasMeasured(slice)) measured.push(withTotalOnly(slice))
      if (wasRefused(slice)) refused = batchTripleCount
      if (endsSweep(slice)) {
        end = endedWith(slice)
        break
      }
    }
    return documentOf(options, { ...(yield* time), ...end }, visited, refused)
  })
