/** One line a second of a load under way. */
import type { Slice } from "../metrics/Recorder.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"

/**
 * One line of a run under way; rates and p95 describe the last ten seconds, failures everything so far.
 *
 * @param duePerSecond in the open model: what is to be started now
 */
export const progressLine = (
  { elapsedSeconds, point, starts, total, users }: Slice,
  runSeconds: number,
  duePerSecond?: number
): string => {
  const { recent, sofar } = total
  const [p95 = 0] = recent.latencies.percentiles([95])
  const latency = recent.latencies.count === 0 ? "-" : `${figure(p95 / 1000)} ms`
  return [
    `${clock(elapsedSeconds)} / ${clock(runSeconds)}`,
    ...(duePerSecond === undefined
      ? [plural(users, "user")]
      : [`${figure(duePerSecond)} /s due`, `${figure(users)} under way`]),
    `${figure(recent.requestsPerSecond)} requests/s`,
    `${figure(recent.operationsPerSecond)} operations/s`,
    `p95 ${latency}`,
    plural(sofar.failures, "failure"),
    ...(duePerSecond === undefined ? [] : [`${figure(starts.dropped)} dropped`]),
    ...(point.generator?.limited === true ? ["generator at its limit"] : [])
  ].join("  ")
}

/**
 * One line of a study under way; the rate describes the last ten seconds of the load.
 *
 * @param label where the study is: `BATCH_VOLUME, slice 3 of 12`
 * @param timeLeft `1:15`
 */
export const studyProgressLine = (label: string, { point, total, users }: Slice, timeLeft: string): string =>
  [
    label,
    // At its very end a load has none.
    ...(users === 0 ? [] : [`${figure(users)} at once`]),
    `${figure(total.recent.operationsPerSecond)} operations/s`,
    ...(total.sofar.failures === 0 ? [] : [plural(total.sofar.failures, "failure")]),
    `${timeLeft} left`,
    ...(point.generator?.limited === true ? ["generator at its limit"] : [])
  ].join("  ")
