/**
 * How the load generator itself is doing. When it is short of breath, latencies and rates describe it and not the
 * server; so what it notices of itself is measured and reported beside them.
 */
import * as Schema from "effect/Schema"
import { addKnown, maxKnown } from "./addKnown.ts"
import { Histogram, HistogramFromBytes } from "./Histogram.ts"
import { bothSuspensions, type Suspensions } from "./suspension.ts"

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

export const noPauses: ThreadHealth["pauses"] = { count: 0, totalMicros: 0, maxMicros: 0 }

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
  /** The highest number seen; `null` if it could not be read. */
  readonly rssBytes: number | null
  readonly sockets: number
  /** Of the whole process. */
  readonly suspensions: Suspensions
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

/** One thread, first in one time and then in the next. */
export const thenThread = (a: ThreadHealth, b: ThreadHealth): ThreadHealth => ({
  observedMicros: a.observedMicros + b.observedMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  waitedMicros: addKnown(a.waitedMicros, b.waitedMicros),
  loopDelays: both(a.loopDelays, b.loopDelays),
  pauses: bothPauses(a.pauses, b.pauses),
  sockets: b.sockets
})

/** All threads, first in one time and then in the next, but for the delays of their loops. */
export const thenFigures = (a: HealthFigures, b: HealthFigures): HealthFigures => ({
  observedMicros: a.observedMicros + b.observedMicros,
  cpuMicros: a.cpuMicros + b.cpuMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  waitedMicros: addKnown(a.waitedMicros, b.waitedMicros),
  pauses: bothPauses(a.pauses, b.pauses),
  rssBytes: maxKnown(a.rssBytes, b.rssBytes),
  sockets: Math.max(a.sockets, b.sockets),
  suspensions: bothSuspensions(a.suspensions, b.suspensions)
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
  ofProcess: Pick<HealthFigures, "cpuMicros" | "rssBytes" | "observedMicros" | "suspensions">
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
