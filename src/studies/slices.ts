/** Figures and warnings of several slices together. */
import { capitalized } from "../domain/words.ts"
import { Counts } from "../metrics/Counts.ts"
import type { FailureGroup } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { type Figures, failureRatio } from "../result/Figures.ts"
import { figuresAt, sumOf } from "../result/fullLoad.ts"
import type { MedianAndRange } from "../result/MeasuredSlice.ts"
import { isLimitedSlice, limitText } from "../result/limitText.ts"
import { asPrinted, figure, plural } from "../result/numberFormat.ts"
import type { SliceMeasured } from "./MeasureSlice.ts"

/** Whether anything was measured before an interrupt. */
export const wasMeasured = ({ slice }: SliceMeasured): boolean => slice.elapsedSeconds > 0

export const wasComplete = ({ slice }: SliceMeasured): boolean => slice.endedBy === "runTime"

export interface SliceSum {
  readonly elapsedSeconds: number
  readonly figures: Figures
}

/** All requests of several slices; rates are the counts at full load divided by the seconds at full load. */
export const sumSlices = (measured: ReadonlyArray<SliceMeasured>): SliceSum => {
  const counts = new Counts("Aggregated", "")
  for (const { measurements } of measured) counts.add(measurements.total)
  const elapsedSeconds = measured.reduce((sum, { slice }) => sum + slice.elapsedSeconds, 0)
  const atFullLoad = sumOf(measured.map(({ slice }) => slice.atFullLoad))
  return { elapsedSeconds: rounded(elapsedSeconds, 6), figures: figuresAt(counts, atFullLoad) }
}

/**
 * Median, minimum and maximum; `null` without values.
 *
 * @param digits after the point
 * @example medianAndRange([4, 1, 2, 9], 3) // { median: 3, min: 1, max: 9 }
 */
export const medianAndRange = (values: ReadonlyArray<number>, digits: number): MedianAndRange | null => {
  const sorted = values.toSorted((a, b) => a - b)
  const below = sorted[Math.floor((sorted.length - 1) / 2)]
  const above = sorted[Math.ceil((sorted.length - 1) / 2)]
  if (below === undefined || above === undefined) return null
  return {
    median: rounded((below + above) / 2, digits),
    min: rounded(sorted.at(0) ?? below, digits),
    max: rounded(sorted.at(-1) ?? above, digits)
  }
}

/**
 * Two loads differ by more than the noise if the ranges of their slices do not overlap. Of equally fast loads, that
 * happens by chance once in `C(2n, n) / 2` comparisons: n = 2 slices of each 1 in 3, n = 3 1 in 10, n = 5 1 in 126.
 *
 * @see the rank test of Wilcoxon, Mann and Whitney, of which this is the extreme result
 */
export const rangesDiffer = (one: MedianAndRange, other: MedianAndRange): boolean =>
  one.min > other.max || other.min > one.max

/** The range of the slices of a load as a share of their median, of the rates as they are printed. */
export const width = ({ max, median, min }: MedianAndRange): number =>
  (asPrinted(max) - asPrinted(min)) / asPrinted(median)

/** With a decimal where whole per cent would round to 0 or 100: `97 %`, `99.6 %`. */
export const percent = (share: number | null): string => {
  if (share === null) return "-"
  const value = 100 * share
  const isClose = (value > 99 && value < 100) || (value > 0 && value < 1)
  return `${value.toFixed(isClose ? 1 : 0)} %`
}

/** The failures of several slices, grouped, most frequent first. */
const failuresOf = (
  measured: ReadonlyArray<SliceMeasured>
): ReadonlyArray<Pick<FailureGroup, "name" | "failure" | "count">> => {
  const groups = new Map<string, Pick<FailureGroup, "name" | "failure" | "count">>()
  for (const { count, failure, name } of measured.flatMap(({ measurements }) => measurements.failures)) {
    const { example: _, ...kind } = failure
    const key = JSON.stringify([name, kind])
    groups.set(key, { name, failure, count: count + (groups.get(key)?.count ?? 0) })
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count)
}

/**
 * Circumstances that limit what the figures of some slices mean.
 *
 * @param subject the measured requests: `single requests`
 * @param users planned for each slice
 */
export const warningsOf = (
  subject: string,
  users: number,
  measured: ReadonlyArray<SliceMeasured>
): ReadonlyArray<string> => {
  const warnings: Array<string> = []
  const { requests } = sumSlices(measured).figures
  const [mostFrequent] = failuresOf(measured)
  if (mostFrequent !== undefined) {
    const { count, failure, name } = mostFrequent
    warnings.push(
      `${figure(requests.failed)} of ${figure(requests.total)} requests failed in ${subject} ` +
        `(${percent(failureRatio(requests))}), most frequent: ${figure(count)} x ${name}, ${failure.kind}: ${failure.example}`
    )
  }
  const slices = measured.map(({ slice }) => slice)
  const [reason] = slices.flatMap(({ limited }) => limited)
  if (reason !== undefined) {
    const limits = limitText(slices)
    warnings.push(`${capitalized(limits)} of ${subject}. In the first of them: ${reason}.`)
  }
  const fewest = Math.min(...measured.filter(wasComplete).map(({ slice }) => slice.users))
  if (fewest < users)
    warnings.push(`A slice of ${subject} had only ${figure(fewest)} of ${plural(users, "user")}.`)
  return warnings
}

/** Without the data that the document does not need, because a sweep has many slices. */
export const withTotalOnly = (measured: SliceMeasured): SliceMeasured => ({
  ...measured,
  measurements: { ...measured.measurements, rows: [], last: undefined },
  timeline: [],
  processes: []
})

/** Adds up only the counts: histograms would take longer. */
export const requestsOf = (
  measured: ReadonlyArray<SliceMeasured>
): { readonly failed: number; readonly total: number } =>
  measured.reduce(
    (sum, { slice: { requests } }) => ({
      failed: sum.failed + requests.failed,
      total: sum.total + requests.total
    }),
    { failed: 0, total: 0 }
  )

/** Slices that nothing but the server limited. */
export const unlimited = (measured: ReadonlyArray<SliceMeasured>): ReadonlyArray<SliceMeasured> =>
  measured.filter(({ slice }) => !isLimitedSlice(slice))

/** Whether no request of a slice got a response. */
export const wasUnanswered = ({ measurements, slice: { requests } }: SliceMeasured): boolean =>
  requests.total > 0 &&
  requests.failed === requests.total &&
  measurements.failures.every(({ failure }) => failure.status === null)

/**
 * Whether the server is gone: a load gets no response that got one before, or two loads in a row get none. One load alone
 * may be more than the server can answer.
 *
 * @param unanswered the last slices
 * @param earlier slices of the same point
 */
export const isGone = (
  unanswered: ReadonlyArray<SliceMeasured>,
  earlier: ReadonlyArray<SliceMeasured>
): boolean =>
  unanswered.length > 1 || (unanswered.length === 1 && earlier.some((each) => !wasUnanswered(each)))
