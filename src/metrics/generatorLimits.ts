/** The limits of the load generator: which of them a second exceeds, and what limited it. */
import * as Schema from "effect/Schema"
import { busyShare, cpuCores, type GeneratorHealth, ranShare, waitedShare } from "./GeneratorHealth.ts"
import { otherCores } from "./OtherPrograms.ts"

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

/**
 * What limited the load generator: its own work (`generator`), or other programs that left it no processor (`machine`).
 */
export const LimitedBy = Schema.Literal("generator", "machine")
export type LimitedBy = typeof LimitedBy.Type

/**
 * A thread that was on a processor for more than this share of a second had a core to itself, and filled it. A busy
 * neighbor does not excuse that.
 */
const fullCoreShare = generatorLimits.busyShare

/**
 * A thread that waits while a smaller share of the processors is used waits for something else: a quota of its
 * container. The scheduler would have moved it to a processor that is free.
 */
const minUsedShare = 0.75

/**
 * Whether other programs can be the reason for the wait of a thread. While it waits, another thread has its processor: so
 * others have used at least as many cores as it waited for, or its own threads had the processors.
 *
 * @returns `null` where the other programs are not known
 * @example waiting for 0.4 of the time, others with 1.5 of 2 cores, itself 0.3 cores: true
 * @example waiting for 0.4 of the time, others with 0.1 of 2 cores, itself 1.9 cores (four workers): false
 * @example waiting for 0.4 of the time, others with 1 of 16 cores, itself 1 core (a quota): false
 */
const othersExplainWait = (health: GeneratorHealth, waited: number): boolean | null => {
  const others = otherCores(health)
  if (others === null) return null
  return others.cores >= waited && others.cores + cpuCores(health) > minUsedShare * others.processors
}

/**
 * Whether other programs can be the reason for a delay in which the thread did not work: they used the processors for at
 * least as long as the delay.
 *
 * @returns `null` where the other programs are not known
 * @example a delay of 0.14 s, others with 0.7 of 2 cores for a second: true, because 0.7 > 0.75 * 2 * 0.14
 * @example the same with 0.03 of 2 cores: false
 */
const othersExplainDelay = (health: GeneratorHealth, delayMicros: number): boolean | null => {
  const others = otherCores(health)
  if (others === null) return null
  return others.cores * health.observedMicros >= minUsedShare * others.processors * delayMicros
}

const loopDelayP99Micros = ({ loopDelays }: GeneratorHealth): number => loopDelays.percentiles([99])[0] ?? 0

/**
 * What limited the load generator in a second that exceeds a limit: busy by the clock is not busy with work.
 *
 * | the thread | others had the processors | by |
 * |---|---|---|
 * | ran for more than 90 % | | `generator` |
 * | ran less, and waited for a processor for more than 20 % | while it waited | `machine` |
 * | | no | `generator`: too many threads, or a quota of its container |
 * | ran in all for less than one delay of its event loop | for as long as the delay | `machine` |
 * | | no | `generator` |
 * | ran for longer | | `generator`: it blocked its event loop |
 *
 * Work of a thread cannot delay it for longer than it ran. A thread beside many busy processes runs little and waits little
 * in sum, and is still late: for its own turn, or for threads of the process that collect its garbage and wait for theirs.
 *
 * @returns `null` where the system does not report it
 */
export const secondLimitedBy = (health: GeneratorHealth): LimitedBy | null => {
  const [ran, waited] = [ranShare(health), waitedShare(health)]
  if (ran === null || waited === null) return null
  if (ran > fullCoreShare) return "generator"
  const delay = loopDelayP99Micros(health)
  const explained =
    waited > maxWaitedShare
      ? othersExplainWait(health, waited)
      : ran * health.observedMicros < delay && othersExplainDelay(health, delay)
  return explained === null ? null : explained ? "machine" : "generator"
}

/** Which limits one second exceeds, and whether it lacked a processor. */
const exceeded = (health: GeneratorHealth) => {
  const p99 = loopDelayP99Micros(health)
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

/** The observed time, and the part of it in which each limit was exceeded. */
export interface LimitedTime {
  readonly observedSeconds: number
  readonly busySeconds: number
  readonly delayedSeconds: number
  /** Seconds in which it was busy or delayed. */
  readonly limitedSeconds: number
  /** Those that its own work limited (`secondLimitedBy`). */
  readonly ownSeconds: number
  /** Those that other programs limited. */
  readonly machineSeconds: number
  /** Seconds in which a thread lacked a processor (`maxWaitedShare`), limited or not. */
  readonly waitedSeconds: number
}

export const noLimitedTime: LimitedTime = {
  observedSeconds: 0,
  busySeconds: 0,
  delayedSeconds: 0,
  limitedSeconds: 0,
  ownSeconds: 0,
  machineSeconds: 0,
  waitedSeconds: 0
}

/** @param health of one second */
export const addLimitedTime = (time: LimitedTime, health: GeneratorHealth): LimitedTime => {
  const seconds = health.observedMicros / 1e6
  const { busy, delayed, waited } = exceeded(health)
  const by = busy || delayed ? secondLimitedBy(health) : null
  const secondsIf = (is: boolean) => (is ? seconds : 0)
  return {
    observedSeconds: time.observedSeconds + seconds,
    busySeconds: time.busySeconds + secondsIf(busy),
    delayedSeconds: time.delayedSeconds + secondsIf(delayed),
    limitedSeconds: time.limitedSeconds + secondsIf(busy || delayed),
    ownSeconds: time.ownSeconds + secondsIf(by === "generator"),
    machineSeconds: time.machineSeconds + secondsIf(by === "machine"),
    waitedSeconds: time.waitedSeconds + secondsIf(waited)
  }
}
