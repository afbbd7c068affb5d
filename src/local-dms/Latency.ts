/** The latency that the local DMS adds to its own processing time: none, a fixed time, or a random one. */
import * as Option from "effect/Option"
import type { PCGRandom } from "effect/Utils"
import { parseMillis } from "../domain/durations.ts"

export type Latency =
  | { readonly _tag: "none" }
  | { readonly _tag: "fixed"; readonly millis: number }
  /** A time per request plus a time per operation; a single request has one operation. */
  | { readonly _tag: "perOperation"; readonly requestMillis: number; readonly operationMillis: number }
  | { readonly _tag: "uniform"; readonly fromMillis: number; readonly toMillis: number }
  | { readonly _tag: "exponential"; readonly meanMillis: number }
  /** The natural logarithm is normally distributed with standard deviation `sigma`. */
  | { readonly _tag: "lognormal"; readonly medianMillis: number; readonly sigma: number }

export const none: Latency = { _tag: "none" }

/**
 * The latency of a request in milliseconds, 0 or more: 50 for `perOperation:20ms,1ms` and 30 operations.
 *
 * @param operations of the request, 0 or more
 */
export const draw = (latency: Latency, random: PCGRandom, operations: number): number => {
  switch (latency._tag) {
    case "none":
      return 0
    case "fixed":
      return latency.millis
    case "perOperation":
      return latency.requestMillis + operations * latency.operationMillis
    case "uniform":
      return latency.fromMillis + random.number() * (latency.toMillis - latency.fromMillis)
    case "exponential":
      return -Math.log(1 - random.number()) * latency.meanMillis
    case "lognormal":
      return latency.medianMillis * Math.exp(latency.sigma * standardNormal(random))
  }
}

/**
 * The factor of a latency that grows evenly.
 *
 * @param percentPerMinute of the latency at the start, 0 or more
 * @example growthAfter(30 * 60_000, 1) // 1.3
 */
export const growthAfter = (millis: number, percentPerMinute: number): number =>
  1 + (percentPerMinute / 100) * (millis / 60_000)

/** Mean 0, standard deviation 1. @see Box and Muller, 1958 */
const standardNormal = (random: PCGRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.number())) * Math.cos(2 * Math.PI * random.number())

const parseDuration = (text: string): Option.Option<number> => Option.fromNullable(parseMillis(text))

/** Number of parameters, by name. */
const parameterCounts: { readonly [name: string]: number } = {
  perOperation: 2,
  uniform: 2,
  exponential: 1,
  lognormal: 2
}

/**
 * Parses a latency as written in a flag: `none`, `20ms`, `perOperation:20ms,1ms` (per request, per operation),
 * `uniform:10ms,30ms`, `exponential:20ms` (mean) or `lognormal:20ms,0.4` (median, sigma). A colon may stand for the
 * comma. Durations are read by `parseMillis`, so a number without a unit is in seconds.
 */
export const parse = (text: string): Option.Option<Latency> => {
  const [name = "", ...rest] = text.split(":")
  const parameters = rest.flatMap((part) => part.split(","))
  if (parameters.length !== (parameterCounts[name] ?? 0)) return Option.none()
  const [first = "", second = ""] = parameters
  switch (name) {
    case "none":
      return Option.some(none)
    case "perOperation":
      return Option.map(
        Option.all([parseDuration(first), parseDuration(second)]),
        ([requestMillis, operationMillis]) => ({ _tag: "perOperation", requestMillis, operationMillis })
      )
    case "uniform":
      return Option.all([parseDuration(first), parseDuration(second)]).pipe(
        Option.filter(([fromMillis, toMillis]) => fromMillis <= toMillis),
        Option.map(([fromMillis, toMillis]) => ({ _tag: "uniform", fromMillis, toMillis }))
      )
    case "exponential":
      return Option.map(parseDuration(first), (meanMillis) => ({ _tag: "exponential", meanMillis }))
    case "lognormal":
      return Option.map(Option.all([parseDuration(first), parseSigma(second)]), ([medianMillis, sigma]) => ({
        _tag: "lognormal",
        medianMillis,
        sigma
      }))
    default:
      return Option.map(parseDuration(name), (millis) => ({ _tag: "fixed", millis }))
  }
}

const parseSigma = (text: string): Option.Option<number> =>
  /^\d*\.?\d+$/.test(text.trim()) ? Option.some(Number(text)) : Option.none()
