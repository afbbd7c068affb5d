/**
 * How the load generator itself is doing. When it is short of breath, latencies and rates describe it and not the
 * server; so what it notices of itself is measured and reported beside them.
 */
import * as Schema from "effect/Schema"
import { Histogram, HistogramFromBytes } from "./Histogram.ts"

const Micros = Schema.NonNegative

/** What one thread noticed of itself in some time; workers report it. */
export const ThreadHealth = Schema.Struct({
  /** How long it was observed. */
  observedMicros: Micros,
  /** How much of that its event loop ran code and did not wait for something to happen. */
  busyMicros: Micros,
  /** How much of it passed while the thread was ready to run and had no processor; `null` where nobody tells. */
  waitedMicros: Schema.NullOr(Micros),
  /** What an answer waited before it was seen, as timers found it that are due every 10 ms (`recordDelay`). */
  loopDelays: HistogramFromBytes,
  /** Pauses for garbage collection. */
  pauses: Schema.Struct({ count: Schema.NonNegativeInt, totalMicros: Micros, maxMicros: Micros }),
  /** Open connections of the HTTP clients, at the end of the time. */
  sockets: Schema.NonNegativeInt
})
export interface ThreadHealth extends Schema.Schema.Type<typeof ThreadHealth> {}

/**
 * Iterations that had a time at which to begin: in the closed model the first of each user and those after a wait, in
 * the open model all.
 */
export const Starts = Schema.Struct({
  /** Those that began. */
  count: Schema.NonNegativeInt,
  /** Of them, those that began more than `lateStartMillis` after it. */
  late: Schema.NonNegativeInt,
  maxLateMillis: Schema.NonNegative,
  /** Open model: those that did not begin, because nobody was free in time. */
  dropped: Schema.NonNegativeInt
})
export interface Starts extends Schema.Schema.Type<typeof Starts> {}

/** What begins so much after its time counts as late. */
export const lateStartMillis = 10

export const noPauses: ThreadHealth["pauses"] = { count: 0, totalMicros: 0, maxMicros: 0 }

export const noStarts: Starts = { count: 0, late: 0, maxLateMillis: 0, dropped: 0 }

export const addStarts = (a: Starts, b: Starts): Starts => ({
  count: a.count + b.count,
  late: a.late + b.late,
  maxLateMillis: Math.max(a.maxLateMillis, b.maxLateMillis),
  dropped: a.dropped + b.dropped
})

/** All threads together, in some time, but for the delays of their loops. */
export interface HealthFigures {
  readonly observedMicros: number
  /** CPU time of the whole process, all threads of it. */
  readonly cpuMicros: number
  /** Of the busiest thread. */
  readonly busyMicros: number
  /** Of the thread that waited most for a processor; `null` where nobody tells. */
  readonly waitedMicros: number | null
  /** `maxMicros` is the longest pause of one thread. */
  readonly pauses: ThreadHealth["pauses"]
  /** The most that were seen. */
  readonly rssBytes: number
  readonly sockets: number
}

/** All threads together, in some time. */
export interface GeneratorHealth extends HealthFigures {
  /** Of all threads. */
  readonly loopDelays: Histogram
}

const both = (a: Histogram, b: Histogram): Histogram => {
  const sum = a.copy()
  sum.add(b)
  return sum
}

const bothPauses = (a: ThreadHealth["pauses"], b: ThreadHealth["pauses"]): ThreadHealth["pauses"] => ({
  count: a.count + b.count,
  totalMicros: a.totalMicros + b.totalMicros,
  maxMicros: Math.max(a.maxMicros, b.maxMicros)
})

/** Known only if both are. */
const bothWaits = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a + b

/** One thread, first in one time and then in the next. */
export const thenThread = (a: ThreadHealth, b: ThreadHealth): ThreadHealth => ({
  observedMicros: a.observedMicros + b.observedMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  waitedMicros: bothWaits(a.waitedMicros, b.waitedMicros),
  loopDelays: both(a.loopDelays, b.loopDelays),
  pauses: bothPauses(a.pauses, b.pauses),
  sockets: b.sockets
})

/** All threads, first in one time and then in the next, but for the delays of their loops. */
export const thenFigures = (a: HealthFigures, b: HealthFigures): HealthFigures => ({
  observedMicros: a.observedMicros + b.observedMicros,
  cpuMicros: a.cpuMicros + b.cpuMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  waitedMicros: bothWaits(a.waitedMicros, b.waitedMicros),
  pauses: bothPauses(a.pauses, b.pauses),
  rssBytes: Math.max(a.rssBytes, b.rssBytes),
  sockets: Math.max(a.sockets, b.sockets)
})

/** All threads, first in one time and then in the next. */
export const thenHealth = (a: GeneratorHealth, b: GeneratorHealth): GeneratorHealth => ({
  ...thenFigures(a, b),
  loopDelays: both(a.loopDelays, b.loopDelays)
})

/** A thread from which nothing was heard meanwhile; its connections are still there. */
export const silentThread = ({ sockets, waitedMicros }: ThreadHealth): ThreadHealth => ({
  observedMicros: 0,
  busyMicros: 0,
  waitedMicros: waitedMicros && 0,
  loopDelays: new Histogram(),
  pauses: noPauses,
  sockets
})

/** The share of its time in which the busiest thread ran code, 0 to 1; 0 when it was not observed. */
export const busyShare = ({
  busyMicros,
  observedMicros
}: Pick<HealthFigures, "busyMicros" | "observedMicros">): number =>
  observedMicros > 0 ? Math.min(1, busyMicros / observedMicros) : 0

/** The share of its time for which a thread had to wait for a processor, 0 to 1; `null` where nobody tells. */
export const waitedShare = ({
  observedMicros,
  waitedMicros
}: Pick<HealthFigures, "observedMicros" | "waitedMicros">): number | null =>
  waitedMicros === null ? null : observedMicros > 0 ? Math.min(1, waitedMicros / observedMicros) : 0

/** CPU time of the process per second: 1 is one core; 0 when it was not observed. */
export const cpuCores = ({
  cpuMicros,
  observedMicros
}: Pick<HealthFigures, "cpuMicros" | "observedMicros">): number =>
  observedMicros > 0 ? cpuMicros / observedMicros : 0

/** Threads side by side in the same time. */
export const acrossThreads = (
  threads: ReadonlyArray<ThreadHealth>,
  ofProcess: Pick<HealthFigures, "cpuMicros" | "rssBytes" | "observedMicros">
): GeneratorHealth => {
  const loopDelays = new Histogram()
  for (const thread of threads) loopDelays.add(thread.loopDelays)
  const waits = threads.map(waitedShare).filter((share) => share !== null)
  return {
    ...ofProcess,
    busyMicros: Math.max(0, ...threads.map(busyShare)) * ofProcess.observedMicros,
    waitedMicros: waits.length === 0 ? null : Math.max(...waits) * ofProcess.observedMicros,
    loopDelays,
    pauses: threads.map(({ pauses }) => pauses).reduce(bothPauses, noPauses),
    sockets: threads.reduce((sum, { sockets }) => sum + sockets, 0)
  }
}

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
export const mostWaitedShare = 0.2

/** Which limits one second exceeds, and whether that is because others had the processor. */
const exceeded = (health: GeneratorHealth) => {
  const [p99 = 0] = health.loopDelays.percentiles([99])
  const busy = busyShare(health) > generatorLimits.busyShare
  const delayed = p99 / 1000 > generatorLimits.loopDelayP99Millis
  return { busy, delayed, starved: (busy || delayed) && (waitedShare(health) ?? 0) > mostWaitedShare }
}

/** Whether one second, or several that were put together, exceed a limit. */
export const isLimited = (health: GeneratorHealth): boolean => {
  const { busy, delayed } = exceeded(health)
  return busy || delayed
}

/** A run is limited when more than this share of its time was. */
export const mostLimitedShare = 0.1

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
export const mostLimitedSeconds = (observedSeconds: number, warmed = false): number => {
  const most = mostLimitedShare * observedSeconds
  return warmed ? most : Math.max(most, Math.min(warmUpSeconds, observedSeconds / 2))
}

/** How long the generator was observed and how much of that each limit was exceeded. */
export interface LimitedTime {
  readonly observedSeconds: number
  readonly busySeconds: number
  readonly delayedSeconds: number
  /** Seconds in which one of them was, or both. */
  readonly limitedSeconds: number
  /** Of those, the ones in which a thread was short of a processor (`mostWaitedShare`). */
  readonly starvedSeconds: number
}

export const noLimitedTime: LimitedTime = {
  observedSeconds: 0,
  busySeconds: 0,
  delayedSeconds: 0,
  limitedSeconds: 0,
  starvedSeconds: 0
}

/** @param health of one second */
export const addLimitedTime = (time: LimitedTime, health: GeneratorHealth): LimitedTime => {
  const seconds = health.observedMicros / 1e6
  const { busy, delayed, starved } = exceeded(health)
  return {
    observedSeconds: time.observedSeconds + seconds,
    busySeconds: time.busySeconds + (busy ? seconds : 0),
    delayedSeconds: time.delayedSeconds + (delayed ? seconds : 0),
    limitedSeconds: time.limitedSeconds + (busy || delayed ? seconds : 0),
    starvedSeconds: time.starvedSeconds + (starved ? seconds : 0)
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
 * @example { observedSeconds: 60, busySeconds: 30, delayedSeconds: 0, limitedSeconds: 30, starvedSeconds: 0 } gives
 * ["its event loop was busy for more than 90 % of the time in 50 % of 60 s"]
 */
export const limitReasons = (time: LimitedTime, warmed = false): ReadonlyArray<string> => {
  const { busySeconds, delayedSeconds, limitedSeconds, observedSeconds, starvedSeconds } = time
  if (limitedSeconds <= mostLimitedSeconds(observedSeconds, warmed)) return []
  const { busyShare, loopDelayP99Millis } = generatorLimits
  const reasons = [
    { seconds: busySeconds, why: `its event loop was busy for more than ${100 * busyShare} % of the time` },
    { seconds: delayedSeconds, why: `its event loop was late by more than ${loopDelayP99Millis} ms (p99)` },
    {
      seconds: starvedSeconds,
      why: `it waited for a processor for more than ${100 * mostWaitedShare} % of the time`
    }
  ]
  return reasons
    .filter(({ seconds }) => seconds >= limitedSeconds / 10)
    .map(({ seconds, why }) => `${why} in ${share(seconds, observedSeconds)}`)
}

/** What gives a generator room that was the bottleneck. */
export const limitAdvice = ({ limitedSeconds, starvedSeconds }: LimitedTime): string =>
  starvedSeconds >= limitedSeconds / 2
    ? "It had to share its processors: more of them, or less beside it on this machine, give it room."
    : "--workers, fewer users or another machine give it room."
