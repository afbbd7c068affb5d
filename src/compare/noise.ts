/** The variation of a rate within a run, to compare the difference between runs with. */
import type { Model } from "../domain/LoadResult.ts"
import {
  type ComparedPoint,
  type ComparedRun,
  type Noise,
  type WithinRunSpread
} from "../result/Comparison.ts"
import { figure } from "../result/numberFormat.ts"

/** With fewer points the quartiles are meaningless. */
const minPoints = 8

/**
 * The value below which a share of the sorted values lies, interpolated between neighbours.
 *
 * @example quantile([1, 2, 3, 4], 0.25) // 1.75
 * @see Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7; R's and NumPy's default
 */
export const quantile = (sorted: ReadonlyArray<number>, share: number): number => {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? 0
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? below) - below)
}

const medianOf = (values: ReadonlyArray<number>): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5
  )

/**
 * The points at whose start and end all users were running, without a shortened last one. In the open model, where the
 * load does not depend on the number of active users, all points except a shortened last one.
 */
const atFullLoad = (points: ReadonlyArray<ComparedPoint>, model: Model): ReadonlyArray<ComparedPoint> => {
  const maxUsers = points.reduce((max, { users }) => Math.max(max, users), 0)
  const usual = medianOf(points.map(({ seconds }) => seconds))
  return points.filter(
    ({ seconds, users }, i) =>
      (model === "open" || (users === maxUsers && points[i - 1]?.users === maxUsers)) &&
      seconds > 0 &&
      (i < points.length - 1 || seconds >= usual / 2)
  )
}

/** Median and quartiles of a rate over the points at full load; `null` if there are too few points. */
export const quartilesOf = (
  { model, timeline }: Pick<ComparedRun, "model" | "timeline">,
  figure: Noise["figure"]
): WithinRunSpread | null => {
  const full = atFullLoad(timeline, model)
  const rates = full
    .flatMap(({ operations, requests, seconds }) => {
      const count = figure === "requests.perSecond" ? requests : operations
      return count === null ? [] : [count / seconds]
    })
    .sort((a, b) => a - b)
  if (rates.length < minPoints) return null
  const [q1 = 0, median = 0, q3 = 0] = [0.25, 0.5, 0.75].map((share) => quantile(rates, share))
  return {
    points: rates.length,
    pointSeconds: Math.round(medianOf(full.map(({ seconds }) => seconds))),
    q1,
    median,
    q3
  }
}

const describe = (label: string, spread: WithinRunSpread | null): string =>
  spread === null
    ? `${label}: too few points at full load`
    : `${label}: median ${figure(spread.median)}, interquartile range ${figure(spread.q1)} to ${figure(spread.q3)} ` +
      `(${spread.points} points of ${spread.pointSeconds} s)`

const verdictOf = (
  label: string,
  base: WithinRunSpread | null,
  spread: WithinRunSpread | null
): ReadonlyArray<string> => {
  if (base === null || spread === null) return []
  if (base.pointSeconds !== spread.pointSeconds) {
    return [
      `${label}: its points differ in length from those of the baseline, so the two cannot be compared (longer points vary less).`
    ]
  }
  return base.q1 <= spread.q3 && spread.q1 <= base.q3
    ? [
        `${label}: its interquartile range overlaps that of the baseline; the difference is within the variation of one run.`
      ]
    : [
        `${label}: its interquartile range does not overlap that of the baseline; the difference is larger than the variation within one run.`
      ]
}

/**
 * Compares each run with the first one: a difference counts as larger than the variation within a run if the
 * interquartile ranges, the boxes of a box plot (Tukey, "Exploratory Data Analysis", 1977), do not overlap. This is a
 * rule of thumb, not a statistical test: the points of a run are correlated, and only more runs show how runs vary.
 */
export const noiseOf = (runs: ReadonlyArray<ComparedRun>): Noise => {
  // A run that only reads has no operations.
  const isComparable = runs.every(
    ({ total, unknown }) => !unknown.includes("operations.perSecond") && total["operations.perSecond"] !== 0
  )
  const figureName = isComparable ? "operations.perSecond" : "requests.perSecond"
  const spreads = runs.map((run) => quartilesOf(run, figureName))
  const [base = null] = spreads
  return {
    figure: figureName,
    spreads,
    sentences: [
      ...runs.map(({ label }, i) => describe(label, spreads[i] ?? null)),
      ...runs
        .slice(1)
        .flatMap(({ label, lostAgents }, i) =>
          [...(runs[0]?.lostAgents ?? []), ...lostAgents].length > 0
            ? [`${label}: an agent was lost in it or in the baseline; the difference is not judged.`]
            : verdictOf(label, base, spreads[i + 1] ?? null)
        ),
      runs.length === 2
        ? "Each run is a single sample: repeat both before relying on a small change."
        : "Each run is a single sample: repeat all of them before relying on a small change."
    ]
  }
}
