/**
 * The precision of the percentiles of a step: the number of samples they need, and their confidence intervals. No
 * distribution of latencies is assumed. Samples are assumed to be independent, which is only approximately true for
 * requests in one queue.
 */
import type { LimitableName, Threshold } from "../domain/Threshold.ts"
import type { Latencies } from "../metrics/Histogram.ts"
import type { Measured } from "../metrics/Recorder.ts"
import { millis, rounded } from "../metrics/rounded.ts"
import type { Interval } from "../result/Capacity.ts"
import type { Verdict } from "../result/thresholds.ts"

/** Normal distribution: 95 % of the values lie within this number of standard deviations. */
const z = 1.96

/** Percentiles as shares of 1, and the required precision of their rank, also as shares of 1. */
const percentiles: Readonly<Record<string, { readonly share: number; readonly within: number }>> = {
  p50: { share: 0.5, within: 0.025 },
  p90: { share: 0.9, within: 0.015 },
  p95: { share: 0.95, within: 0.01 },
  p99: { share: 0.99, within: 0.005 },
  p999: { share: 0.999, within: 0.0005 }
}

/** @example percentileOf("latency.p95") // that of p95 */
const percentileOf = (figure: LimitableName) => percentiles[figure.slice(figure.indexOf(".") + 1)]

/**
 * Number of samples that determine the rank of a percentile to within `within`, with 95 % confidence. The number of
 * samples below the percentile is binomial, so its rank has the standard deviation sqrt(n p (1 - p)), and
 * n = (z / within)^2 p (1 - p).
 *
 * @param share 0 to 1, 0.95 for the 95th percentile
 * @param within share of rank; 0.01: the measured p95 lies between p94 and p96
 * @see H. A. David, H. N. Nagaraja, Order Statistics, 3rd ed. 2003, section 7.1
 * @example samplesFor(0.95, 0.01) // 1825
 */
export const samplesFor = (share: number, within: number): number =>
  Math.ceil((z / within) ** 2 * share * (1 - share))

/**
 * Number of samples that an objective needs: for a percentile, to determine its rank with the precision of the table
 * above; for a share of failures, to determine a share at its bound to within half of the bound. 0 for other figures,
 * such as a mean or a maximum.
 *
 * @example latency.p99: 1522; failures.ratio < 1%: 1522
 */
export const samplesNeeded = ({ bound, figure }: Threshold): number => {
  if (figure === "failures.ratio") return bound > 0 && bound < 1 ? samplesFor(bound, bound / 2) : 0
  const percentile = percentileOf(figure)
  return percentile === undefined ? 0 : samplesFor(percentile.share, percentile.within)
}

/**
 * Ranks of the ordered samples between which a percentile lies with at least 95 % confidence, for any distribution:
 * n p -+ z sqrt(n p (1 - p)), each rounded away from the percentile. Ranks are 1-based; a rank below 1 or above n means
 * that the interval has no bound on that side.
 *
 * @see H. A. David, H. N. Nagaraja, Order Statistics, section 7.1; W. Q. Meeker, G. J. Hahn, L. A. Escobar,
 * Statistical Intervals, 2nd ed. 2017, section 5.2
 * @example ranks(1000, 0.95) // { low: 936, high: 965 }
 */
export const ranks = (count: number, share: number): { readonly low: number; readonly high: number } => {
  const middle = count * share
  const half = z * Math.sqrt(middle * (1 - share))
  return { low: Math.floor(middle - half), high: Math.ceil(middle + half) + 1 }
}

/** Confidence interval of a latency percentile, from all buckets of a histogram. */
const latencyInterval = (latencies: Latencies, share: number): Interval => {
  const { count } = latencies
  const { high, low } = ranks(count, share)
  const [lowMicros = 0, highMicros = 0] = latencies.percentiles(
    [low, Math.min(high, count)].map((rank) => (100 * rank) / count)
  )
  return { low: low < 1 ? 0 : millis(lowMicros), high: high > count ? null : millis(highMicros) }
}

/**
 * Wilson's score interval of a share, which is also valid for a share of 0.
 *
 * @see E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927)
 * @example shareInterval(0, 1825) // { low: 0, high: 0.0021 }
 */
export const shareInterval = (failed: number, count: number): Interval => {
  const share = failed / count
  const middle = share + z ** 2 / (2 * count)
  const half = z * Math.sqrt((share * (1 - share)) / count + (z / (2 * count)) ** 2)
  const scale = 1 + z ** 2 / count
  const [low, high] = [middle - half, middle + half].map((end) => rounded(end / scale, 6))
  return { low: Math.max(0, low ?? 0), high: high ?? 1 }
}

/** The requests that a verdict describes. */
type JudgedBy = Verdict["judgedBy"]

type MeasuredTimes = "latencies" | "services" | "latenciesByOutcome" | "servicesByOutcome"

/** Number of requests behind a verdict. */
export const samplesOf = (
  { failures, requests }: Pick<Measured, "requests" | "failures">,
  judgedBy: JudgedBy
): number => (judgedBy === "succeeded" ? requests - failures : requests)

/**
 * 95 % confidence interval of an objective's figure; `null` for figures without one, such as a mean.
 *
 * @param judgedBy the requests that the verdict on the objective describes
 */
export const intervalOf = (
  { figure }: Threshold,
  measured: Pick<Measured, "requests" | "failures" | MeasuredTimes> | undefined,
  judgedBy: JudgedBy
): Interval | null => {
  if (measured === undefined || samplesOf(measured, judgedBy) === 0) return null
  if (figure === "failures.ratio") return shareInterval(measured.failures, measured.requests)
  const percentile = percentileOf(figure)
  if (percentile === undefined) return null
  const { latencies, services = latencies } =
    judgedBy === "succeeded"
      ? {
          latencies: measured.latenciesByOutcome.succeeded,
          services: measured.servicesByOutcome?.succeeded
        }
      : measured
  return latencyInterval(figure.startsWith("service.") ? services : latencies, percentile.share)
}
