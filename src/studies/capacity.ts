/** The study of `edfi-perf capacity`: finds the highest arrival rate that keeps the objectives. */
import * as Effect from "effect/Effect"
import type { Threshold } from "../domain/Threshold.ts"
import {
  type Capacity,
  type CapacityStep,
  outcomeOf,
  type Recovery,
  type SearchEnd,
  stepAt
} from "../result/Capacity.ts"
import { limitOf } from "../result/limitText.ts"
import { rateText } from "../result/numberFormat.ts"
import {
  awaitRecovery,
  endsStudy,
  lowest,
  maxRecoverySeconds,
  medianService,
  probeOnce,
  probeSeconds
} from "./capacityRecovery.ts"
import {
  afterNoRecovery,
  afterStep,
  goesDownAtOnce,
  type Next,
  nextRate,
  nothingKnown,
  type SearchLimits,
  type SearchState
} from "./capacitySearch.ts"
import { collapsedAfter, precisionOf, verdictOf, warningsOf } from "./capacitySentences.ts"
import { judgeStep, type StepLength, stepSeconds } from "./capacityStep.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import { completed, endedWith, type StudyEnd, verdictAfter } from "./slices.ts"
import { beginStudy } from "./studyTime.ts"

export interface CapacityOptions extends Omit<SearchLimits, "minRate"> {
  /** Lowest rate to try; by default the rate at which the longest step has 30 batches. */
  readonly minRate?: number | undefined
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
      const attemptsLeft = Math.min(attempts.length, maxSteps - steps)
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

/** Whether a slice can be judged. */
const isWhole = ({ slice: { endedBy } }: SliceMeasured): boolean =>
  endedBy === "runTime" || endedBy === "passes" || endedBy === "failureRatio"

type OnStep = (step: CapacityStep) => Effect.Effect<void>
type Measure = Extract<Next, { readonly _tag: "Measure" }>

/** The search so far. */
interface Search {
  readonly steps: Array<CapacityStep>
  state: SearchState
  /** Lowest median service time of probes and kept steps, in milliseconds. */
  idleMs: number | undefined
  /** Whether the last step may have left requests in the server. */
  isLoaded: boolean
  /** The wait since the last step. */
  recovery: Recovery | null
  /** The step or the probe that was cut short, if any. */
  cutShort: { readonly end: StudyEnd; readonly rate: number; readonly isStep: boolean } | undefined
}

/** Failures without a verdict of the server: timeouts, abandoned requests and the like, which it may still work on. */
const leavesRequests = ({ measurements: { failures } }: SliceMeasured): boolean =>
  failures.some(({ failure }) => failure.kind === "transport")

const isGeneratorLimited = ({ slice }: CapacityStep): boolean => limitOf(slice) === "generator"

/** The measurements of a search; each returns the reason for the end of the search, if it ends. */
const makeSearch = <E>(options: CapacityOptions, measure: MeasureSlice<E>, onStep: OnStep) => {
  const { batchTripleCount, objectives, precision, stepLength, testType, warmUpSeconds } = options
  const probe = { testType, batchTripleCount }
  const search: Search = {
    steps: [],
    state: nothingKnown,
    idleMs: undefined,
    isLoaded: false,
    recovery: null,
    cutShort: undefined
  }
  const cutShort = (measured: SliceMeasured, rate: number, isStep: boolean): SearchEnd => {
    search.cutShort = { end: endedWith(measured), rate, isStep }
    return "stopped"
  }
  const stepLabel = (rate: number): string => `step ${search.steps.length + 1}, ${rateText(rate)}`

  /** Measures how fast the server is without load. */
  const begin: Effect.Effect<SearchEnd | undefined, E> = Effect.gen(function* () {
    const probed = yield* probeOnce(probe, measure, "before the first step, one user")
    if (endsStudy(probed) || probed.slice.endedBy === "refused") {
      return cutShort(probed, options.startRate, false)
    }
    search.idleMs = medianService(probed.slice)
    return undefined
  })

  /** Waits for the server if the last step may have left requests in it. */
  const recover = (rate: number): Effect.Effect<SearchEnd | undefined, E> =>
    Effect.gen(function* () {
      if (!search.isLoaded) return undefined
      search.isLoaded = false
      const label = `${stepLabel(rate)}: waiting until the server has recovered`
      const waited = yield* awaitRecovery(probe, measure, search.idleMs, label)
      if (waited._tag === "Stopped") return cutShort(waited.last, rate, false)
      if (waited._tag === "Unreachable") return "unreachable"
      search.recovery = waited.recovery
      search.idleMs = lowest(search.idleMs, waited.medianMs)
      if (!waited.recovery.recovered && search.steps.at(-1)?.kept === false) {
        search.state = afterNoRecovery(search.state)
      }
      return undefined
    })

  const measureOnce = ({ phase, rate }: Measure, attempt: number) =>
    Effect.gen(function* () {
      const seconds = stepSeconds(options, rate, stepLength)
      const again = attempt === 1 ? "" : ", once more"
      const measured = yield* measure({
        testType,
        batchTripleCount,
        load: { _tag: "Arrivals", perSecond: rate },
        warmUpSeconds,
        // A cold server, or one that was idle, is not hit by the full rate at once.
        warmUpLoad: {
          _tag: "Arrivals",
          perSecond: rate,
          from: Math.min(rate, search.state.kept.at(-1) ?? 0)
        },
        seconds,
        label: `${stepLabel(rate)}${again}`
      })
      if (!isWhole(measured)) return cutShort(measured, rate, true)
      const { recovery } = search
      search.recovery = null
      const judged = { objectives, rate, seconds, phase, attempt, precision, recovery }
      const step = judgeStep(judged, measured)
      search.steps.push(step)
      search.isLoaded = !step.kept || leavesRequests(measured)
      if (step.kept) search.idleMs = lowest(search.idleMs, medianService(step.slice))
      yield* onStep(step)
      return step
    })

  /** Measures a rate, a second time if the first attempt does not decide. */
  const measureRate = (next: Measure): Effect.Effect<SearchEnd | undefined, E> =>
    Effect.gen(function* () {
      const first = yield* measureOnce(next, 1)
      if (typeof first === "string") return first
      let step = first
      const isDecided = step.kept ? !isGeneratorLimited(step) : goesDownAtOnce(search.state, outcomeOf(step))
      if (!isDecided) {
        if (search.steps.length >= options.maxSteps) return "maxSteps"
        const end = yield* recover(next.rate)
        if (end !== undefined) return end
        // A second attempt on a server that has not recovered would measure the first one.
        if (search.recovery?.recovered !== false) {
          const second = yield* measureOnce(next, 2)
          if (typeof second === "string") return second
          step = second
        }
      }
      // A limit of the generator shows in both attempts; in one of them it may be due to something else.
      const generatorLimited = isGeneratorLimited(first) && isGeneratorLimited(step)
      const outcome = outcomeOf(step)
      search.state = afterStep(search.state, {
        ...next,
        outcome: outcome === "generator" && !generatorLimited ? "machine" : outcome,
        generatorLimited,
        recovered: step.recovery?.recovered !== false
      })
      return undefined
    })

  return { search, begin, recover, measureRate }
}

/** Measures steps until the search ends; returns the reason. */
const searchOn = <E>(
  options: CapacityOptions,
  { begin, measureRate, recover, search }: ReturnType<typeof makeSearch<E>>
): Effect.Effect<SearchEnd, E> =>
  Effect.gen(function* () {
    const limits = limitsOf(options)
    let end = yield* begin
    while (end === undefined) {
      const planned = nextRate(search.state, limits)
      if (planned._tag === "Done") return planned.because
      if (search.steps.length >= options.maxSteps) return "maxSteps"
      end = yield* recover(planned.rate)
      // The wait may have changed what has to be measured next.
      const next = nextRate(search.state, limits)
      if (next._tag === "Done") return next.because
      end ??= yield* measureRate(next)
    }
    return end
  })

/** The end of the study, by the end of its search. */
const studyEndOf = ({ cutShort }: Search, searchEnd: SearchEnd): StudyEnd => {
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
  onStep: OnStep = () => Effect.void
): Effect.Effect<Capacity, E> =>
  Effect.gen(function* () {
    const { objectives, precision } = options
    const time = yield* beginStudy
    const running = makeSearch(options, measure, onStep)
    const searchEnd = yield* searchOn(options, running)
    const { search } = running
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
      ...end,
      warnings: warningsOf(found, cutShort?.isStep === true ? cutShort.rate : undefined),
      config: options.config,
      objectives: objectives.map(({ expression }) => expression),
      precision: precisionOf(found, objectives),
      verdict: verdictAfter(end, verdictOf(found, { precision, stoppedAt: cutShort?.rate }), decided)
    }
  })
