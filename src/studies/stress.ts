/** The study of `edfi-perf stress`: doubles the load until the knee, and then goes on below it for a long time. */
import * as Effect from "effect/Effect"
import { failureRatio } from "../result/Figures.ts"
import { heldUpOf, heldUpText, isHeldUp } from "../result/heldUp.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { shownTimes } from "../result/outcomeRows.ts"
import { loadLimits } from "../result/serverLimits.ts"
import type { ScalabilityFit } from "../result/ScalabilityLaw.ts"
import { isMostlyLimited } from "../result/limitText.ts"
import { countedOf, kneeLoad, loadText, type Raised, type Stress, type StressStep } from "../result/Stress.ts"
import { probeOnce } from "./capacityRecovery.ts"
import { fitScalability } from "./fitScalability.ts"
import { isEnd, judgeLevel, kneeOf, soakLoad, type StressLevel } from "./kneeOf.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import {
  isGone,
  medianAndRange,
  sumSlices,
  unlimited,
  warningsOf,
  wasComplete,
  wasMeasured,
  wasUnanswered,
  withTotalOnly
} from "./slices.ts"
import { sliceLoad, type StressOptions } from "./stressOptions.ts"
import { findingOf } from "./stressSentences.ts"
import { soakAt, type Soaked } from "./stressSoak.ts"
import { completed, concluded, type EndedAt, endedWith } from "./studyEnd.ts"
import { beginStudy, type StudyTime } from "./studyTime.ts"

export type { StressOptions } from "./stressOptions.ts"

/** Twice the load, or the maximum; `undefined` after it. @example nextLoad(4, 6) // 6 */
export const nextLoad = (load: number, maximum: number): number | undefined =>
  load >= maximum ? undefined : Math.min(2 * load, maximum)

/** The loads of a study that finds no knee. @example loadsUpTo(1, 10) // [1, 2, 4, 8, 10] */
export const loadsUpTo = (first: number, maximum: number): ReadonlyArray<number> => {
  const next = nextLoad(first, maximum)
  return next === undefined ? [first] : [first, ...loadsUpTo(next, maximum)]
}

/** A step and its slices so far. */
interface MeasuredStep {
  readonly load: number
  readonly measured: ReadonlyArray<SliceMeasured>
}

/** The share of requests that failed and of iterations that were not started. */
const unservedOf = (measured: ReadonlyArray<SliceMeasured>): Pick<StressStep, "dropped" | "unserved"> => {
  const { requests } = sumSlices(measured).figures
  const sum = (of: (slice: SliceMeasured) => number) => measured.reduce((all, each) => all + of(each), 0)
  const dropped = sum(({ measurements }) => measurements.starts.dropped)
  const due = sum(({ measurements }) => measurements.starts.dropped + measurements.starts.count)
  const failed = failureRatio(requests) ?? 0
  return { dropped, unserved: due === 0 ? failed : 1 - (1 - failed) * (1 - dropped / due) }
}

/** A step, and what the next one is compared with. */
interface JudgedStep {
  readonly step: StressStep
  readonly level: StressLevel
}

/** `undefined` if no slice of it was measured to its end or to too many failures. */
const stepOf = (
  { load, measured }: MeasuredStep,
  before: JudgedStep | undefined,
  options: StressOptions
): JudgedStep | undefined => {
  const whole = measured.filter((each) => wasComplete(each) || each.slice.endedBy === "failureRatio")
  const limited = isMostlyLimited(whole.map(({ slice }) => slice))
  const unbound = limited ? whole : unlimited(whole)
  const held = unbound.filter(({ slice }) => isHeldUp(slice, before?.level.p95 ?? null))
  const locked = held.length > 0 && 2 * held.length >= unbound.length
  const valid = locked ? unbound : unbound.filter((each) => !held.includes(each))
  const rates = (of: (slice: MeasuredSlice) => number) =>
    medianAndRange(
      valid.map(({ slice }) => of(slice)),
      3
    )
  const operationsPerSecond = rates(({ operations }) => operations.perSecond)
  if (operationsPerSecond === null) return undefined
  const rowsPerSecond = countedOf(options) === "rows" ? rates(({ rows }) => rows.perSecond) : null
  const { figures } = sumSlices(valid)
  const step = {
    load,
    ...unservedOf(valid),
    heldUp: heldUpOf(held.map(({ slice }) => slice)),
    figures,
    operationsPerSecond,
    rowsPerSecond,
    slices: measured.map(({ slice }) => slice)
  }
  const { latencyMs } = shownTimes(figures)
  const level = {
    load,
    rate: rowsPerSecond ?? operationsPerSecond,
    slices: valid.length,
    p50: latencyMs?.p50 ?? null,
    p95: latencyMs?.p95 ?? null,
    unserved: step.unserved,
    limited,
    locked
  }
  return { step: { ...step, ...judgeLevel(level, before?.level, options.raised) }, level }
}

/** The law describes users that wait for their response; steps that fail or were not judged say nothing about throughput. */
const lawOf = (raised: Raised, steps: ReadonlyArray<StressStep>): ScalabilityFit =>
  raised === "rate"
    ? { _tag: "NotFitted", reason: "it describes numbers of users, and this study raised the rate" }
    : fitScalability(
        steps
          .filter(
            ({ broke, outcome }) =>
              (outcome === "good" || outcome === "broken") && !broke.includes("failures")
          )
          .map(({ load, operationsPerSecond, rowsPerSecond }) => ({
            users: load,
            operationsPerSecond: (rowsPerSecond ?? operationsPerSecond).median
          }))
          .filter(({ operationsPerSecond }) => operationsPerSecond > 0)
      )

/** Whether a slice ends the study: neither as planned nor by too many failures, which break only its step. */
const endsStudy = ({ slice: { endedBy } }: SliceMeasured): boolean =>
  endedBy !== "runTime" && endedBy !== "failureRatio"

/** What was measured, and how it ended. */
interface Climb {
  readonly measured: ReadonlyArray<MeasuredStep>
  readonly steps: ReadonlyArray<StressStep>
  readonly end: EndedAt
}

const lost = "the server no longer responded"

/** Measures the slices of a step; stops after one that ends the study or fails too often. */
const measureStep = <E>(options: StressOptions, load: number, before: number, measure: MeasureSlice<E>) =>
  Effect.gen(function* () {
    const { batchTripleCount, pageSize, raised, sliceSeconds, slices, testType, warmUpSeconds } = options
    const measured: Array<SliceMeasured> = []
    let end: EndedAt | undefined
    while (measured.length < slices && end === undefined) {
      const at = `slice ${measured.length + 1} of ${slices} with ${loadText(raised, load)}`
      const slice = withTotalOnly(
        yield* measure({
          testType,
          batchTripleCount,
          ...(pageSize === undefined ? {} : { pageSize }),
          load: sliceLoad(raised, load),
          warmUpSeconds,
          // A server that was idle is not hit by the full rate at once.
          ...(raised === "rate"
            ? {
                warmUpLoad: { _tag: "Arrivals", perSecond: load, from: measured.length === 0 ? before : load }
              }
            : {}),
          seconds: sliceSeconds,
          label: at
        })
      )
      if (wasMeasured(slice)) measured.push(slice)
      if (endsStudy(slice)) end = { ...endedWith(slice), at }
      else if (wasUnanswered(slice) && isGone([slice], measured.slice(0, -1))) {
        end = { endedBy: "failureRatio", refused: null, at, reason: lost }
      }
      if (slice.slice.endedBy === "failureRatio") break
    }
    return { load, measured, end }
  })

/** Doubles the load until a step is not good, the maximum is reached, or something ends the study. */
const climb = <E>(
  options: StressOptions,
  measure: MeasureSlice<E>,
  onStep: (step: StressStep) => Effect.Effect<void>
): Effect.Effect<Climb, E> =>
  Effect.gen(function* () {
    const measured: Array<MeasuredStep> = []
    const steps: Array<StressStep> = []
    let before: JudgedStep | undefined
    let load: number | undefined = options.first
    while (load !== undefined) {
      const { end, ...step } = yield* measureStep(options, load, before?.step.load ?? 0, measure)
      measured.push(step)
      const judged: JudgedStep | undefined = stepOf(step, before, options)
      if (judged !== undefined) {
        steps.push(judged.step)
        yield* onStep(judged.step)
      }
      if (end !== undefined) return { measured, steps, end }
      load = judged === undefined || isEnd(judged.step) ? undefined : nextLoad(load, options.maximum)
      before = judged
    }
    return { measured, steps, end: { ...completed, at: "" } }
  })

/** What limited the step that ended the climb; nothing did below the maximum. */
const reachedLimits = (steps: ReadonlyArray<StressStep>): Stress["limits"] => {
  const end = steps.find(isEnd)
  return end === undefined
    ? []
    : loadLimits(
        end.slices,
        steps.flatMap(({ slices }) => slices)
      )
}

/** Slices that were left out of a step. */
const leftOutOf = (raised: Raised, { heldUp, load, outcome, slices }: StressStep): ReadonlyArray<string> =>
  heldUp === null || outcome === "locked"
    ? []
    : [
        `With ${loadText(raised, load)} ${heldUpText(heldUp, slices.length)}; the step is judged without ${heldUp.slices === 1 ? "it" : "them"}.`
      ]

const documentOf = (
  options: StressOptions,
  time: StudyTime,
  { end, measured, steps }: Climb,
  { end: soakEnd, soak, warnings }: Soaked
): Stress => {
  const { config, raised, testType } = options
  const knee = kneeOf(steps)
  const last = end.endedBy === "completed" ? (soakEnd ?? end) : end
  const found = { knee, raised, steps, testType }
  return {
    ...time,
    endedBy: last.endedBy,
    refused: last.refused,
    config,
    testType,
    raised,
    steps,
    knee,
    limits: reachedLimits(steps),
    law: lawOf(raised, steps),
    soak,
    warnings: [
      ...measured.flatMap((step) =>
        warningsOf(loadText(raised, step.load), raised === "users" ? step.load : 0, step.measured)
      ),
      ...steps.flatMap((step) => leftOutOf(raised, step)),
      ...warnings
    ],
    ...concluded(findingOf(found, options.maximum), last)
  }
}

const noSoak: Soaked = { soak: null, end: undefined, warnings: [] }

/**
 * Measures steps until the knee is known, then soaks if that was asked for. A step that is cut short counts with its whole
 * slices.
 *
 * @param onStep called with each step as soon as it is judged
 * @example of a server with ten seats: 1, 2, 4, 8, 16 and 32 users, of which the last one breaks; soaked with 11
 */
export const stress = <E>(
  options: StressOptions,
  measure: MeasureSlice<E>,
  onStep: (step: StressStep) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Stress, E> =>
  Effect.gen(function* () {
    const { batchTripleCount, soakSeconds, testType } = options
    const time = yield* beginStudy
    // How fast the server is without load, to know when it has recovered from the last step.
    const idle =
      soakSeconds === undefined
        ? undefined
        : yield* probeOnce({ testType, batchTripleCount }, measure, "before the first step, one user")
    if (idle !== undefined && endsStudy(idle)) {
      const end = { ...endedWith(idle), at: "the probe before the first step" }
      return documentOf(options, yield* time, { measured: [], steps: [], end }, noSoak)
    }
    const climbed = yield* climb(options, measure, onStep)
    const knee = kneeLoad(kneeOf(climbed.steps))
    const soaked =
      soakSeconds === undefined ||
      idle === undefined ||
      knee === undefined ||
      climbed.end.endedBy !== "completed"
        ? noSoak
        : yield* soakAt(options, soakLoad(knee), soakSeconds, idle.slice, measure)
    return documentOf(options, yield* time, climbed, soaked)
  })
