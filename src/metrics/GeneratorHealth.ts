/**
 * The health of the load generator itself. When the generator is overloaded, latencies and rates describe it and not the
 * server, so its health is measured and reported with them.
 */
import * as Schema from "effect/Schema"
import { addKnown, maxKnown } from "./addKnown.ts"
import { Histogram, HistogramFromBytes } from "./Histogram.ts"
import { mergeOthers, OtherPrograms } from "./OtherPrograms.ts"
import { addSuspensions, noSuspensions, Suspensions } from "./suspension.ts"

const Micros = Schema.NonNegative

const Pauses = Schema.Struct({ count: Schema.NonNegativeInt, totalMicros: Micros, maxMicros: Micros })

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
  pauses: Pauses,
  /** Open connections of the HTTP clients at the end of the period. */
  sockets: Schema.NonNegativeInt
})
export interface ThreadHealth extends Schema.Schema.Type<typeof ThreadHealth> {}

export const noPauses: ThreadHealth["pauses"] = { count: 0, totalMicros: 0, maxMicros: 0 }

/** All threads of a process together over a period; agents report theirs. */
export const ProcessHealth = Schema.Struct({
  /** Length of the period. */
  observedMicros: Micros,
  /** CPU time of all threads of the process. */
  cpuMicros: Micros,
  /** Of the busiest thread. */
  busyMicros: Micros,
  /** Of the thread that ran longest; `null` where the system does not report it. */
  ranMicros: Schema.NullOr(Micros),
  /** Of the thread that waited longest for a processor; `null` where the system does not report it. */
  waitedMicros: Schema.NullOr(Micros),
  /** `maxMicros` is the longest pause of one thread. */
  pauses: Pauses,
  /** Maximum resident memory; `null` if it could not be read. */
  rssBytes: Schema.NullOr(Schema.NonNegative),
  sockets: Schema.NonNegativeInt,
  /** Of the whole process. */
  suspensions: Suspensions,
  /** The other processes of the machine; `null` where the system does not report them. */
  others: Schema.NullOr(OtherPrograms),
  /** Of all threads. */
  loopDelays: HistogramFromBytes
})
export interface ProcessHealth extends Schema.Schema.Type<typeof ProcessHealth> {}

/** A run on agents: each process alone. */
export interface ProcessesApart {
  /** It sends no load, but receives the reports. */
  readonly coordinator: ProcessHealth
  /** By their names. */
  readonly agents: ReadonlyMap<string, ProcessHealth>
}

/** The load generator over a period: its process, or all agents together (`acrossAgents`). */
export interface GeneratorHealth extends ProcessHealth {
  /** Present in a run on agents. */
  readonly apart?: ProcessesApart
}

/** A process over a period, without the delays of its event loops. */
export type HealthFigures = Omit<ProcessHealth, "loopDelays">

const both = (a: Histogram, b: Histogram): Histogram => {
  const sum = a.copy()
  sum.add(b)
  return sum
}

export const addPauses = (a: ThreadHealth["pauses"], b: ThreadHealth["pauses"]): ThreadHealth["pauses"] => ({
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
export const mergeHealth = (a: ProcessHealth, b: ProcessHealth): ProcessHealth => ({
  ...mergeFigures(a, b),
  loopDelays: both(a.loopDelays, b.loopDelays)
})

/** A process that has not been observed. */
export const nothingObserved: ProcessHealth = {
  observedMicros: 0,
  cpuMicros: 0,
  busyMicros: 0,
  ranMicros: 0,
  waitedMicros: 0,
  loopDelays: new Histogram(),
  pauses: noPauses,
  rssBytes: null,
  sockets: 0,
  suspensions: noSuspensions,
  others: null
}

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

/** A process without a report in a period; its connections are still open. */
export const silentProcess = ({
  others,
  ranMicros,
  rssBytes,
  sockets,
  waitedMicros
}: ProcessHealth): ProcessHealth => ({
  ...nothingObserved,
  ranMicros: ranMicros && 0,
  waitedMicros: waitedMicros && 0,
  others: others && { ...others, usedMicros: 0, namedMicros: 0, byName: [] },
  rssBytes,
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

/** The largest of the shares that are known, as time of a period. */
export const longest = (shares: ReadonlyArray<number | null>, observedMicros: number): number | null => {
  const known = shares.filter((share) => share !== null)
  return known.length === 0 ? null : Math.max(...known) * observedMicros
}

/** All threads over the same period. */
export const acrossThreads = (
  threads: ReadonlyArray<ThreadHealth>,
  ofProcess: Pick<HealthFigures, "cpuMicros" | "rssBytes" | "observedMicros" | "suspensions" | "others">
): ProcessHealth => {
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
