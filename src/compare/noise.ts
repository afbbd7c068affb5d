/** How much a rate varies within one run: what a difference between two runs is held against. */
import type { Model } from "../domain/LoadResult.ts"
import type { ComparedPoint, ComparedRun, Noise, WithinRunSpread } from "../result/Comparison.ts"
import { figure } from "../result/numberFormat.ts"

/** With fewer points a middle half says nothing. */
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
 * The points at whose beginning and end every user ran, without a last one that was cut short. In the open model the
 * load does not depend on how many users are at an iteration, so there it is all others.
 */
const atFullLoad = (points: ReadonlyArray<ComparedPoint>, model: Model): ReadonlyArray<ComparedPoint> => {
  const most = points.reduce((all, { users }) => Math.max(all, users), 0)
  const usual = medianOf(points.map(({ seconds }) => seconds))
  return points.filter(
    ({ seconds, users }, i) =>
      (model === "open" || (users === most && points[i - 1]?.users === most)) &&
      seconds > 0 &&
      (i < points.length - 1 || seconds >= usual / 2)
  )
}

/** Median and quartiles of a rate over the points at full load; `null` when there are too few of them. */
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
    ? `${label}: too few seconds with all users to tell`
    : `${label}: median ${figure(spread.median)}, middle half ${figure(spread.q1)} to ${figure(spread.q3)} ` +
      `(${spread.points} points of ${spread.pointSeconds} s)`

const verdictOf = (
  label: string,
  base: WithinRunSpread | null,
  spread: WithinRunSpread | null
): ReadonlyArray<string> => {
  if (base === null || spread === null) return []
  if (base.pointSeconds !== spread.pointSeconds) {
    return [
      `${label}: its points are not as long as those of the baseline; longer ones vary less, so they are not held against each other.`
    ]
  }
  return base.q1 <= spread.q3 && spread.q1 <= base.q3
    ? [
        `${label}: its middle half overlaps that of the baseline, so the difference is within what the seconds of one run vary.`
      ]
    : [
        `${label}: its middle half lies apart from that of the baseline, so the difference is more than what the seconds of one run vary.`
      ]
}

/**
 * Holds every run against the first: two runs differ by more than their own seconds do when the boxes of a box plot
 * (Tukey, "Exploratory Data Analysis", 1977), first to third quartile, do not overlap. That is a rule for readers and
 * no test: seconds of one run resemble each other, and how runs differ from each other only more runs can tell.
 */
export const noiseOf = (runs: ReadonlyArray<ComparedRun>): Noise => {
  const isKnown = runs.every(({ unknown }) => !unknown.includes("operations.perSecond"))
  const figureName = isKnown ? "operations.perSecond" : "requests.perSecond"
  const spreads = runs.map((run) => quartilesOf(run, figureName))
  const [base = null] = spreads
  return {
    figure: figureName,
    spreads,
    sentences: [
      ...runs.map(({ label }, i) => describe(label, spreads[i] ?? null)),
      ...runs.slice(1).flatMap(({ label }, i) => verdictOf(label, base, spreads[i + 1] ?? null)),
      runs.length === 2
        ? "One run against one is a sample of two: repeat both before you take a small change for one."
        : "Each run is one sample: runs of one configuration differ as well, so repeat before you take a small change for one."
    ]
  }
}
