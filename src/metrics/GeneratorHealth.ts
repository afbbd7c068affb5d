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
  /** By how much timers of 10 ms were late: what an answer may have waited before it was seen. */
  loopDelays: HistogramFromBytes,
  /** Pauses for garbage collection. */
  pauses: Schema.Struct({ count: Schema.NonNegativeInt, totalMicros: Micros, maxMicros: Micros }),
  /** Open TCP sockets, at the end of the time. */
  sockets: Schema.NonNegativeInt
})
export interface ThreadHealth extends Schema.Schema.Type<typeof ThreadHealth> {}

/** Iterations that had a time at which to begin: the first of each user, and those after a wait. */
export const Starts = Schema.Struct({
  count: Schema.NonNegativeInt,
  /** Of them, those that began more than `lateStartMillis` after it. */
  late: Schema.NonNegativeInt,
  maxLateMillis: Schema.NonNegative
})
export interface Starts extends Schema.Schema.Type<typeof Starts> {}

/** What begins so much after its time counts as late. */
export const lateStartMillis = 10

export const noPauses: ThreadHealth["pauses"] = { count: 0, totalMicros: 0, maxMicros: 0 }

export const noStarts: Starts = { count: 0, late: 0, maxLateMillis: 0 }

export const addStarts = (a: Starts, b: Starts): Starts => ({
  count: a.count + b.count,
  late: a.late + b.late,
  maxLateMillis: Math.max(a.maxLateMillis, b.maxLateMillis)
})

/** All threads together, in some time. */
export interface GeneratorHealth {
  readonly observedMicros: number
  /** CPU time of the whole process, all threads of it. */
  readonly cpuMicros: number
  /** Of the busiest thread. */
  readonly busyMicros: number
  /** Of all threads. */
  readonly loopDelays: Histogram
  /** `maxMicros` is the longest pause of one thread. */
  readonly pauses: ThreadHealth["pauses"]
  /** The most that were seen. */
  readonly rssBytes: number
  readonly sockets: number
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

/** One thread, first in one time and then in the next. */
export const thenThread = (a: ThreadHealth, b: ThreadHealth): ThreadHealth => ({
  observedMicros: a.observedMicros + b.observedMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  loopDelays: both(a.loopDelays, b.loopDelays),
  pauses: bothPauses(a.pauses, b.pauses),
  sockets: b.sockets
})

/** All threads, first in one time and then in the next. */
export const thenHealth = (a: GeneratorHealth, b: GeneratorHealth): GeneratorHealth => ({
  observedMicros: a.observedMicros + b.observedMicros,
  cpuMicros: a.cpuMicros + b.cpuMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  loopDelays: both(a.loopDelays, b.loopDelays),
  pauses: bothPauses(a.pauses, b.pauses),
  rssBytes: Math.max(a.rssBytes, b.rssBytes),
  sockets: Math.max(a.sockets, b.sockets)
})

/** The share of its time in which the busiest thread ran code, 0 to 1; 0 when it was not observed. */
export const busyShare = ({
  busyMicros,
  observedMicros
}: Pick<GeneratorHealth, "busyMicros" | "observedMicros">): number =>
  observedMicros > 0 ? Math.min(1, busyMicros / observedMicros) : 0

/** Threads side by side in the same time. */
export const acrossThreads = (
  threads: ReadonlyArray<ThreadHealth>,
  ofProcess: Pick<GeneratorHealth, "cpuMicros" | "rssBytes" | "observedMicros">
): GeneratorHealth => {
  const loopDelays = new Histogram()
  for (const thread of threads) loopDelays.add(thread.loopDelays)
  return {
    ...ofProcess,
    busyMicros: Math.max(0, ...threads.map(busyShare)) * ofProcess.observedMicros,
    loopDelays,
    pauses: threads.map(({ pauses }) => pauses).reduce(bothPauses, noPauses),
    sockets: threads.reduce((sum, { sockets }) => sum + sockets, 0)
  }
}

/**
 * A second in which the busiest thread ran code for more than 90 % of the time, or in which one timer in a hundred was
 * more than 50 ms late, is limited by the generator: answers waited to be seen, and users to send.
 */
export const generatorLimits = { busyShare: 0.9, loopDelayP99Millis: 50 } as const

/** A run is limited when more than this share of its time was. */
export const mostLimitedShare = 0.1

/** How long the generator was observed and how much of that each limit was exceeded. */
export interface LimitedTime {
  readonly observedSeconds: number
  readonly busySeconds: number
  readonly delayedSeconds: number
  /** Seconds in which one of them was, or both. */
  readonly limitedSeconds: number
}

export const noLimitedTime: LimitedTime = {
  observedSeconds: 0,
  busySeconds: 0,
  delayedSeconds: 0,
  limitedSeconds: 0
}

/** @param health of one second */
export const addLimitedTime = (time: LimitedTime, health: GeneratorHealth): LimitedTime => {
  const seconds = health.observedMicros / 1e6
  const [p99 = 0] = health.loopDelays.percentiles([99])
  const busy = busyShare(health) > generatorLimits.busyShare
  const delayed = p99 / 1000 > generatorLimits.loopDelayP99Millis
  return {
    observedSeconds: time.observedSeconds + seconds,
    busySeconds: time.busySeconds + (busy ? seconds : 0),
    delayedSeconds: time.delayedSeconds + (delayed ? seconds : 0),
    limitedSeconds: time.limitedSeconds + (busy || delayed ? seconds : 0)
  }
}

const share = (seconds: number, of: number): string => {
  const percent = (100 * seconds) / of
  return `${percent.toFixed(percent < 10 ? 1 : 0)} % of ${of.toFixed(0)} s`
}

/**
 * Why the generator was the bottleneck, in words; nothing when it was not.
 *
 * @example { observedSeconds: 60, busySeconds: 30, delayedSeconds: 0, limitedSeconds: 30 } gives
 * ["its event loop was busy for more than 90 % of the time in 50 % of 60 s"]
 */
export const limitReasons = (time: LimitedTime): ReadonlyArray<string> => {
  const { busySeconds, delayedSeconds, limitedSeconds, observedSeconds } = time
  if (limitedSeconds <= mostLimitedShare * observedSeconds) return []
  const percent = 100 * generatorLimits.busyShare
  return [
    ...(busySeconds > 0
      ? [
          `its event loop was busy for more than ${percent} % of the time in ${share(busySeconds, observedSeconds)}`
        ]
      : []),
    ...(delayedSeconds > 0
      ? [
          `its event loop was late by more than ${generatorLimits.loopDelayP99Millis} ms (p99) in ` +
            share(delayedSeconds, observedSeconds)
        ]
      : [])
  ]
}
