/** When the load generator was the bottleneck, why, and what gives it room. */
import { busyShare, type GeneratorHealth, waitedShare } from "./GeneratorHealth.ts"

/**
 * What a second of the generator may have before it counts as limited by it: above one of them answers wait to be
 * seen, and users to send.
 *
 * - `busyShare`: of the busiest thread. Whoever comes to one that is busy for 90 % of the time waits for 4.5 others on
 *   average (M/D/1: share / (2 (1 - share))); at 45 us per batch 0.2 ms of each latency are ours, and there is room for
 *   a tenth more load. At 98 % it is 1.1 ms.
 * - `loopDelayP99Millis`: whoever came in the worst hundredth of the second waited longer, which is one pause of about
 *   60 ms. Collections and neighbours on the same cores cost up to 30 ms; what is above comes from a machine that
 *   has no core for us, or from code that keeps the loop to itself.
 *
 * `docs/decisions/0011-generator-health.md` has what was measured.
 */
export const generatorLimits = { busyShare: 0.9, loopDelayP99Millis: 50 } as const

/**
 * Who waited for a processor for more than this share of a second was short of one. It limits nobody by itself, because
 * what it costs shows as a busy or late event loop; it tells why. A thread at full speed that has a core alone waits for
 * a tenth of its time for the process's own collector and compiler.
 */
export const maxWaitedShare = 0.2

/** Whether the thread that waited most was short of a processor; no where nobody tells. */
export const lacksProcessor = (health: GeneratorHealth): boolean =>
  (waitedShare(health) ?? 0) > maxWaitedShare

/** Which limits one second exceeds, and whether it was short of a processor. */
const exceeded = (health: GeneratorHealth) => {
  const [p99 = 0] = health.loopDelays.percentiles([99])
  const busy = busyShare(health) > generatorLimits.busyShare
  const suspended = health.suspensions.count > 0
  // A suspension is reported as such; a faster processor or another machine does not help against it.
  const delayed = !suspended && p99 / 1000 > generatorLimits.loopDelayP99Millis
  return { busy, delayed, suspended, waited: lacksProcessor(health) }
}

/** Whether one second, or several that were put together, exceed a limit or contain a suspension. */
export const isLimited = (health: GeneratorHealth): boolean => {
  const { busy, delayed, suspended } = exceeded(health)
  return busy || delayed || suspended
}

/** A run is limited when more than this share of its time was. */
export const maxLimitedShare = 0.1

/**
 * So long a run may be limited while code is compiled and connections are opened, before it says anything of a run of
 * less than half a minute; but never for more than half of it.
 */
export const warmUpSeconds = 3

/**
 * How long a run may be limited without being called so.
 *
 * @param warmed after a warm-up, which was not observed: then a tenth, however short it is
 * @example 60 s: 6 s; 15 s: 3 s, warmed 1.5 s; 2 s: 1 s, warmed 0.2 s
 */
export const maxLimitedSeconds = (observedSeconds: number, warmed = false): number => {
  const most = maxLimitedShare * observedSeconds
  return warmed ? most : Math.max(most, Math.min(warmUpSeconds, observedSeconds / 2))
}

/** How long the generator was observed and how much of that each limit was exceeded. */
export interface LimitedTime {
  readonly observedSeconds: number
  readonly busySeconds: number
  readonly delayedSeconds: number
  /** Seconds in which one of them was, or both. */
  readonly limitedSeconds: number
  /** Seconds in which a thread was short of a processor (`maxWaitedShare`), whether one of them was or not. */
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

const share = (seconds: number, of: number): string => {
  const percent = (100 * seconds) / of
  return `${percent.toFixed(percent < 10 ? 1 : 0)} % of ${of.toFixed(0)} s`
}

/**
 * Why the generator was the bottleneck, in words; nothing when it was not. What was so for less than a tenth of the
 * limited time explains nothing.
 *
 * @param warmed after a warm-up, which was not observed
 * @example { observedSeconds: 60, busySeconds: 30, delayedSeconds: 0, limitedSeconds: 30, waitedSeconds: 0 } gives
 * ["its event loop was busy for more than 90 % of the time in 50 % of 60 s"]
 */
export const limitReasons = (time: LimitedTime, warmed = false): ReadonlyArray<string> => {
  const { busySeconds, delayedSeconds, limitedSeconds, observedSeconds, waitedSeconds } = time
  if (limitedSeconds <= maxLimitedSeconds(observedSeconds, warmed)) return []
  const { busyShare, loopDelayP99Millis } = generatorLimits
  const reasons = [
    { seconds: busySeconds, why: `its event loop was busy for more than ${100 * busyShare} % of the time` },
    { seconds: delayedSeconds, why: `its event loop was late by more than ${loopDelayP99Millis} ms (p99)` },
    {
      seconds: waitedSeconds,
      why: `it waited for a processor for more than ${100 * maxWaitedShare} % of the time`
    }
  ]
  return reasons
    .filter(({ seconds }) => seconds >= limitedSeconds / 10)
    .map(({ seconds, why }) => `${why} in ${share(seconds, observedSeconds)}`)
}

/** The sentence about the suspensions of a load, however long the load was; empty if it had none. */
export const suspensionReasons = ({
  suspensions
}: Pick<GeneratorHealth, "suspensions">): ReadonlyArray<string> =>
  suspensions.count === 0
    ? []
    : [`it did not run for ${(suspensions.totalMicros / 1e6).toFixed(1)} s (suspended)`]

/** What gives a generator room that was the bottleneck. */
export const limitAdvice = ({ limitedSeconds, waitedSeconds }: LimitedTime): string =>
  waitedSeconds >= limitedSeconds / 2
    ? "It had too few processors: more of them, fewer --workers or less beside it on this machine give it room."
    : "--workers, fewer users or another machine give it room."
