/** Chooses the next arrival rate: doubled until the objectives break, then bisected. */
import type { CapacityStep, SearchEnd } from "../result/Capacity.ts"

/** Limits of the search; all rates are batches per second. */
export interface SearchLimits {
  /** Measured first, > 0. */
  readonly startRate: number
  /** Highest rate to try, at least `startRate`; `undefined` for no maximum. */
  readonly maxRate: number | undefined
  /** Below this a step has too few batches to be judged. */
  readonly floorRate: number
  /** Maximum final gap between the highest kept and the lowest broken rate, as a share of the latter: 0.05. */
  readonly precision: number
}

/** The bounds so far. */
export interface RateBounds {
  /** Highest rate that kept the objectives. */
  readonly highest: number | undefined
  /** Lowest rate that broke them; above `highest`. */
  readonly lowestBroken: number | undefined
}

export const noBounds: RateBounds = { highest: undefined, lowestBroken: undefined }

/** The next step: a rate to measure, or the end of the search. */
export type Next =
  | { readonly _tag: "Measure"; readonly rate: number; readonly phase: CapacityStep["phase"] }
  | { readonly _tag: "Done"; readonly because: SearchEnd }

const measure = (rate: number, phase: CapacityStep["phase"]): Next => ({ _tag: "Measure", rate, phase })
const done = (because: SearchEnd): Next => ({ _tag: "Done", because })

/**
 * The next rate, assuming that a server that keeps the objectives at some rate also keeps them at every lower one.
 *
 * @example from 10: 10, 20, 40 and 80 kept, 160 broken, then 120, 140 (broken), 130 (broken), 125
 */
export const nextRate = ({ highest, lowestBroken }: RateBounds, limits: SearchLimits): Next => {
  const { floorRate, maxRate = Number.POSITIVE_INFINITY, precision, startRate } = limits
  if (highest === undefined) {
    if (lowestBroken === undefined) return measure(startRate, "doubling")
    const half = lowestBroken / 2
    return half < floorRate ? done("floor") : measure(half, "halving")
  }
  if (lowestBroken === undefined) {
    return highest >= maxRate ? done("maxRate") : measure(Math.min(2 * highest, maxRate), "doubling")
  }
  return lowestBroken - highest <= precision * lowestBroken
    ? done("precise")
    : measure((highest + lowestBroken) / 2, "bisection")
}

/** The bounds after a rate was judged. */
export const withVerdict = (bounds: RateBounds, rate: number, kept: boolean): RateBounds =>
  kept ? { ...bounds, highest: rate } : { ...bounds, lowestBroken: rate }
