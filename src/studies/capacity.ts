/** The study of `edfi-perf capacity`: finds the highest arrival rate that keeps the objectives. */
import * as Effect from "effect/Effect"
import { type Capacity, type CapacityStep, type SearchEnd, stepAt, upperBound } from "../result/Capacity.ts"
import { loadLimits } from "../result/serverLimits.ts"
import { maxRecoverySeconds, probeSeconds } from "./capacityRecovery.ts"
import { afterStep, nextRate, nothingKnown, type SearchLimits } from "./capacitySearch.ts"
import { collapsedAfter, precisionOf, verdictOf, warningsOf } from "./capacitySentences.ts"
import { stepSeconds } from "./capacityStep.ts"
import type { MeasureSlice } from "./MeasureSlice.ts"
import { attempts, type MeasuredSearch, SearchRun } from "./SearchRun.ts"
import { completed, type StudyEnd, verdictAfter } from "./studyEnd.ts"
import { beginStudy } from "./studyTime.ts"

export interface CapacityOptions extends Omit<SearchLimits, "minRate">, MeasuredSearch {
  /** Lowest rate to try; by default the rate at which the longest step has 30 batches. */
  readonly minRate?: number | undefined
  /** The configuration, for the document. */
  readonly config: Capacity["config"]
}

/** Minimum number of batches in a step. */
const minBatches = 30

const limitsOf = (options: CapacityOptions): SearchLimits => ({
  ...options,
  minRate: options.minRate ?? minBatches / options.stepLength.maxSeconds
})

/**
 * Maximum duration of a search in seconds, whatever the capacity, with every step repeated and the longest wait after
 * every step that is not kept. The time for requests in flight at the end of a step is extra, and so are the steps of a
 * search that measures a rate again and gets another result.
 */
export const longestSearchSeconds = (options: CapacityOptions): number => {
  const limits = limitsOf(options)
  const { maxSteps, startRate, stepLength, warmUpSeconds } = options
  const secondsTo = (limit: number): number => {
    let [state, seconds, steps] = [nothingKnown, probeSeconds, 0]
    for (;;) {
      const next = nextRate(state, limits)
      if (next._tag === "Done" || steps >= maxSteps) return seconds
      const { phase, rate } = next
      const outcome = rate <= limit ? "kept" : "broken"
      const attemptsLeft = Math.min(attempts, maxSteps - steps)
      const recoverySeconds = outcome === "kept" ? 0 : maxRecoverySeconds
      seconds += attemptsLeft * (warmUpSeconds + stepSeconds(options, rate, stepLength) + recoverySeconds)
      steps += attemptsLeft
      state = afterStep(state, { rate, phase, outcome, generatorLimited: false, recovered: true })
    }
  }
  const limit = (doublings: number) => startRate * 2 ** doublings
  // All capacities between two powers of two take the same number of bisections; the lowest has the longest steps.
  const doublings = Array.from({ length: 2 * maxSteps + 1 }, (_, at) => at - maxSteps)
  return Math.max(secondsTo(0), ...doublings.map((each) => secondsTo(limit(each))))
}

/**
 * The highest number of loads of a search: the first probe, and for each step its warm-up, its measurement and the probes
 * of the wait after it, which are a second apart.
 *
 * @example maxLoads({ maxSteps: 40, warmUpSeconds: 3 }) // 2,521
 */
export const maxLoads = ({
  maxSteps,
  warmUpSeconds
}: Pick<CapacityOptions, "maxSteps" | "warmUpSeconds">): number =>
  1 + maxSteps * ((warmUpSeconds > 0 ? 2 : 1) + maxRecoverySeconds + 1)

/** Measures steps until the search ends; returns the reason. */
const searchOn = <E>(options: CapacityOptions, search: SearchRun<E>): Effect.Effect<SearchEnd, E> =>
  Effect.gen(function* () {
    const limits = limitsOf(options)
    let end = yield* search.begin()
    while (end === undefined) {
      const planned = nextRate(search.state, limits)
      if (planned._tag === "Done") return planned.because
      if (search.steps.length >= options.maxSteps) return "maxSteps"
      end = yield* search.recover(planned.rate)
      // The wait may have changed what has to be measured next.
      const next = nextRate(search.state, limits)
      if (next._tag === "Done") return next.because
      end ??= yield* search.measureRate(next)
    }
    return end
  })

/** What limited the lowest rate that was not kept or could not be judged; nothing did if all were kept. */
const reachedLimits = (
  found: Pick<Capacity, "lowestBroken" | "lowestUnjudged" | "steps">
): Capacity["limits"] => {
  const rate = upperBound(found)
  const slicesOf = (steps: Capacity["steps"]) => steps.map(({ slice }) => slice)
  const beyond = slicesOf(found.steps.filter(({ arrivalRate }) => arrivalRate === rate))
  return beyond.length === 0 ? [] : loadLimits(beyond, slicesOf(found.steps))
}

/** The end of the study, by the end of its search. */
const studyEndOf = ({ cutShort }: Pick<SearchRun<never>, "cutShort">, searchEnd: SearchEnd): StudyEnd => {
  if (cutShort !== undefined) return cutShort.end
  return searchEnd === "unreachable" ? { endedBy: "failureRatio", refused: null } : completed
}

/**
 * Measures steps until the highest arrival rate that keeps the objectives is known. A step that is cut short ends the
 * study with the steps before it.
 *
 * @param onStep called with each step as soon as it is judged
 * @example of a server that handles 200/s, from 10/s: 10, 20, 40, 80, 160, 320 twice, 240 twice, 200, 220 twice, 210
 * twice, and 200 once more, after the server was overloaded; from 1,000/s: 1000, 500 and 250 twice each, 125, and so on
 */
export const capacity = <E>(
  options: CapacityOptions,
  measure: MeasureSlice<E>,
  onStep: (step: CapacityStep) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Capacity, E> =>
  Effect.gen(function* () {
    const { objectives, precision } = options
    const time = yield* beginStudy
    const search = new SearchRun(options, measure, onStep)
    const searchEnd = yield* searchOn(options, search)
    const { cutShort, steps } = search
    const { highestEver, kept, lowestBroken, lowestUnjudged } = search.state
    const highest = (searchEnd === "collapsed" ? highestEver : kept.at(-1)) ?? null
    const end = studyEndOf(search, searchEnd)
    const found = {
      steps,
      searchEnd,
      highest,
      lowestBroken,
      lowestUnjudged,
      collapsedAfter: searchEnd === "collapsed" ? collapsedAfter({ highest, steps }) : null,
      brokeFirst: stepAt(steps, lowestBroken)?.broke ?? [],
      endedBy: end.endedBy
    }
    const decided = highest !== null || lowestBroken !== null
    return {
      ...found,
      ...(yield* time),
      refused: end.refused,
      warnings: warningsOf(found, {
        cutShort: cutShort?.isStep === true ? cutShort.rate : undefined,
        precision
      }),
      config: options.config,
      objectives: objectives.map(({ expression }) => expression),
      limits: reachedLimits(found),
      precision: precisionOf(found, objectives),
      verdict: verdictAfter(
        end,
        verdictOf(found, { precision, stoppedAt: cutShort?.rate, reason: end.reason }),
        decided
      )
    }
  })
