/** How long the local DMS takes to answer, on top of its own work: nothing, a time that is known, or a draw. */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { PCGRandom } from "effect/Utils"

export type Latency =
  | { readonly _tag: "none" }
  | { readonly _tag: "fixed"; readonly millis: number }
  /** A part for the request and one for each of its operations, of which a single request has one. */
  | { readonly _tag: "perOperation"; readonly requestMillis: number; readonly operationMillis: number }
  | { readonly _tag: "uniform"; readonly fromMillis: number; readonly toMillis: number }
  | { readonly _tag: "exponential"; readonly meanMillis: number }
  /** The natural logarithm is normal: half of all draws are below the median, `sigma` sets the tail. */
  | { readonly _tag: "lognormal"; readonly medianMillis: number; readonly sigma: number }

export const none: Latency = { _tag: "none" }

/**
 * One draw, in milliseconds, 0 or more: 50 for `perOperation:20ms:1ms` and 30 operations.
 *
 * @param operations that the request has, 0 or more
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

/** Mean 0, deviation 1. @see Box and Muller, 1958 */
const standardNormal = (random: PCGRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.number())) * Math.cos(2 * Math.PI * random.number())

const units: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration as a flag spells it, in milliseconds: `20ms`, `1.5s`, `30m`, `2h`, or `30 minutes`. */
export const parseMillis = (text: string): Option.Option<number> => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (match !== null) return Option.some(Number(match[1]) * (units[match[2] ?? ""] ?? Number.NaN))
  return Option.filter(Option.map(Duration.decodeUnknown(text), Duration.toMillis), Number.isFinite)
}

/**
 * `none`, `20ms`, `perOperation:20ms:1ms` (a request, each operation), `uniform:10ms:30ms`, `exponential:20ms` or
 * `lognormal:20ms:0.5` (median, sigma).
 */
export const parse = (text: string): Option.Option<Latency> => {
  const [name = "", first = "", second = "", ...rest] = text.split(":")
  if (rest.length > 0) return Option.none()
  if (name === "none") return first === "" ? Option.some(none) : Option.none()
  if (name === "perOperation") {
    return Option.map(
      Option.all([parseMillis(first), parseMillis(second)]),
      ([requestMillis, operationMillis]) => ({ _tag: "perOperation", requestMillis, operationMillis })
    )
  }
  if (name === "uniform") {
    return Option.filter(
      Option.map(
        Option.all([parseMillis(first), parseMillis(second)]),
        ([fromMillis, toMillis]): Latency => ({ _tag: "uniform", fromMillis, toMillis })
      ),
      (latency) => latency._tag === "uniform" && latency.fromMillis <= latency.toMillis
    )
  }
  if (name === "exponential" && second === "") {
    return Option.map(parseMillis(first), (meanMillis) => ({ _tag: "exponential", meanMillis }))
  }
  if (name === "lognormal" && /^\d*\.?\d+$/.test(second)) {
    return Option.map(parseMillis(first), (medianMillis) => ({
      _tag: "lognormal",
      medianMillis,
      sigma: Number(second)
    }))
  }
  return first === "" ? Option.map(parseMillis(name), (millis) => ({ _tag: "fixed", millis })) : Option.none()
}
