/** The measurements of a search for the capacity: the first probe, waits for the server, and steps. */
import * as Effect from "effect/Effect"
import { type CapacityStep, outcomeOf, type Recovery, type SearchEnd } from "../result/Capacity.ts"
import { limitOf } from "../result/limitText.ts"
import { rateText } from "../result/numberFormat.ts"
import { awaitRecovery, endsStudy, lowest, medianService, type Probe, probeOnce } from "./capacityRecovery.ts"
import {
  afterNoRecovery,
  afterStep,
  goesDownAtOnce,
  type Next,
  nothingKnown,
  type SearchState
} from "./capacitySearch.ts"
import { judgeStep, type SampledObjectives, type StepLength, stepSeconds } from "./capacityStep.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import { endedWith, type StudyEnd } from "./studyEnd.ts"

/** The parameters of the measurements; there is at least one objective, each with an upper bound. */
export interface MeasuredSearch extends Probe, SampledObjectives {
  /** Batches per second. */
  readonly startRate: number
  /** Maximum number of steps, repetitions included. */
  readonly maxSteps: number
  /** 0 to 1. */
  readonly precision: number
  readonly stepLength: StepLength
  readonly warmUpSeconds: number
}

/**
 * The maximum number of measurements of a step: one that is not kept, or in which the generator was the bottleneck, is
 * measured once more, and the second decides.
 */
export const attempts = 2

type Measure = Extract<Next, { readonly _tag: "Measure" }>

/** The step or the probe that was cut short. */
interface CutShort {
  readonly end: StudyEnd
  readonly rate: number
  readonly isStep: boolean
}

/** Whether a slice can be judged. */
const isWhole = ({ slice: { endedBy } }: SliceMeasured): boolean =>
  endedBy === "runTime" || endedBy === "passes" || endedBy === "failureRatio"

/** Failures without a verdict of the server: timeouts, abandoned requests and the like, which it may still work on. */
const leavesRequests = ({ measurements: { failures } }: SliceMeasured): boolean =>
  failures.some(({ failure }) => failure.kind === "transport")

const isGeneratorLimited = ({ slice }: CapacityStep): boolean => limitOf(slice) === "generator"

/** A search so far. `begin`, `recover` and `measureRate` return the reason for its end if they end it. */
export class SearchRun<E> {
  /** In the order of measurement. */
  readonly steps: Array<CapacityStep> = []
  state: SearchState = nothingKnown
  cutShort: CutShort | undefined
  /** Lowest median service time of probes and kept steps, in milliseconds. */
  private idleMs: number | undefined
  /** Whether the last step may have left requests in the server. */
  private isLoaded = false
  /** The wait since the last step. */
  private recovery: Recovery | null = null
  private readonly probe: Probe

  /** @param onStep called with each step as soon as it is judged */
  constructor(
    private readonly options: MeasuredSearch,
    private readonly measure: MeasureSlice<E>,
    private readonly onStep: (step: CapacityStep) => Effect.Effect<void>
  ) {
    const { batchTripleCount, testType } = options
    this.probe = { testType, batchTripleCount }
  }

  /** Measures how fast the server is without load. */
  begin(): Effect.Effect<SearchEnd | undefined, E> {
    return Effect.gen(this, function* () {
      const probed = yield* probeOnce(this.probe, this.measure, "before the first step, one user")
      if (endsStudy(probed) || probed.slice.endedBy === "refused") {
        return this.stop(probed, this.options.startRate, false)
      }
      this.idleMs = medianService(probed.slice)
      return undefined
    })
  }

  /** Waits for the server if the last step may have left requests in it. @param rate of the next step */
  recover(rate: number): Effect.Effect<SearchEnd | undefined, E> {
    return Effect.gen(this, function* () {
      if (!this.isLoaded) return undefined
      this.isLoaded = false
      const label = `${this.stepLabel(rate)}: waiting until the server has recovered`
      const waited = yield* awaitRecovery(this.probe, this.measure, this.idleMs, label)
      if (waited._tag === "Stopped") return this.stop(waited.last, rate, false)
      if (waited._tag === "Unreachable") return "unreachable"
      this.recovery = waited.recovery
      this.idleMs = lowest(this.idleMs, waited.medianMs)
      if (!waited.recovery.recovered && this.steps.at(-1)?.kept === false) {
        this.state = afterNoRecovery(this.state)
      }
      return undefined
    })
  }

  /** Measures a rate, a second time if the first attempt does not decide. */
  measureRate(next: Measure): Effect.Effect<SearchEnd | undefined, E> {
    return Effect.gen(this, function* () {
      const first = yield* this.measureOnce(next, 1)
      if (typeof first === "string") return first
      if (this.isDecidedBy(first)) return this.conclude(next, first)
      if (this.steps.length >= this.options.maxSteps) return "maxSteps"
      const end = yield* this.recover(next.rate)
      if (end !== undefined) return end
      // A second attempt on a server that has not recovered would measure the first one.
      if (this.recovery?.recovered === false) return this.conclude(next, first)
      const second = yield* this.measureOnce(next, attempts)
      return typeof second === "string" ? second : this.conclude(next, first, second)
    })
  }

  /** Measures and judges a step; returns the reason for the end of the search if the step was cut short. */
  private measureOnce({ phase, rate }: Measure, attempt: number): Effect.Effect<CapacityStep | SearchEnd, E> {
    return Effect.gen(this, function* () {
      const { batchTripleCount, objectives, precision, stepLength, testType, warmUpSeconds } = this.options
      const seconds = stepSeconds(this.options, rate, stepLength)
      // A cold server, or one that was idle, is not hit by the full rate at once.
      const from = Math.min(rate, this.state.kept.at(-1) ?? 0)
      const measured = yield* this.measure({
        testType,
        batchTripleCount,
        load: { _tag: "Arrivals", perSecond: rate },
        warmUpSeconds,
        warmUpLoad: { _tag: "Arrivals", perSecond: rate, from },
        seconds,
        label: `${this.stepLabel(rate)}${attempt === 1 ? "" : ", once more"}`
      })
      if (!isWhole(measured)) return this.stop(measured, rate, true)
      const { recovery } = this
      this.recovery = null
      const step = judgeStep({ objectives, rate, seconds, phase, attempt, precision, recovery }, measured)
      this.steps.push(step)
      this.isLoaded = !step.kept || leavesRequests(measured)
      if (step.kept) this.idleMs = lowest(this.idleMs, medianService(step.slice))
      yield* this.onStep(step)
      return step
    })
  }

  private isDecidedBy(step: CapacityStep): boolean {
    return step.kept ? !isGeneratorLimited(step) : goesDownAtOnce(this.state, outcomeOf(step))
  }

  /** Adds what the attempts at a rate show; the last one decides. */
  private conclude(next: Measure, first: CapacityStep, last = first): undefined {
    // A limit of the generator shows in both attempts; in one of them it may be due to something else.
    const generatorLimited = isGeneratorLimited(first) && isGeneratorLimited(last)
    const outcome = outcomeOf(last)
    this.state = afterStep(this.state, {
      ...next,
      outcome: outcome === "generator" && !generatorLimited ? "machine" : outcome,
      generatorLimited,
      recovered: last.recovery?.recovered !== false
    })
  }

  private stop(measured: SliceMeasured, rate: number, isStep: boolean): SearchEnd {
    this.cutShort = { end: endedWith(measured), rate, isStep }
    return "stopped"
  }

  private stepLabel(rate: number): string {
    return `step ${this.steps.length + 1}, ${rateText(rate)}`
  }
}
