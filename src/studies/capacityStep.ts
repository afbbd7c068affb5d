/** Judges a measured arrival rate: whether the objectives were kept, and the reasons if they were not. */
import { type Threshold } from "../domain/Threshold.ts"
import type { Measured } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import type { CapacityStep } from "../result/Capacity.ts"
import { figuresOf } from "../result/Figures.ts"
import { figure } from "../result/numberFormat.ts"
import { judge, measuredText, type Verdict } from "../result/thresholds.ts"
import { intervalOf, samplesNeeded, samplesOf } from "./capacityPrecision.ts"
import type { SliceMeasured } from "./MeasureSlice.ts"

/** Limits of the duration of a step. */
export interface StepLength {
  readonly minSeconds: number
  readonly maxSeconds: number
}

/** The objectives, and the number of scenarios that share the arrivals in turn. */
export interface SampledObjectives {
  readonly objectives: ReadonlyArray<Threshold>
  readonly scenarioCount: number
}

/** Batches that give every objective its samples; a request name occurs only in the turn of its scenario. */
const batchesNeeded = ({ objectives, scenarioCount }: SampledObjectives): number =>
  Math.max(
    0,
    ...objectives.map((each) => samplesNeeded(each) * (each.name === undefined ? 1 : scenarioCount))
  )

/**
 * The duration that gives a step its samples, within the limits; at the maximum it may have fewer.
 *
 * @param rate iterations per second
 * @example p95 at 100/s: 1,825 samples, 19 s; at 20/s they would be 92 s, of which 60 are allowed; p95 of the name of
 * one of two scenarios at 100/s: 3,650 batches, 37 s
 */
export const stepSeconds = (
  judged: SampledObjectives,
  rate: number,
  { maxSeconds, minSeconds }: StepLength
): number => Math.min(maxSeconds, Math.max(minSeconds, Math.ceil(batchesNeeded(judged) / rate)))

/** Tolerance, in seconds, between the ends of timeline points and of a step. */
const slackSeconds = 0.1

/**
 * Whether the server keeps up. When batches arrive faster than it completes them, a queue grows, and a latency
 * objective detects that only after a while. So in the second half of the step, while batches are still being started,
 * all but `tolerance` of the requests that arrive have to complete. The number in flight at its start and end differs by
 * chance: by Little's law it is n = rate times latency, so two standard deviations, 2 sqrt(n), are allowed.
 *
 * @param rate iterations per second
 * @param tolerance 0.025: of 200 requests a second 195 are enough
 * @returns `undefined` when the step has no whole second
 * @see J. D. C. Little, A proof for the queuing formula L = lambda W, Operations Research 9 (1961)
 */
const throughput = (
  rate: number,
  seconds: number,
  { measurements, timeline }: SliceMeasured,
  tolerance: number
): { readonly perSecond: number; readonly keptUp: boolean } | undefined => {
  const points = timeline.filter(
    (point) =>
      point.elapsedSeconds - point.seconds >= seconds / 2 - slackSeconds &&
      point.elapsedSeconds <= seconds + slackSeconds
  )
  const { latencies, requests } = measurements.total
  const watchedSeconds = points.reduce((sum, point) => sum + point.seconds, 0)
  // A batch is one request; an iteration of VOLUME has several, which are all counted here.
  const arrived = (requests / seconds) * watchedSeconds
  if (arrived === 0) return undefined
  const completed = points.reduce((sum, point) => sum + point.requests, 0)
  const inFlight = (requests / seconds) * (latencies.meanMicros / 1e6)
  return {
    perSecond: rounded((rate * completed) / arrived, 3),
    keptUp: completed >= (1 - tolerance) * arrived - 2 * Math.sqrt(1 + inFlight)
  }
}

/** @example "latency.p95 was 731 ms (limit: below 500 ms)" */
const brokenText = ({ bound, figure, name, operator }: Threshold, verdict: Verdict): string => {
  const subject = name === undefined ? figure : `${name}.${figure}`
  if (verdict.value === null)
    return `${subject} was not measured${verdict.judgedBy === "succeeded" ? ", because no request succeeded" : ""}`
  const allowed = measuredText({ dimension: verdict.dimension, value: bound })
  return `${subject} was ${measuredText(verdict)} (limit: ${operator === "<" ? "below " : ""}${allowed})`
}

/** @example "12 requests failed: 10 refused, 2 transport; most frequent: refused with 429: Too Many Requests" */
const failuresByKind = ({ failures, total }: SliceMeasured["measurements"]): string => {
  const kinds = ["rolledBack", "refused", "transport"] as const
  const counts = kinds.flatMap((kind) => {
    const count = failures.reduce((sum, group) => sum + (group.failure.kind === kind ? group.count : 0), 0)
    return count === 0 ? [] : [`${figure(count)} ${kind}`]
  })
  const example = failures[0]?.failure.example
  const mostFrequent = example === undefined ? "" : `; most frequent: ${example}`
  return `${figure(total.failures)} requests failed: ${counts.join(", ")}${mostFrequent}`
}

/** The number of requests behind each verdict, and the confidence interval of its figure: both of the requests that decided. */
const precisionOf = (
  { rows, total }: SliceMeasured["measurements"],
  objectives: ReadonlyArray<Threshold>,
  verdicts: ReadonlyArray<Verdict>
): Pick<CapacityStep, "samples" | "intervals"> => {
  const judged = objectives.map((objective, at) => {
    const { name } = objective
    const row: Measured | undefined = name === undefined ? total : rows.find((each) => each.name === name)
    return { objective, row, judgedBy: verdicts[at]?.judgedBy ?? null }
  })
  return {
    samples: judged.map(({ judgedBy, row }) => (row === undefined ? 0 : samplesOf(row, judgedBy))),
    intervals: judged.map(({ judgedBy, objective, row }) => intervalOf(objective, row, judgedBy))
  }
}

/** The parameters of a step. */
export interface StepSpec {
  readonly objectives: ReadonlyArray<Threshold>
  /** Batches per second. */
  readonly rate: number
  readonly seconds: number
  readonly phase: CapacityStep["phase"]
  readonly attempt: number
  /** The wait before it. */
  readonly recovery: CapacityStep["recovery"]
  /** Precision of the search, 0 to 1; a step must complete all but half of this share of its requests. */
  readonly precision: number
}

/** @param measured a slice that was not cut short */
export const judgeStep = (options: StepSpec, measured: SliceMeasured): CapacityStep => {
  const { attempt, objectives, phase, precision, rate, recovery, seconds } = options
  const { measurements, slice } = measured
  const rows = measurements.rows.map((row) => ({ name: row.name, ...figuresOf(row, slice.elapsedSeconds) }))
  const verdicts = objectives.map((objective) => judge(objective, slice, rows))
  // A warm-up is shorter than the step, so it has no second half of the step.
  const completed = slice.isWarmUp ? undefined : throughput(rate, seconds, measured, precision / 2)
  const { count, dropped } = measurements.starts
  const stopped = slice.endedBy === "failureRatio"

  const broke = [
    ...(stopped
      ? [
          `${slice.isWarmUp ? "its warm-up" : "it"} was stopped because more requests failed than --maxFailRatio allows`
        ]
      : []),
    ...objectives.flatMap((objective, at) => {
      const verdict = verdicts[at]
      return verdict === undefined || verdict.passed ? [] : [brokenText(objective, verdict)]
    }),
    ...(dropped === 0
      ? []
      : [
          `${figure((100 * dropped) / (count + dropped))} % of the iterations could not be started in time ` +
            `(${figure(dropped)} of ${figure(count + dropped)})`
        ]),
    ...(stopped || completed === undefined || completed.keptUp
      ? []
      : [
          `only ${figure(completed.perSecond)} of ${figure(rate)} iterations per second were completed, so a queue grew`
        ])
  ]
  const failed = broke.length > 0 && measurements.total.failures > 0
  return {
    arrivalRate: rate,
    phase,
    attempt,
    recovery,
    seconds,
    kept: broke.length === 0,
    broke: failed ? [...broke, failuresByKind(measurements)] : broke,
    verdicts,
    ...precisionOf(measurements, objectives, verdicts),
    dropped,
    answeredPerSecond: completed?.perSecond ?? null,
    slice
  }
}
