/**
 * The health of the load generator itself. When the generator is overloaded, latencies and rates describe it and not the
 * server, so its health is measured and reported with them.
 */
import * as Schema from "effect/Schema"
import { addKnown, maxKnown } from "./addKnown.ts"
import { Histogram, HistogramFromBytes } from "./Histogram.ts"
import { mergeOthers, type OtherPrograms } from "./OtherPrograms.ts"
import { addSuspensions, type Suspensions } from "./suspension.ts"

const Micros = Schema.NonNegative

/** The health of one thread over a period; workers report theirs. */
export const ThreadHealth = Schema.Struct({
  /** Length of the period. */
  observedMicros: Micros,
  /** Time in which its event loop ran code. */
  busyMicros: Micros,
  /** Time on a processor; `null` where the system does not report it. */
  ranMicros: Schema.NullOr(Micros),
  /** Time in which the thread was ready to run but had no processor; `null` where the system does not report it. */
  waitedMicros: Schema.NullOr(Micros),
  /** Delays of the event loop, measured by timers that are due every 10 ms (`recordDelay`). */
  loopDelays: HistogramFromBytes,
  /** Pauses for garbage collection. */
  pauses: Schema.Struct({ count: Schema.NonNegativeInt, totalMicros: Micros, maxMicros: Micros }),
  /** Open connections of the HTTP clients at the end of the period. */
  sockets: Schema.NonNegativeInt
})
export interface ThreadHealth extends Schema.Schema.Type<typeof ThreadHealth> {}

export const noPauses: ThreadHealth["pauses"] = { count: 0, totalMicros: 0, maxMicros: 0 }

/** All threads together over a period, without the delays of their event loops. */
export interface HealthFigures {
  readonly observedMicros: number
  /** CPU time of all threads of the process. */
  readonly cpuMicros: number
  /** Of the busiest thread. */
  readonly busyMicros: number
  /** Of the thread that ran longest; `null` where the system does not report it. */
  readonly ranMicros: number | null
  /** Of the thread that waited longest for a processor; `null` where the system does not report it. */
  readonly waitedMicros: number | null
  /** `maxMicros` is the longest pause of one thread. */
  readonly pauses: ThreadHealth["pauses"]
  /** Maximum resident memory; `null` if it could not be read. */
  readonly rssBytes: number | null
  readonly sockets: number
  /** Of the whole process. */
  readonly suspensions: Suspensions
  /** The other processes of the machine; `null` where the system does not report them. */
  readonly others: OtherPrograms | null
}

/** All threads together over a period. */
export interface GeneratorHealth extends HealthFigures {
  /** Of all threads. */
  readonly loopDelays: Histogram
}

const both = (a: Histogram, b: Histogram): Histogram => {
  const sum = a.copy()
  sum.add(b)
  return sum
}

const addPauses = (a: ThreadHealth["pauses"], b: ThreadHealth["pauses"]): ThreadHealth["pauses"] => ({
  count: a.count + b.count,
  totalMicros: a.totalMicros + b.totalMicros,
  maxMicros: Math.max(a.maxMicros, b.maxMicros)
})

/** One thread over two consecutive periods. */
export const mergeThread = (a: ThreadHealth, b: ThreadHealth): ThreadHealth => ({
  observedMicros: a.observedMicros + b.observedMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  ranMicros: addKnown(a.ranMicros, b.ranMicros),
  waitedMicros: addKnown(a.waitedMicros, b.waitedMicros),
  loopDelays: both(a.loopDelays, b.loopDelays),
  pauses: addPauses(a.pauses, b.pauses),
  sockets: b.sockets
})

/** All threads over two consecutive periods, without the delays of their event loops. */
export const mergeFigures = (a: HealthFigures, b: HealthFigures): HealthFigures => ({
  observedMicros: a.observedMicros + b.observedMicros,
  cpuMicros: a.cpuMicros + b.cpuMicros,
  busyMicros: a.busyMicros + b.busyMicros,
  ranMicros: addKnown(a.ranMicros, b.ranMicros),
  waitedMicros: addKnown(a.waitedMicros, b.waitedMicros),
  pauses: addPauses(a.pauses, b.pauses),
  rssBytes: maxKnown(a.rssBytes, b.rssBytes),
  sockets: Math.max(a.sockets, b.sockets),
  suspensions: addSuspensions(a.suspensions, b.suspensions),
  others: mergeOthers(a.others, b.others)
})

/** All threads over two consecutive periods. */
export const mergeHealth = (a: GeneratorHealth, b: GeneratorHealth): GeneratorHealth => ({
  ...mergeFigures(a, b),
  loopDelays: both(a.loopDelays, b.loopDelays)
})

/** A thread without a report in a period; its connections are still open. */
export const silentThread = ({ ranMicros, sockets, waitedMicros }: ThreadHealth): ThreadHealth => ({
  observedMicros: 0,
  busyMicros: 0,
  ranMicros: ranMicros && 0,
  waitedMicros: waitedMicros && 0,
  loopDelays: new Histogram(),
  pauses: noPauses,
  sockets
})

/** Share of the time in which the busiest thread ran code, 0 to 1; 0 when it was not observed. */
export const busyShare = ({
  busyMicros,
  observedMicros
}: Pick<HealthFigures, "busyMicros" | "observedMicros">): number =>
  observedMicros > 0 ? Math.min(1, busyMicros / observedMicros) : 0

const shareOf = (micros: number | null, observedMicros: number): number | null =>
  micros === null ? null : observedMicros > 0 ? Math.min(1, micros / observedMicros) : 0

/** Share of the time in which a thread was on a processor, 0 to 1; `null` where the system does not report it. */
export const ranShare = ({
  observedMicros,
  ranMicros
}: Pick<HealthFigures, "observedMicros" | "ranMicros">): number | null => shareOf(ranMicros, observedMicros)

/** Share of the time in which a thread waited for a processor, 0 to 1; `null` where the system does not report it. */
export const waitedShare = ({
  observedMicros,
  waitedMicros
}: Pick<HealthFigures, "observedMicros" | "waitedMicros">): number | null =>
  shareOf(waitedMicros, observedMicros)

/** CPU time of the process per second: 1 is one core; 0 when it was not observed. */
export const cpuCores = ({
  cpuMicros,
  observedMicros
}: Pick<HealthFigures, "cpuMicros" | "observedMicros">): number =>
  observedMicros > 0 ? cpuMicros / observedMicros : 0

/** The largest share of the threads that report one, as time of the process. */
const longest = (shares: ReadonlyArray<number | null>, observedMicros: number): number | null => {
  const known = shares.filter((share) => share !== null)
  return known.length === 0 ? null : Math.max(...known) * observedMicros
}

/** All threads over the same period. */
export const acrossThreads = (
  threads: ReadonlyArray<ThreadHealth>,
  ofProcess: Pick<HealthFigures, "cpuMicros" | "rssBytes" | "observedMicros" | "suspensions" | "others">
): GeneratorHealth => {
  const loopDelays = new Histogram()
  for (const thread of threads) loopDelays.add(thread.loopDelays)
  return {
    ...ofProcess,
    busyMicros: Math.max(0, ...threads.map(busyShare)) * ofProcess.observedMicros,
    ranMicros: longest(threads.map(ranShare), ofProcess.observedMicros),
    waitedMicros: longest(threads.map(waitedShare), ofProcess.observedMicros),
    loopDelays,
    pauses: threads.map(({ pauses }) => pauses).reduce(addPauses, noPauses),
    sockets: threads.reduce((sum, { sockets }) => sum + sockets, 0)
  }
}
