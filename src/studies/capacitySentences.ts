/** The result of a capacity search in sentences. */
import type { Threshold } from "../domain/Threshold.ts"
import {
  type Capacity,
  type CapacityStep,
  highestStep,
  outcomeOf,
  stepAt,
  workRate
} from "../result/Capacity.ts"
import { limitOf } from "../result/limitText.ts"
import { figure, rateText } from "../result/numberFormat.ts"
import { samplesNeeded } from "./capacityPrecision.ts"
import { reasons } from "./studyEnd.ts"

type Found = Pick<
  Capacity,
  | "steps"
  | "searchEnd"
  | "highest"
  | "lowestBroken"
  | "lowestUnjudged"
  | "collapsedAfter"
  | "brokeFirst"
  | "endedBy"
>

/** `480/s (14,400 operations per second)` */
const withOperations = (found: Found): string => {
  const rate = rateText(found.highest ?? 0)
  const step = highestStep(found)
  return step === undefined
    ? rate
    : `${rate} (${figure(workRate(step.slice).perSecond)} ${workRate(step.slice).counted} per second)`
}

/** What an unfinished search found. */
const foundSoFar = (found: Found): string => {
  const { highest, lowestBroken } = found
  if (highest === null) {
    return lowestBroken === null ? "No result" : `Less than ${rateText(lowestBroken)}`
  }
  const atLeast = `At least ${withOperations(found)}`
  return lowestBroken === null ? atLeast : `${atLeast} and less than ${rateText(lowestBroken)}`
}

/** `(other programs had the processors: ...)` */
const limitsOf = (step: CapacityStep): string => `(${step.slice.limited.join("; ")})`

/** Why a step could not be judged. */
const unjudgedReason = (step: CapacityStep | undefined): string => {
  const reasons = step === undefined ? "" : ` ${limitsOf(step)}`
  switch (step && limitOf(step.slice)) {
    case "machine":
      return `the load generator had no free processor${reasons}, as happens where server, database and load generator share a machine`
    case "suspension":
      return `the load generator was interrupted${reasons}`
    default:
      return `the load generator was the bottleneck${reasons}`
  }
}

/**
 * "60/s (1,800 operations per second) is the highest arrival rate that kept the objectives on this machine; at 70/s ...",
 * or "At least ..." if it could not be confirmed.
 */
const unjudged = (found: Found): string => {
  const { highest, lowestBroken, lowestUnjudged, steps } = found
  const last = steps.at(-1)
  const above = stepAt(steps, lowestUnjudged)
  if (
    last?.kept === true &&
    lowestBroken === null &&
    above !== undefined &&
    limitOf(above.slice) === "machine"
  ) {
    return (
      `${withOperations(found)} is the highest arrival rate that kept the objectives on this machine; at ` +
      `${rateText(above.arrivalRate)} the load generator had no free processor ${limitsOf(above)}, so it cannot be told whether ` +
      "the server could do more on its own: server, database and load generator may share the machine."
    )
  }
  const isBrokenToo = lowestBroken !== null && (lowestUnjudged === null || lowestBroken > lowestUnjudged)
  const broken = isBrokenToo ? `, and ${rateText(lowestBroken)} did not` : ""
  const kept = `At least ${withOperations(found)} kept the objectives${broken}`
  return last?.phase === "confirmation" && last.arrivalRate === highest && !last.kept
    ? `${kept}; when ${rateText(highest)} was measured again, it could not be told: ${unjudgedReason(last)}.`
    : `${kept}; at ${rateText(lowestUnjudged ?? 0)} it cannot be told: ${unjudgedReason(stepAt(steps, lowestUnjudged))}.`
}

/** No rate was kept, down to the lowest one. */
const noneKept = ({ brokeFirst, lowestBroken, lowestUnjudged, steps }: Found): string =>
  lowestBroken !== null && (lowestUnjudged === null || lowestBroken < lowestUnjudged)
    ? `No arrival rate kept the objectives: even at ${rateText(lowestBroken)}, ${brokeFirst.join("; ")}.`
    : `No result: even at ${rateText(lowestUnjudged ?? 0)} it cannot be told whether the objectives are kept, because ` +
      `${unjudgedReason(stepAt(steps, lowestUnjudged))}.`

const generatorLimited = (found: Found): string => {
  const { lowestBroken, steps } = found
  const reason = unjudgedReason(steps.at(-1))
  return lowestBroken === null
    ? `At least ${withOperations(found)} kept the objectives; above that ${reason}.`
    : `At least ${withOperations(found)} kept the objectives, and ${rateText(lowestBroken)} did not; in between ${reason}.`
}

type Collapse = Pick<Found, "highest" | "steps">

/** The last step above every rate that was kept: a collapse shows at lower rates. */
const overloadOf = ({ highest, steps }: Collapse): CapacityStep | undefined =>
  steps.findLast(({ arrivalRate, kept }) => !kept && arrivalRate > (highest ?? 0))

/**
 * The rate of the overload after which the server collapsed, in iterations per second.
 *
 * @example 10 kept, 20 not kept, 10 and 5 not kept any more: 20
 */
export const collapsedAfter = (collapse: Collapse): number | null => overloadOf(collapse)?.arrivalRate ?? null

const collapsed = (found: Found): string => {
  const { highest, steps } = found
  const [last, overload] = [steps.at(-1), overloadOf(found)]
  if (last === undefined || overload === undefined) return "The server did not recover."
  const { elapsedSeconds, startedSeconds } = overload.slice
  const waited = last.slice.startedSeconds - startedSeconds - elapsedSeconds
  const again = last.arrivalRate === highest ? "it" : rateText(last.arrivalRate)
  return (
    `The server did not recover: it kept ${rateText(highest ?? 0)} before, and did not keep ${again} again ` +
    `${figure(Math.round(waited))} s after ${rateText(overload.arrivalRate)}: ${last.broke.join("; ")}.`
  )
}

/** What is known until a search was cut short. */
const untilThen = (found: Found): string =>
  found.highest === null && found.lowestBroken === null
    ? "No result until then."
    : `Result until then: ${foundSoFar(found)}.`

/** Where and why a search was stopped, if it was. */
interface SearchStop {
  readonly stoppedAt: number | undefined
  readonly reason?: string | undefined
}

const interrupted = (found: Found, { reason, stoppedAt }: SearchStop): string => {
  if (found.endedBy === "refused") return `${foundSoFar(found)}.`
  const at = `at step ${found.steps.length + 1}${stoppedAt === undefined ? "" : `, ${rateText(stoppedAt)}`}`
  switch (found.endedBy) {
    case "defect":
      return `Ended by a defect of this program ${at}. ${untilThen(found)}`
    case "localDmsExited":
    case "agentLost":
    case "threshold":
      return `Ended ${at}: ${reason ?? reasons[found.endedBy]}. ${untilThen(found)}`
    default:
      return `Interrupted ${at}. ${untilThen(found)}`
  }
}

const unreachable = (found: Found): string => {
  const last = found.steps.at(-1)
  const after = last === undefined ? "" : ` after ${rateText(last.arrivalRate)}`
  return (
    `Interrupted at step ${found.steps.length + 1}, because the server no longer accepted connections${after}. ` +
    untilThen(found)
  )
}

/**
 * The result in one sentence.
 *
 * @param precision of the search, 0 to 1
 * @param stop `stoppedAt`: rate of the step at which the search was stopped
 */
export const verdictOf = (
  found: Found,
  { precision, ...stop }: SearchStop & { readonly precision: number }
): string => {
  const { brokeFirst, lowestBroken, searchEnd, steps } = found
  switch (searchEnd) {
    case "precise":
      return (
        `${withOperations(found)} is the highest arrival rate that kept the objectives; ` +
        `at ${rateText(lowestBroken ?? 0)}, ${brokeFirst.join("; ")}.`
      )
    case "unjudged":
      return unjudged(found)
    case "collapsed":
      return collapsed(found)
    case "maxRate":
      return `At least ${withOperations(found)}, the maximum that --maxRate allows, kept the objectives.`
    case "floor":
      return noneKept(found)
    case "generator":
      return generatorLimited(found)
    case "maxSteps":
      return `${foundSoFar(found)}: the search ended after ${steps.length} steps (--maxSteps), before it reached a precision of ${figure(100 * precision)} %.`
    case "unreachable":
      return unreachable(found)
    case "stopped":
      return interrupted(found, stop)
  }
}

/** `401 to 425 ms`, `401 ms or more` */
const span = (low: number, high: number | null, ofRatio: boolean): string => {
  const [shown, unit] = ofRatio
    ? [(value: number) => figure(100 * value), "%"]
    : [(value: number) => figure(value), "ms"]
  return high === null ? `${shown(low)} ${unit} or more` : `${shown(low)} to ${shown(high)} ${unit}`
}

/** Confidence intervals of the figures at the highest rate that was kept; if none was, at the lowest. */
export const precisionOf = (
  { highest, lowestBroken, steps }: Found,
  objectives: ReadonlyArray<Threshold>
): string => {
  const step = stepAt(steps, highest ?? lowestBroken)
  if (step === undefined)
    return steps.length === 0
      ? "No step was completed, so there is no confidence interval."
      : "No step could be judged, so there is no confidence interval."
  const sentences = objectives.flatMap((objective, at) => {
    const { bound, expression, figure: name } = objective
    const [samples, needed] = [step.samples[at] ?? 0, samplesNeeded(objective)]
    const of = samples < needed ? ` (${figure(needed)} would be needed)` : ""
    const interval = step.intervals[at] ?? null
    const { judgedBy = null, value = null } = step.verdicts[at] ?? {}
    if (interval === null || value === null) return []
    const ofRatio = name === "failures.ratio"
    const valueText = ofRatio ? `${figure(100 * value)} %` : `${figure(value)} ms`
    const { high, low } = interval
    const near = low < bound && (high === null || bound <= high)
    return [
      `${expression}: measured ${valueText}${judgedBy === null ? "" : ` of ${judgedBy} requests`} from ${figure(samples)} samples${of}, 95 % confidence interval ` +
        `${span(low, high, ofRatio)}${near && step.kept ? ", which includes the limit." : "."}`
    ]
  })
  if (sentences.length === 0) {
    return `At ${rateText(step.arrivalRate)}, ${figure(step.slice.requests.total)} samples: these objectives have no confidence interval.`
  }
  return [
    `At ${rateText(step.arrivalRate)}:`,
    ...sentences,
    "The interval covers sampling error only; another hour may differ."
  ].join(" ")
}

/** The rates that were kept only in the second attempt. */
const unsteadyRates = (steps: Found["steps"]): ReadonlyArray<string> =>
  steps
    .filter((step, at) => {
      const before = steps[at - 1]
      return step.attempt === 2 && step.kept && before !== undefined && outcomeOf(before) === "broken"
    })
    .map(({ arrivalRate }) => rateText(arrivalRate))

/** The rates that were kept first, and not when they were measured again. */
const lostRates = ({ steps }: Found): ReadonlyArray<string> => [
  ...new Set(
    steps
      .filter((step) => step.phase === "confirmation" && step === stepAt(steps, step.arrivalRate))
      .filter((step) => outcomeOf(step) === "broken")
      .map(({ arrivalRate }) => rateText(arrivalRate))
  )
]

/** The waits at whose end the server was still slow. */
const failedRecoveries = ({ steps }: Found): ReadonlyArray<string> =>
  steps.flatMap(({ recovery }, at) => {
    const before = steps[at - 1]
    if (recovery === null || recovery.recovered || before === undefined) return []
    return [
      `After ${rateText(before.arrivalRate)} the server did not recover within ${figure(recovery.seconds)} s: with one ` +
        "user it was still more than twice as slow as without load, or failed. The next step was measured in that state."
    ]
  })

/**
 * A short step may complete visibly less than its rate by chance (`judgeStep` allows two standard deviations), or because a
 * queue grows too slowly to be told from chance.
 */
const shortfall = (found: Found, precision: number): ReadonlyArray<string> => {
  const step = highestStep(found)
  const completed = step?.answeredPerSecond ?? null
  if (step === undefined || completed === null || completed >= (1 - precision / 2) * step.arrivalRate)
    return []
  return [
    `At ${rateText(step.arrivalRate)} only ${figure(completed)} iterations per second were completed, which may be chance in so short ` +
      "a step: the limit may be lower. A longer --maxStepTime would tell."
  ]
}

/** Circumstances that limit what the result means. */
export const warningsOf = (
  found: Found,
  { cutShort, precision }: { readonly cutShort: number | undefined; readonly precision: number }
): ReadonlyArray<string> => {
  const [unsteady, lost] = [unsteadyRates(found.steps), lostRates(found)]
  return [
    ...(unsteady.length === 0
      ? []
      : [
          `Results varied: at ${unsteady.join(", ")} the objectives were not kept in the first attempt, but in the second.`
        ]),
    ...(lost.length === 0 || found.searchEnd === "collapsed"
      ? []
      : [`Results varied: ${lost.join(", ")} kept the objectives at first, but not when measured again.`]),
    ...failedRecoveries(found),
    ...shortfall(found, precision),
    ...(cutShort === undefined ? [] : [`The step at ${rateText(cutShort)} was cut short and does not count.`])
  ]
}
