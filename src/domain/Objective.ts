/** An objective of a capacity study: a threshold that does not follow from the arrival rate itself. */
import * as Either from "effect/Either"
import {
  limitable,
  type LimitableName,
  type Mistake,
  parseThreshold,
  sourceOf,
  type Threshold
} from "./Threshold.ts"

/** Why a figure cannot be an objective; `undefined` when it can. */
const unfit = (figure: LimitableName): string | undefined => {
  if (sourceOf(figure) !== undefined) {
    return "latency, service or failures.ratio: figures of the server are limited by --threshold"
  }
  switch (limitable[figure]) {
    case "perSecond":
      return "latency, service or failures.ratio: rates follow from the arrival rate"
    case "count":
      return "latency, service or failures.ratio: a count grows with the length of a step"
    case "ms":
    case "seconds":
    case "ratio":
      return undefined
  }
}

/**
 * Reads an objective: a threshold of a latency, a service time or the share of failures that has an upper bound.
 *
 * @example parseObjective("latency.p95 < 500ms") // the threshold
 * @example parseObjective("operations.perSecond > 3000") // at 0, expected latency, service or failures.ratio: ...
 * @example parseObjective("latency.p95 > 500ms") // at 12, expected < or <=: ...
 */
export const parseObjective = (text: string): Either.Either<Threshold, Mistake> =>
  Either.flatMap(parseThreshold(text), (threshold) => {
    const { figure, operator } = threshold
    const expected = unfit(figure)
    if (expected !== undefined) return Either.left({ at: Math.max(0, text.indexOf(figure)), expected })
    if (operator === ">" || operator === ">=") {
      // A request name may contain one as well; after the operator there is none.
      return Either.left({ at: text.lastIndexOf(">"), expected: "< or <=: more load only raises it" })
    }
    return Either.right(threshold)
  })

/** Applies unless another objective limits the failures of all requests: a quick refusal is no success. */
export const failureObjective = "failures.ratio < 1%"

/** The given objectives, and the default for failures if none of them limits the failures of all requests. */
export const withFailures = (objectives: ReadonlyArray<Threshold>): ReadonlyArray<Threshold> =>
  objectives.some(({ figure, name }) => figure === "failures.ratio" && name === undefined)
    ? objectives
    : [
        ...objectives,
        ...Either.match(parseObjective(failureObjective), { onLeft: () => [], onRight: (own) => [own] })
      ]
