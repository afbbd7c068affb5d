/**
 * Chooses the next arrival rate: doubled until the objectives break, then bisected, and confirmed at the end. A search
 * from a rate that is too high halves it first.
 */
import { type CapacityStep, type SearchEnd, type StepOutcome, upperBound } from "../result/Capacity.ts"

/** Limits of the search; all rates are iterations per second. */
export interface SearchLimits {
  /** Measured first, > 0. */
  readonly startRate: number
  /** Lowest rate to try, except for `startRate`. */
  readonly minRate: number
  /** Highest rate to try, at least `startRate`; `undefined` for no maximum. */
  readonly maxRate: number | undefined
  /** Maximum final gap between the highest kept rate and the bound above it, as a share of the latter: 0.05. */
  readonly precision: number
}

/** Whether a rate that cannot be judged leads down at once, without a second attempt: while none is kept. */
export const goesDownAtOnce = ({ kept }: SearchState, outcome: StepOutcome): boolean =>
  kept.length === 0 && (outcome === "generator" || outcome === "machine")

/** What is known so far. */
export interface SearchState {
  /** The rates that kept the objectives, ascending, except for those that did not keep them again. */
  readonly kept: ReadonlyArray<number>
  /** The highest rate that ever kept them; 0 for none. */
  readonly highestEver: number
  /** Lowest rate that broke them. */
  readonly lowestBroken: number | null
  /** Lowest rate at which the server could not be judged. The search goes below it, as below a broken one. */
  readonly lowestUnjudged: number | null
  /**
   * Whether that was measured only once, because a search that begins too high goes down as fast as it can. If the rate
   * still matters at the end, it is measured again.
   */
  readonly retryUnjudged: boolean
  /**
   * Whether the highest kept rate has to be measured once more: after an overload at the end of the search, to confirm
   * the result, and at once if the server may have collapsed.
   */
  readonly confirm: "no" | "atEnd" | "now"
  /** Why no further step makes sense. */
  readonly end: SearchEnd | undefined
}

export const nothingKnown: SearchState = {
  kept: [],
  highestEver: 0,
  lowestBroken: null,
  lowestUnjudged: null,
  retryUnjudged: false,
  confirm: "no",
  end: undefined
}

/** The next step: a rate to measure, or the end of the search. */
export type Next =
  | { readonly _tag: "Measure"; readonly rate: number; readonly phase: CapacityStep["phase"] }
  | { readonly _tag: "Done"; readonly because: SearchEnd }

const measure = (rate: number, phase: CapacityStep["phase"]): Next => ({ _tag: "Measure", rate, phase })
const done = (because: SearchEnd): Next => ({ _tag: "Done", because })

/**
 * The next rate, assuming that a server that keeps the objectives at some rate also keeps them at every lower one.
 *
 * @example from 10: 10, 20, 40 and 80 kept, 160 broken, then 120, 140 (broken), 130 (broken), 125, and 125 again if that
 * was measured before the last broken step
 */
export const nextRate = (state: SearchState, limits: SearchLimits): Next => {
  const { maxRate = Number.POSITIVE_INFINITY, minRate, precision, startRate } = limits
  const { confirm, end, kept, lowestBroken, retryUnjudged } = state
  if (end !== undefined) return done(end)
  const highest = kept.at(-1)
  const above = upperBound(state)
  if (highest === undefined) {
    if (above === null) return measure(startRate, "doubling")
    const half = above / 2
    return half < minRate ? done("floor") : measure(half, "halving")
  }
  if (confirm === "now") return measure(highest, "confirmation")
  if (above === null) {
    return highest >= maxRate ? done("maxRate") : measure(Math.min(2 * highest, maxRate), "doubling")
  }
  if (above - highest > precision * above) return measure((highest + above) / 2, "bisection")
  if (above !== lowestBroken && retryUnjudged) return measure(above, "bisection")
  if (confirm === "atEnd") return measure(highest, "confirmation")
  return done(above === lowestBroken ? "precise" : "unjudged")
}

/** A measured rate, after its last attempt. */
export interface JudgedRate {
  readonly rate: number
  readonly phase: CapacityStep["phase"]
  readonly outcome: StepOutcome
  /** Whether the load generator was at its own limit, also if the rate was kept. */
  readonly generatorLimited: boolean
  /** Whether the server had recovered from earlier steps before this one. */
  readonly recovered: boolean
}

/**
 * A server that does not keep a rate this far below one that it kept before has collapsed. Closer to its limit, chance
 * decides whether a rate is kept: latencies rise steeply there, and the figures of two steps differ by some per cent.
 */
const collapsedShare = 0.8

/** Whether a broken step shows that the server has collapsed: it stays slower than it was before an overload. */
const isCollapse = ({ highestEver }: SearchState, { phase, rate, recovered }: JudgedRate): boolean =>
  rate <= collapsedShare * highestEver || (phase === "confirmation" && !recovered)

/** The state after a rate that was not kept, or that could not be judged. */
const withoutResult = (state: SearchState, judged: JudgedRate): SearchState => {
  const { outcome, phase, rate } = judged
  const hasResult = state.kept.length > 0
  // The limit of the generator is not that of the server: more is not to be learned above a kept rate.
  if (outcome === "generator" && hasResult) return { ...state, end: "generator" }
  if (outcome !== "broken" && phase === "confirmation") return { ...state, end: "unjudged" }
  const bounded: SearchState =
    outcome === "broken"
      ? { ...state, lowestBroken: rate }
      : { ...state, lowestUnjudged: rate, retryUnjudged: !hasResult }
  if (outcome === "broken" && isCollapse(state, judged)) return { ...bounded, end: "collapsed" }
  if (phase !== "confirmation") {
    return hasResult && state.confirm === "no" ? { ...bounded, confirm: "atEnd" } : bounded
  }
  return { ...bounded, kept: state.kept.filter((each) => each < rate), confirm: "now" }
}

/** The state after a rate was measured. */
export const afterStep = (state: SearchState, judged: JudgedRate): SearchState => {
  const { generatorLimited, outcome, rate } = judged
  if (outcome !== "kept") return withoutResult(state, judged)
  const { lowestUnjudged } = state
  return {
    ...state,
    lowestUnjudged: lowestUnjudged !== null && lowestUnjudged <= rate ? null : lowestUnjudged,
    kept: [...state.kept.filter((each) => each < rate), rate],
    highestEver: Math.max(state.highestEver, rate),
    confirm: "no",
    end: generatorLimited ? "generator" : undefined
  }
}

/** The state after a broken step from which the server did not recover: its highest kept rate is measured again at once. */
export const afterNoRecovery = (state: SearchState): SearchState => ({
  ...state,
  confirm: state.kept.length > 0 ? "now" : state.confirm
})
