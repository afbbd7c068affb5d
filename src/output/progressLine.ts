/** The progress lines of a run and of a study. */
import type { Slice } from "../metrics/Recorder.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"

/**
 * Rates and p95 cover the last ten seconds, failures the whole run or the whole warm-up so far.
 *
 * @param plannedSeconds duration of the run; in its warm-up, of the warm-up
 * @param duePerSecond open model: the current arrival rate
 */
export const progressLine = (
  { elapsedSeconds, inWarmUp, point, starts, total, users }: Slice,
  plannedSeconds: number,
  duePerSecond?: number
): string => {
  const { recent, sofar } = total
  const [p95 = 0] = recent.latencies.percentiles([95])
  const latency = recent.latencies.count === 0 ? "-" : `${figure(p95 / 1000)} ms`
  return [
    `${inWarmUp ? "warm-up " : ""}${clock(elapsedSeconds)} / ${clock(plannedSeconds)}`,
    ...(duePerSecond === undefined
      ? [plural(users, "user")]
      : [`${figure(duePerSecond)} /s due`, `${figure(users)} in flight`]),
    `${figure(recent.requestsPerSecond)} requests/s`,
    `${figure(recent.operationsPerSecond)} operations/s`,
    `p95 ${latency}`,
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
    `${figure(total.recent.operationsPerSecond)} operations/s`,
    ...(total.sofar.failures === 0 ? [] : [plural(total.sofar.failures, "failure")]),
    `${timeLeft} left`,
    ...(point.generator?.limited === true ? ["generator at its limit"] : [])
  ].join("  ")
