/** The progress lines of a run and of a study. */
import { countOf } from "../domain/Sample.ts"
import type { Latencies } from "../metrics/Histogram.ts"
import type { ByOutcome } from "../metrics/LatenciesByOutcome.ts"
import type { Slice, SliceRow } from "../metrics/Recorder.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"

/** @example "p95 412 ms", "p95 412 ms (failed: 0.77 ms)" where requests failed */
const p95Of = ({ failed, succeeded }: ByOutcome<Latencies>): string => {
  const text = (latencies: Latencies) => {
    const [p95 = 0] = latencies.percentiles([95])
    return latencies.count === 0 ? "-" : `${figure(p95 / 1000)} ms`
  }
  return `p95 ${text(succeeded)}${failed === undefined ? "" : ` (failed: ${text(failed)})`}`
}

/** Operations, unless only rows have been read so far, and rows where any have. */
const recentRates = ({ recent, sofar }: SliceRow): ReadonlyArray<string> => [
  ...(sofar.rowsRead > 0 && countOf(sofar.succeeded) === 0
    ? []
    : [`${figure(recent.operationsPerSecond)} operations/s`]),
  ...(sofar.rowsRead > 0 ? [`${figure(recent.rowsPerSecond)} rows/s`] : [])
]

/**
 * Rates and p95 cover the last ten seconds, failures the whole run or the whole warm-up so far. p95 is that of requests that
 * did not fail.
 *
 * @param planned seconds of the run, infinite for one of a number of passes, in its warm-up of the warm-up; or the number of records after which it ends
 * @param duePerSecond open model: the current arrival rate
 */
export const progressLine = (
  { elapsedSeconds, inWarmUp, judgedRecords, point, starts, total, users }: Slice,
  planned: number | { readonly records: number },
  duePerSecond?: number
): string => {
  const { recent, sofar } = total
  const progress =
    typeof planned === "number"
      ? [
          `${inWarmUp ? "warm-up " : ""}${clock(elapsedSeconds)}${Number.isFinite(planned) ? ` / ${clock(planned)}` : ""}`
        ]
      : [clock(elapsedSeconds), `${figure(judgedRecords)} / ${figure(planned.records)} records`]
  return [
    ...progress,
    ...(duePerSecond === undefined
      ? [plural(users, "user")]
      : [`${figure(duePerSecond)} /s due`, `${figure(users)} in flight`]),
    `${figure(recent.requestsPerSecond)} requests/s`,
    ...recentRates(total),
    p95Of(recent.latenciesByOutcome),
    plural(sofar.failures, "failure"),
    ...(duePerSecond === undefined ? [] : [`${figure(starts.dropped)} dropped`]),
    ...(point.generator?.limited === true ? ["generator at its limit"] : [])
  ].join("  ")
}

/**
 * The rate covers the last ten seconds of the load.
 *
 * @param label current slice: `BATCH_VOLUME, slice 3 of 12`
 * @param timeLeft `1:15`
 */
export const studyProgressLine = (label: string, { point, total, users }: Slice, timeLeft: string): string =>
  [
    label,
    // A load that is ending has none.
    ...(users === 0 ? [] : [`${figure(users)} in flight`]),
    ...recentRates(total),
    ...(total.sofar.failures === 0 ? [] : [plural(total.sofar.failures, "failure")]),
    `${timeLeft} left`,
    ...(point.generator?.limited === true ? ["generator at its limit"] : [])
  ].join("  ")
