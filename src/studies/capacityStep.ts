/** One arrival rate, measured and judged: whether the objectives were kept, and if not what broke. */
import { type Threshold } from "../domain/Threshold.ts"
import { rounded } from "../metrics/rounded.ts"
import type { CapacityStep } from "../result/Capacity.ts"
import { figuresOf } from "../result/Figures.ts"
import { figure } from "../result/numberFormat.ts"
import { judge, measuredText, type Verdict } from "../result/thresholds.ts"
import { intervalOf, samplesNeeded } from "./capacityPrecision.ts"
import type { SliceMeasured } from "./MeasureSlice.ts"

/** How long a step may be. */
export interface StepLength {
  readonly minSeconds: number
  readonly maxSeconds: number
}

/** What is to be judged: objectives, and how many scenarios share the arrivals in turn. */
export interface Judged {
  readonly objectives: ReadonlyArray<Threshold>
  readonly scenarioCount: number
}

/** How many batches give every objective its samples: one name comes only in the turn of its scenario. */
const batchesAimedAt = ({ objectives, scenarioCount }: Judged): number =>
  Math.max(
    0,
    ...objectives.map((each) => samplesNeeded(each) * (each.name === undefined ? 1 : scenarioCount))
  )

/**
 * How long a step has to be to have its samples; no longer than it may be, and then it has fewer.
 *
 * @param rate batches per second
 * @example p95 at 100/s: 1,825 samples, 19 s; at 20/s they would be 92 s, of which 60 are allowed; p95 of the name of
 * one of two scenarios at 100/s: 3,650 batches, 37 s
 */
export const stepSeconds = (judged: Judged, rate: number, { maxSeconds, minSeconds }: StepLength): number =>
  Math.min(maxSeconds, Math.max(minSeconds, Math.ceil(batchesAimedAt(judged) / rate)))

/** By how much of a second the ends of a timeline's points may miss those of a step. */
const slackSeconds = 0.1

/**
 * Whether the server answers what it is sent. Where batches come faster than they are answered a queue grows, and a
 * latency objective notices only when it has grown for long enough; so the second half of the step is looked at, while
 * batches are still being started. Of the requests that came in it, all but `tolerance` have to be answered in it. How
 * many are under way at its begin and its end differs by chance: by Little's law their number is rate times latency,
 * and of a number like that two standard deviations, 2 sqrt(n), are let pass.
 *
 * @param rate batches per second
 * @param tolerance 0.025: of 200 requests a second 195 are enough
 * @returns `undefined` when the step had no whole second of which to tell
 * @see J. D. C. Little, A proof for the queuing formula L = lambda W, Operations Research 9 (1961)
 */
const answering = (
  rate: number,
  seconds: number,
  { measurements, timeline }: SliceMeasured,
  tolerance: number
): { readonly perSecond: number; readonly enough: boolean } | undefined => {
  const points = timeline.filter(
    (point) =>
      point.elapsedSeconds - point.seconds >= seconds / 2 - slackSeconds &&
      point.elapsedSeconds <= seconds + slackSeconds
  )
  const { latencies, requests } = measurements.total
  const watchedSeconds = points.reduce((sum, point) => sum + point.seconds, 0)
  // A batch is one request; where it is several, as of VOLUME, all of them are counted here.
  const came = (requests / seconds) * watchedSeconds
  if (came === 0) return undefined
  const answered = points.reduce((sum, point) => sum + point.requests, 0)
  const underWay = (requests / seconds) * (latencies.meanMicros / 1e6)
  return {
    perSecond: rounded((rate * answered) / came, 3),
    enough: answered >= (1 - tolerance) * came - 2 * Math.sqrt(1 + underWay)
  }
}

/** @example "latency.p95 was 731 ms, and less than 500 ms was allowed" */
const notKept = ({ bound, figure, name, operator }: Threshold, verdict: Verdict): string => {
  const what = name === undefined ? figure : `${name}.${figure}`
  if (verdict.value === null) return `nothing was measured of ${what}`
  const allowed = measuredText({ dimension: verdict.dimension, value: bound })
  return `${what} was ${measuredText(verdict)}, and ${operator === "<" ? "less than " : ""}${allowed} was allowed`
}

/** @example "12 requests failed: 10 refused, 2 transport; most often: refused with 429: Too Many Requests" */
const failuresByKind = ({ failures, total }: SliceMeasured["measurements"]): string => {
  const kinds = ["rolledBack", "refused", "transport"] as const
  const counts = kinds.flatMap((kind) => {
    const count = failures.reduce((sum, group) => sum + (group.failure.kind === kind ? group.count : 0), 0)
    return count === 0 ? [] : [`${figure(count)} ${kind}`]
  })
  const example = failures[0]?.failure.example
  const often = example === undefined ? "" : `; most often: ${example}`
  return `${figure(total.failures)} requests failed: ${counts.join(", ")}${often}`
}

/** What a step was. */
export interface StepAsked {
  readonly objectives: ReadonlyArray<Threshold>
  /** Batches per second. */
  readonly rate: number
  readonly seconds: number
  readonly phase: CapacityStep["phase"]
  readonly attempt: number
  /** Of the search; a step has to answer all but half of it. */
  readonly precision: number
}

/** @param measured a slice that was not cut short */
export const judgeStep = (asked: StepAsked, measured: SliceMeasured): CapacityStep => {
  const { attempt, objectives, phase, precision, rate, seconds } = asked
  const { measurements, slice } = measured
  const rows = measurements.rows.map((row) => ({ name: row.name, ...figuresOf(row, slice.elapsedSeconds) }))
  const rowOf = ({ name }: Threshold) =>
    name === undefined ? measurements.total : measurements.rows.find((row) => row.name === name)
  const verdicts = objectives.map((objective) => judge(objective, slice, rows))
  // Of a warm-up, which is shorter, the second half of the step tells nothing.
  const answered = slice.isWarmUp ? undefined : answering(rate, seconds, measured, precision / 2)
  const { count, dropped } = measurements.starts
  const stopped = slice.endedBy === "failureRatio"

  const broke = [
    ...(stopped
      ? [
          `${slice.isWarmUp ? "its warm-up" : "it"} was stopped, because more requests failed than --maxFailRatio allows`
        ]
      : []),
    ...objectives.flatMap((objective, at) => {
      const verdict = verdicts[at]
      return verdict === undefined || verdict.passed ? [] : [notKept(objective, verdict)]
    }),
    ...(dropped === 0
      ? []
      : [
          `${figure((100 * dropped) / (count + dropped))} % of the batches that were due could not be started in ` +
            `time (${figure(dropped)} of ${figure(count + dropped)})`
        ]),
    ...(stopped || answered === undefined || answered.enough
      ? []
      : [`of ${figure(rate)} batches a second ${figure(answered.perSecond)} were answered: a queue grew`])
  ]
  const failed = broke.length > 0 && measurements.total.failures > 0
  return {
    arrivalRate: rate,
    phase,
    attempt,
    seconds,
    kept: broke.length === 0,
    broke: failed ? [...broke, failuresByKind(measurements)] : broke,
    verdicts,
    samples: objectives.map((objective) => rowOf(objective)?.requests ?? 0),
    intervals: objectives.map((objective) => intervalOf(objective, rowOf(objective))),
    dropped,
    answeredPerSecond: answered?.perSecond ?? null,
    slice
  }
}
