/**
 * Load that changes over time: each stage ramps linearly from the previous target, 0 at the start, to its own. Targets are arrivals per second (open model) or users (closed model). Pure functions of numbers.
 *
 * @see k6's executors `ramping-arrival-rate` and `ramping-vus`, whose stages have the same meaning
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { parseMillis } from "./durations.ts"
import type { Mistake } from "./Threshold.ts"

export const Stage = Schema.Struct({
  /** Its duration; 0 jumps to the target. */
  millis: Schema.NonNegative,
  /** The value at its end, per second or in users; equal to the previous target for a plateau. */
  target: Schema.NonNegative
})
export interface Stage extends Schema.Schema.Type<typeof Stage> {}

export const Stages = Schema.Array(Stage)
export type Stages = typeof Stages.Type

/** The stages of a rate that changes evenly. @example ramp(20, 40, 10_000) // 300 arrivals in 10 s */
export const ramp = (from: number, to: number, millis: number): Stages => [
  { millis: 0, target: from },
  { millis, target: to }
]

/** The stages of a constant rate. @example steady(50, 10_000) // 500 arrivals in 10 s */
export const steady = (target: number, millis: number): Stages => ramp(target, target, millis)

/** Total duration. */
export const totalMillis = (stages: Stages): number => stages.reduce((sum, { millis }) => sum + millis, 0)

/** The highest target. */
export const peakOf = (stages: Stages): number =>
  stages.reduce((most, { target }) => Math.max(most, target), 0)

/** A stage with the target and the time of its start. */
interface Ramp extends Stage {
  readonly from: number
  readonly startMillis: number
}

const rampsOf = (stages: Stages): ReadonlyArray<Ramp> => {
  let from = 0
  let startMillis = 0
  return stages.map((stage) => {
    const ramp = { ...stage, from, startMillis }
    from = stage.target
    startMillis += stage.millis
    return ramp
  })
}

/** When the highest target is reached for the first time, in milliseconds after the start; 0 without stages. */
export const peakMillis = (stages: Stages): number => {
  const peak = peakOf(stages)
  const ramp = rampsOf(stages).find(({ target }) => target === peak)
  return ramp === undefined ? 0 : ramp.startMillis + ramp.millis
}

/** Whether the target stays as it is once the highest one is reached. @example of a ramp to 50/s and a plateau: true */
export const endsSteady = (stages: Stages): boolean => {
  const peak = peakOf(stages)
  const first = stages.findIndex(({ target }) => target === peak)
  return stages.slice(first).every(({ target }) => target === peak)
}

/**
 * The target at a time; 0 after the end.
 *
 * @example targetAt([{ millis: 10_000, target: 50 }], 5000) // 25
 */
export const targetAt = (stages: Stages, millis: number): number => {
  const ramp = rampsOf(stages).findLast(({ startMillis }) => startMillis <= millis)
  if (ramp === undefined || millis >= ramp.startMillis + ramp.millis) return 0
  return ramp.from + ((ramp.target - ramp.from) * (millis - ramp.startMillis)) / ramp.millis
}

/** Maximum relative error of a number of arrivals in floating point. */
const rounding = 1e-12

/**
 * When an arrival is due, in milliseconds after the start; `undefined` when the stages end before it.
 *
 * Arrival `nth` is due when `nth` arrivals were due before it: at the last t with N(t) <= nth, where N is the integral of the
 * rate. On a ramp from a to b per second over T seconds N(t) = a t + (b - a) t^2 / 2T, which is solved as
 * t = 2n / (a + sqrt(a^2 + 2 (b - a) n / T)): that form also holds for b = a and loses no digits near it.
 *
 * @param nth 0-based
 * @example dueMillis(steady(50, 10_000), 7) // 140
 * @example dueMillis([{ millis: 10_000, target: 10 }], 20) // 6324.555, of 50 arrivals: 5 t^2 / 10 = 20
 */
export const dueMillis = (stages: Stages, nth: number): number | undefined => {
  let left = nth
  let from = 0
  let startMillis = 0
  for (const { millis, target } of stages) {
    const arrivals = ((from + target) * millis) / 2000
    if (left < arrivals - rounding * Math.max(1, nth)) {
      if (left <= 0) return startMillis
      const root = Math.sqrt(Math.max(0, from * from + (2000 * (target - from) * left) / millis))
      return startMillis + (2000 * left) / (from + root)
    }
    left -= arrivals
    from = target
    startMillis += millis
  }
  return undefined
}

/** A period in which a user runs, in milliseconds after the start. */
export interface Stay {
  readonly user: number
  readonly fromMillis: number
  readonly untilMillis: number
}

/** The stays of a user: it runs while the target is greater than `user`. */
const staysOf = (ramps: ReadonlyArray<Ramp>, user: number): ReadonlyArray<Stay> => {
  const stays: Array<Stay> = []
  let fromMillis: number | undefined
  const end = (untilMillis: number) => {
    if (fromMillis !== undefined && fromMillis < untilMillis) stays.push({ user, fromMillis, untilMillis })
    fromMillis = undefined
  }
  for (const { from, millis, startMillis, target } of ramps) {
    const crossing = startMillis + ((user - from) / (target - from)) * millis
    if (fromMillis === undefined && target > user) fromMillis = crossing
    else if (fromMillis !== undefined && target <= user) end(crossing)
  }
  const last = ramps.at(-1)
  if (last !== undefined) end(last.startMillis + last.millis)
  return stays
}

/**
 * The stays of all users, where targets are numbers of users: user k, 0-based, runs from the time the target exceeds k
 * until it falls to k again, or the stages end. In the order of their starts.
 *
 * @param share the users whose id is `index` modulo `of`
 * @example 2 users in 10 s and back in 10 s: user 0 from 0 to 20 s, user 1 from 5 to 15 s
 */
export const stays = (
  stages: Stages,
  share: { readonly index: number; readonly of: number }
): ReadonlyArray<Stay> => {
  const ramps = rampsOf(stages)
  const peak = peakOf(stages)
  const all: Array<Stay> = []
  for (let user = share.index; user < peak; user += share.of) all.push(...staysOf(ramps, user))
  return all.sort((a, b) => a.fromMillis - b.fromMillis || a.user - b.user)
}

/** Parsed stages, and the unit of their targets. */
export interface LoadStages {
  readonly of: "arrivals" | "users"
  readonly stages: Stages
}

/** @example stagesText({ of: "arrivals", stages: steady(50, 10_000) }) // "0s:50/s,10s:50/s" */
export const stagesText = ({ of, stages }: LoadStages): string =>
  stages.map(({ millis, target }) => `${millis / 1000}s:${target}${of === "arrivals" ? "/s" : ""}`).join(",")

/** Maximum of a target. */
const maxTarget = 100_000

/** Three weeks. */
const maxMillis = 30_000 * 60_000

interface Target {
  readonly of: LoadStages["of"]
  readonly target: number
}

/** `10/s` is a rate, `10` a number of users. */
const parseTarget = (text: string): Target | undefined => {
  const [, number, perSecond] = /^(\d+(?:\.\d+)?)\s*(\/\s*s)?$/i.exec(text) ?? []
  const target = Number(number)
  if (number === undefined || target > maxTarget) return undefined
  if (perSecond !== undefined) return { of: "arrivals", target }
  return Number.isInteger(target) ? { of: "users", target } : undefined
}

const anyTarget = `a rate such as 10/s, or a whole number of users, up to ${maxTarget}`
const sameTarget: Record<LoadStages["of"], string> = {
  arrivals: "a rate such as 10/s, like the stages before it",
  users: "a number of users without /s, like the stages before it"
}

/**
 * Reads stages: `TIME:TARGET`, comma-separated, all of rates or all of users.
 *
 * @example parseStages("30s:10/s,2m:100/s,30s:0/s") // { of: "arrivals", stages: [{ millis: 30000, target: 10 }, ...] }
 * @example parseStages("30s:10,2m:100") // { of: "users", ... }
 * @example parseStages("30s:10/s,2m:100") // at 13, expected a rate such as 10/s, like the stages before it
 */
export const parseStages = (text: string): Either.Either<LoadStages, Mistake> => {
  const stages: Array<Stage> = []
  let of: LoadStages["of"] | undefined
  let at = 0
  for (const part of text.split(",")) {
    const start = at + (part.length - part.trimStart().length)
    at += part.length + 1
    const colon = part.indexOf(":")
    if (colon < 0) return Either.left({ at: start, expected: "TIME:TARGET, such as 30s:10/s or 30s:10" })
    const millis = parseMillis(part.slice(0, colon))
    if (millis === undefined)
      return Either.left({ at: start, expected: "a duration such as 30s, 500ms or 2m" })
    const written = part.slice(colon + 1)
    const targetAt = at - written.trimStart().length - 1
    const target = parseTarget(written.trim())
    if (target === undefined) return Either.left({ at: targetAt, expected: anyTarget })
    if (of !== undefined && of !== target.of) return Either.left({ at: targetAt, expected: sameTarget[of] })
    of = target.of
    stages.push({ millis, target: target.target })
    const total = totalMillis(stages)
    if (total > maxMillis) return Either.left({ at: start, expected: "at most three weeks in all" })
  }
  if (of === undefined || totalMillis(stages) === 0) {
    return Either.left({ at: 0, expected: "stages that take some time" })
  }
  return peakOf(stages) === 0
    ? Either.left({ at: 0, expected: "a target above 0" })
    : Either.right({ of, stages })
}
