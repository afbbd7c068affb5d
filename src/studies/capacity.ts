/** The study of `edfi-perf capacity`: finds the highest arrival rate that keeps the objectives. */
import * as Effect from "effect/Effect"
import type { Threshold } from "../domain/Threshold.ts"
import type { Capacity, CapacityStep, SearchEnd } from "../result/Capacity.ts"
import { type RateBounds, withVerdict, nextRate, noBounds, type SearchLimits } from "./capacitySearch.ts"
import { judgeStep, type StepLength, stepSeconds } from "./capacityStep.ts"
import { precisionOf, stepAt, verdictOf, warningsOf } from "./capacitySentences.ts"
import { rateText } from "../result/numberFormat.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import { completed, endedWith, type StudyEnd, verdictAfter } from "./slices.ts"
import { beginStudy } from "./studyTime.ts"

export interface CapacityOptions extends Omit<SearchLimits, "floorRate"> {
  readonly testType: string
  readonly batchTripleCount: number
  /** Scenarios that share the batches in turn. */
  readonly scenarioCount: number
  /** At least one, each with an upper bound. */
  readonly objectives: ReadonlyArray<Threshold>
  /** Maximum number of steps, repetitions included. */
  readonly maxSteps: number
  readonly stepLength: StepLength
  readonly warmUpSeconds: number
  /** The configuration, for the document. */
  readonly config: Capacity["config"]
}

/** Minimum number of batches in a step. */
const minBatches = 30

/** A step that is not kept, or in which the generator was the bottleneck, is measured once more; the second decides. */
const attempts = [1, 2] as const

const limitsOf = (options: CapacityOptions): SearchLimits => ({
  ...options,
  floorRate: minBatches / options.stepLength.maxSeconds
})

/**
 * Maximum duration of a search in seconds, whatever the capacity, with every step repeated. The time for requests in
 * flight at the end of a step is extra.
 */
export const longestSearchSeconds = (options: CapacityOptions): number => {
  const limits = limitsOf(options)
  const { maxSteps, startRate, stepLength, warmUpSeconds } = options
  const secondsTo = (limit: number): number => {
    let [bounds, seconds, steps] = [noBounds, 0, 0]
    for (;;) {
      const next = nextRate(bounds, limits)
      if (next._tag === "Done" || steps >= maxSteps) return seconds
      const attemptsLeft = Math.min(attempts.length, maxSteps - steps)
      seconds += attemptsLeft * (warmUpSeconds + stepSeconds(options, next.rate, stepLength))
      steps += attemptsLeft
      bounds = withVerdict(bounds, next.rate, next.rate <= limit)
    }
  }
  const limit = (doublings: number) => startRate * 2 ** doublings
  // All capacities between two powers of two take the same number of bisections; the lowest has the longest steps.
  const doublings = Array.from({ length: 2 * maxSteps + 1 }, (_, at) => at - maxSteps)
  return Math.max(secondsTo(0), ...doublings.map((each) => secondsTo(limit(each))))
}

/** Whether a slice can be judged. */
const isWhole = ({ slice: { endedBy } }: SliceMeasured): boolean =>
  endedBy === "runTime" || endedBy === "passes" || endedBy === "failureRatio"

/** The steps so far, the bounds that they gave, and the step that was cut short, if any. */
interface SearchState {
  readonly steps: Array<CapacityStep>
  bounds: RateBounds
  cutShort: { readonly end: StudyEnd; readonly rate: number } | undefined
}

type OnStep = (step: CapacityStep) => Effect.Effect<void>

/** Measures the attempts at one rate; returns the reason for the end of the search, if it ends. */
const measureRate = <E>(
  options: CapacityOptions,
  state: SearchState,
  measure: MeasureSlice<E>,
  onStep: OnStep,
  { phase, rate }: { readonly rate: number; readonly phase: CapacityStep["phase"] }
): Effect.Effect<SearchEnd | undefined, E> =>
  Effect.gen(function* () {
    const { batchTripleCount, maxSteps, objectives, precision, stepLength, testType, warmUpSeconds } = options
    const { steps } = state
    const seconds = stepSeconds(options, rate, stepLength)
    for (const attempt of attempts) {
      if (steps.length >= maxSteps) return "maxSteps"
      const again = attempt === 1 ? "" : ", once more"
      const measured = yield* measure({
        testType,
        batchTripleCount,
        load: { _tag: "Arrivals", perSecond: rate },
        warmUpSeconds,
        seconds,
        label: `step ${steps.length + 1}, ${rateText(rate)}${again}`
      })
      if (!isWhole(measured)) {
        state.cutShort = { end: endedWith(measured), rate }
        return "stopped"
      }
      const step = judgeStep({ objectives, rate, seconds, phase, attempt, precision }, measured)
      steps.push(step)
      yield* onStep(step)
      const limited = step.slice.limited.length > 0
      if (attempt < attempts.length && (limited || !step.kept)) continue
      // If the generator was the bottleneck, a kept step still counts, but a broken one may not be due to the server.
      if (step.kept || !limited) state.bounds = withVerdict(state.bounds, rate, step.kept)
      return limited ? "generator" : undefined
    }
    return undefined
  })

/**
 * Measures steps until the highest arrival rate that keeps the objectives is known. A step that is cut short ends the
 * study with the steps before it.
 *
 * @param onStep called with each step as soon as it is judged
 * @example of a server that handles 200/s, from 10/s: 10, 20, 40, 80, 160, 320 twice, 240 twice, 200, 220 twice, 210 twice
 */
export const capacity = <E>(
  options: CapacityOptions,
  measure: MeasureSlice<E>,
  onStep: OnStep = () => Effect.void
): Effect.Effect<Capacity, E> =>
  Effect.gen(function* () {
    const { objectives, precision } = options
    const time = yield* beginStudy
    const limits = limitsOf(options)
    const state: SearchState = { steps: [], bounds: noBounds, cutShort: undefined }
    let searchEnd: SearchEnd | undefined
    while (searchEnd === undefined) {
      const next = nextRate(state.bounds, limits)
      searchEnd =
        next._tag === "Done" ? next.because : yield* measureRate(options, state, measure, onStep, next)
    }

    const { cutShort, bounds, steps } = state
    const lowestBroken = bounds.lowestBroken ?? null
    const found = {
      steps,
      searchEnd,
      highest: bounds.highest ?? null,
      lowestBroken,
      brokeFirst: stepAt(steps, lowestBroken)?.broke ?? []
    }
    const end = cutShort?.end ?? completed
    const decided = found.highest !== null || lowestBroken !== null
    return {
      ...found,
      ...(yield* time),
      ...end,
      warnings: warningsOf(found, cutShort?.rate),
      config: options.config,
      objectives: objectives.map(({ expression }) => expression),
      precision: precisionOf(found, objectives),
      verdict: verdictAfter(end, verdictOf(found, precision), decided)
    }
  })
