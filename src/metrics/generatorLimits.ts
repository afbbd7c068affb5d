/** The limits of the load generator: which of them a second exceeds, and what limited it. */
import * as Schema from "effect/Schema"
import {
  busyShare,
  cpuCores,
  type GeneratorHealth,
  type ProcessHealth,
  ranShare,
  waitedShare
} from "./GeneratorHealth.ts"
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
export const lacksProcessor = (health: ProcessHealth): boolean => (waitedShare(health) ?? 0) > maxWaitedShare

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
const othersExplain = (health: ProcessHealth, waited: number): boolean | null => {
  const others = otherCores(health)
  if (others === null) return null
  return others.cores >= waited && others.cores + cpuCores(health) > minUsedShare * others.processors
}

const loopDelayP99Micros = ({ loopDelays }: ProcessHealth): number => loopDelays.percentiles([99])[0] ?? 0

/**
 * What limited the load generator in a second that exceeds a limit: busy by the clock is not busy with work.
 *
 * | the thread | others had the processors | by |
 * |---|---|---|
 * | ran for more than 90 % | | `generator` |
 * | ran less, and did not lack a processor | | `generator`: it blocked its event loop |
 * | ran less, and lacked a processor | yes | `machine` |
 * | ran less, and lacked a processor | no | `generator`: too many threads, or a quota of its container |
 *
 * It lacked a processor if it waited for more than 20 % of the second, or longer than it ran and long enough for the delays
 * of its event loop: a thread that runs little may wait little, and still be 60 ms late each time.
 *
 * @returns `null` where the system does not report it
 */
export const secondLimitedBy = (health: ProcessHealth): LimitedBy | null => {
  const [ran, waited] = [ranShare(health), waitedShare(health)]
  if (ran === null || waited === null) return null
  const waitsExplain = waited > ran && waited * health.observedMicros >= loopDelayP99Micros(health)
  if (ran > fullCoreShare || !(waited > maxWaitedShare || waitsExplain)) return "generator"
  const explained = othersExplain(health, waited)
  return explained === null ? null : explained ? "machine" : "generator"
}

/** Which limits one second exceeds, and whether it lacked a processor. */
const exceeded = (health: ProcessHealth) => {
  const p99 = loopDelayP99Micros(health)
  const busy = busyShare(health) > generatorLimits.busyShare
  const suspended = health.suspensions.count > 0
  // A suspension is reported as such; a faster processor or another machine does not help against it.
  const delayed = !suspended && p99 / 1000 > generatorLimits.loopDelayP99Millis
  return { busy, delayed, suspended, waited: lacksProcessor(health) }
}

const isProcessLimited = (health: ProcessHealth): boolean => {
  const { busy, delayed, suspended } = exceeded(health)
  return busy || delayed || suspended
}

/** Whether one second, or several in one point, exceed a limit or contain a suspension; in one second also an agent alone. */
export const isLimited = (health: GeneratorHealth): boolean =>
  isProcessLimited(health) ||
  (health.apart !== undefined && [...health.apart.agents.values()].some(isProcessLimited))

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
export const addLimitedTime = (time: LimitedTime, health: ProcessHealth): LimitedTime => {
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
