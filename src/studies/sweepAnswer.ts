/** The answer of a sweep: the best of its points, and the smallest that is good enough. */
import { rounded } from "../metrics/rounded.ts"
import { isLimitedSlice } from "../result/limitText.ts"
import { asPrinted } from "../result/numberFormat.ts"
import {
  rateOf,
  sizeOf,
  type SweepAnswer,
  type SweepPlace,
  type SweepPoint,
  type UserStep,
  type Varied
} from "../result/Sweep.ts"
import { fitScalability } from "./fitScalability.ts"
import { rangesDiffer } from "./slices.ts"

/** A point is good enough when its rate is at least this share of the best. */
export const goodEnough = 0.95

/** A point with a valid result, and the number of slices behind it. */
interface Eligible extends SweepPlace {
  readonly sliceCount: number
}

const bySize = (a: SweepPlace, b: SweepPlace): number =>
  a.clientCount - b.clientCount || (sizeOf(a) ?? 0) - (sizeOf(b) ?? 0)

/** The slices whose rates a point has: complete, and not limited by the generator or its machine. */
export const validSlices = ({ slices }: Pick<SweepPoint, "slices">): number =>
  slices.filter((slice) => slice.endedBy === "runTime" && !isLimitedSlice(slice)).length

const placeOf = (place: SweepPlace): SweepPlace => {
  const { batchTripleCount, clientCount, operationsPerSecond, pageSize, rowsPerSecond } = place
  return { clientCount, batchTripleCount, pageSize, operationsPerSecond, rowsPerSecond }
}

const eligibleOf = (points: ReadonlyArray<SweepPoint>): ReadonlyArray<Eligible> =>
  points
    .flatMap((point) => {
      const { operationsPerSecond, outcome } = point
      return outcome === "measured" && operationsPerSecond !== null && (rateOf(point)?.median ?? 0) > 0
        ? [{ ...placeOf({ ...point, operationsPerSecond }), sliceCount: validSlices(point) }]
        : []
    })
    .toSorted(bySize)

/**
 * The share by which the rate of `to` is above that of `from`, of the rates as they are printed.
 *
 * @example 619 and 334 operations per second: -0.4604
 */
export const changeOf = (from: SweepPlace, to: SweepPlace): number =>
  rounded(asPrinted(rateOf(to).median) / asPrinted(rateOf(from).median) - 1, 4)

const differs = (a: Eligible, b: Eligible): boolean | null =>
  a.sliceCount < 2 || b.sliceCount < 2 ? null : rangesDiffer(rateOf(a), rateOf(b))

const stepOf = (from: Eligible, to: Eligible): UserStep => ({
  from: from.clientCount,
  to: to.clientCount,
  change: changeOf(from, to),
  differs: differs(from, to)
})

/** @example answerOf("BatchSize", ...) of 1, 5, 10 and 33 triples with 400, 900, 970 and 1,000 per second: 33 are best, 10 enough */
export const answerOf = (varied: Varied, points: ReadonlyArray<SweepPoint>): SweepAnswer => {
  const eligible = eligibleOf(points)
  const [first, ...others] = eligible
  if (first === undefined) return { _tag: "None" }
  const rate = (place: Eligible) => rateOf(place).median
  const top = others.reduce((max, each) => (rate(each) > rate(max) ? each : max), first)
  const places = {
    best: placeOf(top),
    enough: placeOf(eligible.find((each) => rate(each) >= goodEnough * rate(top)) ?? top)
  }
  if (varied !== "Users") return { _tag: varied, ...places }
  const last = eligible.at(-1) ?? top
  return {
    _tag: "Users",
    ...places,
    steps: others.map((to, at) => stepOf(eligible[at] ?? first, to)),
    afterPeak: last === top ? null : stepOf(top, last),
    law: fitScalability(
      eligible.map((each) => ({ users: each.clientCount, operationsPerSecond: rate(each) }))
    )
  }
}
