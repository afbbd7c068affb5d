/** The study of `edfi-perf capacity`: the highest arrival rate that keeps the objectives, and what breaks above it. */
import * as Effect from "effect/Effect"
import type { Threshold } from "../domain/Threshold.ts"
import type { Capacity, CapacityStep, SearchEnd } from "../result/Capacity.ts"
import { learn, nextRate, nothingKnown, type SearchLimits } from "./capacitySearch.ts"
import { judgeStep, type StepLength, stepSeconds } from "./capacityStep.ts"
import { precisionOf, stepAt, verdictOf, warningsOf } from "./capacityWords.ts"
import { rateText } from "../result/numberFormat.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import { completed, endedWith, type StudyEnd, verdictAfter } from "./slices.ts"
import { beginStudy } from "./studyTime.ts"

export interface CapacityAsked extends Omit<SearchLimits, "floorRate"> {
  readonly testType: string
  readonly batchTripleCount: number
  /** How many scenarios share the batches in turn. */
  readonly scenarioCount: number
  /** With an upper bound each; at least one. */
  readonly objectives: ReadonlyArray<Threshold>
  /** The most steps to measure, repetitions included. */
  readonly maxSteps: number
  readonly stepLength: StepLength
  readonly warmUpSeconds: number
  /** What the document says of the configuration. */
  readonly config: Capacity["config"]
}

/** A step with fewer batches says nothing. */
const minBatches = 30

/** A step that is not kept, or in which the generator was the bottleneck, is measured once more; the second decides. */
const attempts = [1, 2] as const

const limitsOf = (asked: CapacityAsked): SearchLimits => ({
  ...asked,
  floorRate: minBatches / asked.stepLength.maxSeconds
})

/**
 * The longest that a search may take, in seconds: wherever the limit is, and though every step is repeated. What is
 * under way at the end of a step comes on top.
 */
export const longestSearchSeconds = (asked: CapacityAsked): number => {
  const limits = limitsOf(asked)
  const { maxSteps, startRate, stepLength, warmUpSeconds } = asked
  const secondsTo = (limit: number): number => {
    let [known, seconds, steps] = [nothingKnown, 0, 0]
    for (;;) {
      const next = nextRate(known, limits)
      if (next._tag === "Done" || steps >= maxSteps) return seconds
      const attemptsLeft = Math.min(attempts.length, maxSteps - steps)
      seconds += attemptsLeft * (warmUpSeconds + stepSeconds(asked, next.rate, stepLength))
      steps += attemptsLeft
      known = learn(known, next.rate, next.rate <= limit)
    }
  }
  const limit = (doublings: number) => startRate * 2 ** doublings
  // What is between two powers of two is halved the same number of times; the lowest part has the longest steps.
  const doublings = Array.from({ length: 2 * maxSteps + 1 }, (_, at) => at - maxSteps)
  return Math.max(secondsTo(0), ...doublings.map((each) => secondsTo(limit(each))))
}

/** Whether a slice can be judged. */
const isWhole = ({ slice: { endedBy } }: SliceMeasured): boolean =>
  endedBy === "runTime" || endedBy === "passes" || endedBy === "failureRatio"

/**
 * Measures steps until it is known which arrival rate is the highest that keeps the objectives. A step that is cut
 * short ends the study with what was measured until then.
 *
 * @param onStep sees each step as soon as it is judged
 * @example of a server that takes 200/s, from 10/s: 10, 20, 40, 80, 160, 320 twice, 240 twice, 200, 220 twice, 210 twice
 */
export const capacity = <E>(
  asked: CapacityAsked,
  measure: MeasureSlice<E>,
  onStep: (step: CapacityStep) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Capacity, E> =>
  Effect.gen(function* () {
    const { batchTripleCount, maxSteps, objectives, precision, stepLength, testType, warmUpSeconds } = asked
    const time = yield* beginStudy
    const limits = limitsOf(asked)
    const steps: Array<CapacityStep> = []
    let known = nothingKnown
    let cutShort: { readonly end: StudyEnd; readonly rate: number } | undefined

    /** Every attempt of one rate; why the search ends, if it does. */
    const measureRate = (
      rate: number,
      phase: CapacityStep["phase"]
    ): Effect.Effect<SearchEnd | undefined, E> =>
      Effect.gen(function* () {
        const seconds = stepSeconds(asked, rate, stepLength)
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
            cutShort = { end: endedWith(measured), rate }
            return "stopped"
          }
          const step = judgeStep({ objectives, rate, seconds, phase, attempt, precision }, measured)
          steps.push(step)
          yield* onStep(step)
          const limited = step.slice.limited.length > 0
          if (attempt < attempts.length && (limited || !step.kept)) continue
          // Slow because of the generator is no fault of the server; what was kept in spite of it was kept.
          if (step.kept || !limited) known = learn(known, rate, step.kept)
          return limited ? "generator" : undefined
        }
        return undefined
      })

    let searchEnd: SearchEnd | undefined
    while (searchEnd === undefined) {
      const next = nextRate(known, limits)
      searchEnd = next._tag === "Done" ? next.because : yield* measureRate(next.rate, next.phase)
    }

    const lowestBroken = known.lowestBroken ?? null
    const found = {
      steps,
      searchEnd,
      highest: known.highest ?? null,
      lowestBroken,
      brokeFirst: stepAt(steps, lowestBroken)?.broke ?? []
    }
    const end = cutShort?.end ?? completed
    return {
      ...found,
      ...(yield* time),
      ...end,
      warnings: warningsOf(found, cutShort?.rate),
      config: asked.config,
      objectives: objectives.map(({ expression }) => expression),
      precision: precisionOf(found, objectives),
      verdict: verdictAfter(
        end,
        verdictOf(found, precision),
        known.highest !== undefined || lowestBroken !== null
      )
    }
  })
