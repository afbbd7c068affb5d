/** Whether the load generator was the bottleneck, the limits it exceeded, and the remedy. */
import * as Schema from "effect/Schema"
import { busyShare, type GeneratorHealth, waitedShare } from "./GeneratorHealth.ts"

/**
 * A second that exceeds one of these counts as limited by the generator: responses wait to be read, and users to send.
 *
 * - `busyShare`: of the busiest thread. An event in a thread that is busy for 90 % of the time waits for 4.5 others on
 *   average (M/D/1: share / (2 (1 - share))); at 45 us per batch the generator causes 0.2 ms of each latency, and can
 *   carry a tenth more load. At 98 % it causes 1.1 ms.
 * - `loopDelayP99Millis`: 1 % of the events of the second waited longer, which is one pause of about 60 ms. Garbage
 *   collection and other programs on the same cores cost up to 30 ms; longer delays come from a machine without a free
 *   core, or from code that blocks the event loop.
 *
 * Measurements: `docs/decisions/0011-generator-health.md`.
 */
export const generatorLimits = { busyShare: 0.9, loopDelayP99Millis: 50 } as const

/**
 * A thread that waited for a processor for more than this share of a second lacked one. That is an explanation, not a
 * limit: the effect is a busy or late event loop. A thread at full load with its own core waits a tenth of the time, for
 * the garbage collector and the compiler of the process.
 */
export const maxWaitedShare = 0.2

/** Whether the thread that waited longest lacked a processor; false where the system does not report it. */
export const lacksProcessor = (health: GeneratorHealth): boolean =>
  (waitedShare(health) ?? 0) > maxWaitedShare

/** Which limits one second exceeds, and whether it lacked a processor. */
const exceeded = (health: GeneratorHealth) => {
  const [p99 = 0] = health.loopDelays.percentiles([99])
  const busy = busyShare(health) > generatorLimits.busyShare
  const suspended = health.suspensions.count > 0
  // A suspension is reported as such; a faster processor or another machine does not help against it.
  const delayed = !suspended && p99 / 1000 > generatorLimits.loopDelayP99Millis
  return { busy, delayed, suspended, waited: lacksProcessor(health) }
}

/** Whether one second, or several in one point, exceed a limit or contain a suspension. */
export const isLimited = (health: GeneratorHealth): boolean => {
  const { busy, delayed, suspended } = exceeded(health)
  return busy || delayed || suspended
}

/** A run with a larger share of limited time is limited. */
export const maxLimitedShare = 0.1

/**
 * Tolerated limited time in a run of less than half a minute, up to half of its length: code is compiled and connections
 * are opened.
 */
export const warmUpSeconds = 3

/**
 * The tolerated limited time of a run.
 *
 * @param warmed whether a warm-up preceded the run, which was not observed; then a tenth, however short the run is
 * @example 60 s: 6 s; 15 s: 3 s, warmed 1.5 s; 2 s: 1 s, warmed 0.2 s
 */
export const maxLimitedSeconds = (observedSeconds: number, warmed = false): number => {
  const tenth = maxLimitedShare * observedSeconds
  return warmed ? tenth : Math.max(tenth, Math.min(warmUpSeconds, observedSeconds / 2))
}

/** The observed time, and the part of it in which each limit was exceeded. */
export interface LimitedTime {
  readonly observedSeconds: number
  readonly busySeconds: number
  readonly delayedSeconds: number
  /** Seconds in which it was busy or delayed. */
  readonly limitedSeconds: number
  /** Seconds in which a thread lacked a processor (`maxWaitedShare`), limited or not. */
  readonly waitedSeconds: number
}

export const noLimitedTime: LimitedTime = {
  observedSeconds: 0,
  busySeconds: 0,
  delayedSeconds: 0,
  limitedSeconds: 0,
  waitedSeconds: 0
}

/** @param health of one second */
export const addLimitedTime = (time: LimitedTime, health: GeneratorHealth): LimitedTime => {
  const seconds = health.observedMicros / 1e6
  const { busy, delayed, waited } = exceeded(health)
  return {
    observedSeconds: time.observedSeconds + seconds,
    busySeconds: time.busySeconds + (busy ? seconds : 0),
    delayedSeconds: time.delayedSeconds + (delayed ? seconds : 0),
    limitedSeconds: time.limitedSeconds + (busy || delayed ? seconds : 0),
    waitedSeconds: time.waitedSeconds + (waited ? seconds : 0)
  }
}

/** @example partOf(11.4, 60) // "in 11 of 60 s (19 %)" */
const partOf = (seconds: number, of: number): string => {
  const percent = (100 * seconds) / of
  return `in ${seconds.toFixed(of < 20 ? 1 : 0)} of ${of.toFixed(of < 20 ? 1 : 0)} s (${percent.toFixed(percent < 10 ? 1 : 0)} %)`
}

/**
 * The limits that the generator exceeded; empty if it was not the bottleneck. A limit that was exceeded for less than a
 * tenth of the limited time is left out.
 *
 * @param warmed whether a warm-up preceded the run, which was not observed
 * @example { observedSeconds: 60, busySeconds: 30, delayedSeconds: 0, limitedSeconds: 30, waitedSeconds: 0 } gives
 * ["in 30 of 60 s (50 %) its event loop was more than 90 % busy"]
 */
export const limitReasons = (time: LimitedTime, warmed = false): ReadonlyArray<string> => {
  const { busySeconds, delayedSeconds, limitedSeconds, observedSeconds, waitedSeconds } = time
  if (limitedSeconds <= maxLimitedSeconds(observedSeconds, warmed)) return []
  const { busyShare, loopDelayP99Millis } = generatorLimits
  const reasons = [
    { seconds: busySeconds, reason: `its event loop was more than ${100 * busyShare} % busy` },
    { seconds: delayedSeconds, reason: `its event loop was more than ${loopDelayP99Millis} ms late (p99)` },
    {
      seconds: waitedSeconds,
      reason: `it waited for a processor more than ${100 * maxWaitedShare} % of the time`
    }
  ]
  return reasons
    .filter(({ seconds }) => seconds >= limitedSeconds / 10)
    .map(({ reason, seconds }) => `${partOf(seconds, observedSeconds)} ${reason}`)
}

/** The suspensions of a load of any length, as a reason; empty without one. */
export const suspensionReasons = ({
  suspensions
}: Pick<GeneratorHealth, "suspensions">): ReadonlyArray<string> =>
  suspensions.count === 0 ? [] : [`it was suspended for ${(suspensions.totalMicros / 1e6).toFixed(1)} s`]

/**
 * What limited the load generator: its own work (`generator`), or other programs that left it no processor (`machine`).
 */
export const LimitedBy = Schema.Literal("generator", "machine")
export type LimitedBy = typeof LimitedBy.Type

/** @param time of a generator that was limited */
export const limitedBy = ({ limitedSeconds, waitedSeconds }: LimitedTime): LimitedBy =>
  waitedSeconds >= limitedSeconds / 2 ? "machine" : "generator"

/** The remedy for a generator that was the bottleneck. */
export const limitAdvice = (time: LimitedTime): string =>
  limitedBy(time) === "machine"
    ? "It had too few processors: use more processors or fewer --workers, or stop other programs on this machine."
    : "Use more --workers, fewer users or a faster machine."
