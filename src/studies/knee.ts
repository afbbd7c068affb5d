/** The smallest batch size beyond which larger ones gain almost nothing. */
import { rounded } from "../metrics/rounded.ts"
import type { MedianAndRange } from "../result/MeasuredSlice.ts"
import type { Knee, Sweep, SweepPoint } from "../result/Sweep.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { percent } from "./slices.ts"

/** A size is large enough when its rate is at least this share of the best. */
export const largeEnough = 0.95

/** A size that can be recommended. */
interface Eligible {
  readonly batchTripleCount: number
  readonly rate: MedianAndRange
}

const eligibleOf = (points: ReadonlyArray<SweepPoint>): ReadonlyArray<Eligible> =>
  points
    .flatMap(({ batchTripleCount, operationsPerSecond: rate, outcome }) =>
      outcome === "measured" && rate !== null && rate.median > 0 ? [{ batchTripleCount, rate }] : []
    )
    .toSorted((a, b) => a.batchTripleCount - b.batchTripleCount)

/** @example triples(1) // "1 triple" */
export const triples = (count: number): string => plural(count, "triple")

const slicesText = ({ max, median, min }: MedianAndRange): string =>
  `${figure(median)} operations per second (${figure(min)} to ${figure(max)})`

/** The range of the slices of a point as a share of their median. */
const width = ({ max, median, min }: MedianAndRange): number => (max - min) / median

/** Whether every larger size was rejected with 413, or skipped because a smaller one was. */
const isLargestAccepted = (
  { batchTripleCount: size }: Eligible,
  points: ReadonlyArray<SweepPoint>
): boolean => {
  const refused = points.find(({ outcome }) => outcome === "refused")?.batchTripleCount
  const larger = points.filter(({ batchTripleCount }) => batchTripleCount > size)
  return refused !== undefined && larger.every(({ batchTripleCount }) => batchTripleCount >= refused)
}

const evidenceOf = (
  knee: Eligible,
  best: Eligible,
  eligible: ReadonlyArray<Eligible>,
  points: ReadonlyArray<SweepPoint>
): string => {
  const shareOf = ({ rate }: Eligible) => percent(rate.median / best.rate.median)
  const sentences: Array<string> = []
  if (knee === best) {
    sentences.push(`${triples(best.batchTripleCount)} had the highest rate, ${slicesText(best.rate)}`)
  } else {
    sentences.push(
      `${triples(knee.batchTripleCount)} reached ${slicesText(knee.rate)}, ${shareOf(knee)} of the highest rate, ` +
        `${slicesText(best.rate)} with ${triples(best.batchTripleCount)}`
    )
  }
  const smaller = eligible.findLast(({ batchTripleCount }) => batchTripleCount < knee.batchTripleCount)
  if (smaller !== undefined) {
    sentences.push(
      `${triples(smaller.batchTripleCount)} reached ${slicesText(smaller.rate)}, ${shareOf(smaller)}`
    )
  }
  const remarks: Array<string> = []
  if (eligible.length === 1) remarks.push("It is the only size with a valid result.")
  else if (knee === eligible.at(-1)) {
    remarks.push(
      isLargestAccepted(knee, points)
        ? "It is the largest of these sizes that the DMS accepts."
        : "It is the largest size with a valid result: larger ones may be faster."
    )
  }
  const widest = Math.max(width(knee.rate), width(best.rate))
  if (widest > 1 - largeEnough) {
    remarks.push(
      `Slices of one size differ by up to ${percent(widest)}, more than the 5 % that separate sizes: use more or longer slices.`
    )
  }
  return [`${sentences.join("; ")}.`, ...remarks].join(" ")
}

/**
 * The knee of one number of users; `undefined` without a valid point. Of several with the highest rate, the smallest is
 * the best.
 *
 * @param points of one number of users
 * @example 1, 5, 10 and 33 triples with 400, 900, 970 and 1,000 operations per second: 10, which has 97 % of the best
 */
export const kneeOf = (clientCount: number, points: ReadonlyArray<SweepPoint>): Knee | undefined => {
  const eligible = eligibleOf(points)
  const [first, ...others] = eligible
  if (first === undefined) return undefined
  const best = others.reduce((max, each) => (each.rate.median > max.rate.median ? each : max), first)
  const knee = eligible.find(({ rate }) => rate.median >= largeEnough * best.rate.median) ?? best
  return {
    clientCount,
    batchTripleCount: knee.batchTripleCount,
    operationsPerSecond: knee.rate.median,
    best: { batchTripleCount: best.batchTripleCount, operationsPerSecond: best.rate.median },
    shareOfBest: rounded(knee.rate.median / best.rate.median, 4),
    evidence: evidenceOf(knee, best, eligible, points)
  }
}

const users = (count: number): string => plural(count, "user")

const reasonsOf = (points: ReadonlyArray<SweepPoint>): string => {
  const count = (outcome: SweepPoint["outcome"]) => points.filter((point) => point.outcome === outcome).length
  const reasons = [
    { points: count("limited"), reason: "limited by the load generator" },
    { points: count("failing"), reason: "with too many failures" },
    { points: count("refused"), reason: "rejected with 413" },
    { points: count("skipped"), reason: "not measured" }
  ].filter((each) => each.points > 0)
  return reasons.map((each) => `${each.points} of ${points.length} points ${each.reason}`).join(", ")
}

/** The result for all numbers of users in one sentence, and the numbers of users without a result. */
export const sweepVerdict = ({ knees, points }: Pick<Sweep, "knees" | "points">): string => {
  const [only] = knees
  if (only === undefined) return `No batch size can be recommended: ${reasonsOf(points)}.`
  const counts = [...new Set(points.map(({ clientCount }) => clientCount))]
  const without = counts.filter((count) => !knees.some(({ clientCount }) => clientCount === count))
  const rest = without.length === 0 ? "" : ` None can be recommended for ${without.map(users).join(", ")}.`
  if (counts.length === 1) {
    return `Use batches of ${triples(only.batchTripleCount)} (${figure(3 * only.batchTripleCount)} operations): ${only.evidence}`
  }
  const each = knees.map(
    ({ batchTripleCount, clientCount }) => `${triples(batchTripleCount)} with ${users(clientCount)}`
  )
  return `Use batches of ${each.join(", ")}.${rest}`
}
