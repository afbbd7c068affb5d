/** Turns readings of processes into their activity. */
import { addPoint, type BoundedPoints, intoLast, noPoints } from "../metrics/boundedPoints.ts"
import { addKnown, maxKnown } from "../metrics/addKnown.ts"
import { rounded } from "../metrics/rounded.ts"
import type { ProcessPoint, WatchedProcesses } from "../result/ProcessActivity.ts"
import type { ProcessReading } from "./ProcessReader.ts"

/** A reading and its time, since the start of the run or slice; below 0 in the warm-up. */
export interface TimedReading extends ProcessReading {
  readonly atSeconds: number
}

/** The part of the time whose figures count; points outside of it are only drawn. In seconds, as those of readings. */
export interface CountedTime {
  readonly from: number
  readonly to: number
}

/** CPU time of threads at the first and the last reading that count. */
interface ThreadSpan {
  readonly from: ReadonlyMap<string, number>
  readonly to: ReadonlyMap<string, number>
}

/** The readings of one source so far. */
export interface ProcessesSeen {
  readonly label: string
  readonly counted: CountedTime
  readonly last: TimedReading | undefined
  readonly points: BoundedPoints<ProcessPoint>
  /** Counted seconds with known CPU time, that time, and the cores of the highest point. */
  readonly seconds: number
  readonly cpuSeconds: number
  readonly maxCores: number
  /** `null` from the first reading without threads on. */
  readonly threads: ThreadSpan | null | undefined
  /** From and to disks; `null` from the first unknown value on. */
  readonly readBytes: number | null
  readonly writtenBytes: number | null
  readonly sofar: Pick<WatchedProcesses, "memory" | "maxThreads" | "maxProcesses" | "processors">
  readonly missing: ReadonlySet<string>
  /** Number of failed readings, by reason. */
  readonly failed: ReadonlyMap<string, number>
}

/** 8 minutes at a reading per second; then points cover two, four, ... */
export const maxPoints = 480

/**
 * A shorter point is neither the highest one nor drawn alone: CPU time is counted in hundredths of a second. Readings that
 * were late on a busy machine are followed by one that is early.
 */
const minPointSeconds = 0.5

/** @param counted everything after the warm-up by default */
export const nothingSeen = (
  label: string,
  counted: CountedTime = { from: 0, to: Number.POSITIVE_INFINITY }
): ProcessesSeen => ({
  label,
  counted,
  last: undefined,
  points: noPoints,
  seconds: 0,
  cpuSeconds: 0,
  maxCores: 0,
  threads: undefined,
  readBytes: 0,
  writtenBytes: 0,
  sofar: { memory: null, maxThreads: null, maxProcesses: null, processors: null },
  missing: new Set(),
  failed: new Map()
})

/** Merges two consecutive points. */
export const addProcessPoints = (a: ProcessPoint, b: ProcessPoint): ProcessPoint => {
  const seconds = a.seconds + b.seconds
  const cpu = addKnown(
    a.cores === null ? null : a.cores * a.seconds,
    b.cores === null ? null : b.cores * b.seconds
  )
  return {
    elapsedSeconds: b.elapsedSeconds,
    seconds: rounded(seconds, 6),
    cores: cpu === null || seconds === 0 ? null : rounded(cpu / seconds, 3),
    residentBytes: maxKnown(a.residentBytes, b.residentBytes),
    threads: maxKnown(a.threads, b.threads),
    processes: maxKnown(a.processes, b.processes),
    readBytes: addKnown(a.readBytes, b.readBytes),
    writtenBytes: addKnown(a.writtenBytes, b.writtenBytes)
  }
}

/** A short point is drawn together with the one before it. */
const withDrawn = (drawn: BoundedPoints<ProcessPoint>, point: ProcessPoint): BoundedPoints<ProcessPoint> =>
  point.seconds < minPointSeconds && drawn.points.length > 0
    ? intoLast(drawn, point, addProcessPoints)
    : addPoint(drawn, point, maxPoints, addProcessPoints)

/** A counter that is lower than before began anew, as after a restart: then all of it counts. */
const since = (before: number | null, after: number | null): number | null => {
  if (before === null || after === null) return null
  return after < before ? after : after - before
}

const pointBetween = (before: TimedReading, after: TimedReading): ProcessPoint => {
  const seconds = after.atSeconds - before.atSeconds
  const cpuMicros = since(before.cpuMicros, after.cpuMicros)
  return {
    elapsedSeconds: rounded(after.atSeconds, 6),
    seconds: rounded(seconds, 6),
    cores: cpuMicros === null || seconds <= 0 ? null : rounded(cpuMicros / 1e6 / seconds, 3),
    residentBytes: after.residentBytes,
    threads: after.threads,
    processes: after.processes,
    readBytes: since(before.readBytes, after.readBytes),
    writtenBytes: since(before.writtenBytes, after.writtenBytes)
  }
}

const threadsAfter = (
  seen: ProcessesSeen["threads"],
  before: TimedReading,
  { threadMicros }: TimedReading
): ProcessesSeen["threads"] => {
  const from = seen === undefined ? before.threadMicros : seen && seen.from
  return from === null || threadMicros === null ? null : { from, to: threadMicros }
}

/** With one more point that counts. */
const withPoint = (
  seen: ProcessesSeen,
  point: ProcessPoint,
  before: TimedReading,
  after: TimedReading
): ProcessesSeen => {
  const { cores, residentBytes } = point
  const { sofar } = seen
  return {
    ...seen,
    seconds: seen.seconds + (cores === null ? 0 : point.seconds),
    cpuSeconds: seen.cpuSeconds + (cores ?? 0) * point.seconds,
    maxCores: point.seconds < minPointSeconds ? seen.maxCores : Math.max(seen.maxCores, cores ?? 0),
    threads: threadsAfter(seen.threads, before, after),
    readBytes: addKnown(seen.readBytes, point.readBytes),
    writtenBytes: addKnown(seen.writtenBytes, point.writtenBytes),
    sofar: {
      memory:
        residentBytes === null
          ? sofar.memory
          : {
              first: sofar.memory?.first ?? residentBytes,
              last: residentBytes,
              max: Math.max(residentBytes, sofar.memory?.max ?? 0)
            },
      maxThreads: maxKnown(sofar.maxThreads, point.threads),
      maxProcesses: maxKnown(sofar.maxProcesses, point.processes),
      processors: maxKnown(sofar.processors, after.processors)
    }
  }
}

/** A point counts if most of it is in the counted time. */
const isCounted = ({ elapsedSeconds, seconds }: ProcessPoint, { from, to }: CountedTime): boolean => {
  const middle = elapsedSeconds - seconds / 2
  return middle > from && middle < to
}

export const afterProcessReading = (seen: ProcessesSeen, reading: TimedReading): ProcessesSeen => {
  const { last, points } = seen
  // Two readings at one time have no rate.
  if (last !== undefined && reading.atSeconds <= last.atSeconds) return seen
  const known = { ...seen, last: reading, missing: new Set([...seen.missing, ...reading.missing]) }
  if (last === undefined) return known
  const point = pointBetween(last, reading)
  const grown = { ...known, points: withDrawn(points, point) }
  return isCounted(point, seen.counted) ? withPoint(grown, point, last, reading) : grown
}

export const afterProcessFailure = (seen: ProcessesSeen, reason: string): ProcessesSeen => ({
  ...seen,
  failed: new Map([...seen.failed, [reason, 1 + (seen.failed.get(reason) ?? 0)]])
})

/** CPU time per second of the thread that used most; a thread that is new has used all of its time since its start. */
const busiestOf = ({ seconds, threads }: ProcessesSeen): number | null => {
  if (threads === null || threads === undefined || threads.to.size === 0 || seconds === 0) return null
  const used = [...threads.to].map(([id, micros]) => micros - (threads.from.get(id) ?? 0))
  return rounded(used.reduce((most, each) => Math.max(most, each), 0) / 1e6 / seconds, 3)
}

const coresOf = ({ cpuSeconds, maxCores, seconds }: ProcessesSeen): WatchedProcesses["cores"] => {
  if (seconds === 0) return null
  const mean = rounded(cpuSeconds / seconds, 3)
  return { mean, max: Math.max(mean, maxCores) }
}

export const processesOf = (seen: ProcessesSeen): WatchedProcesses => {
  const { failed, label, missing, points, readBytes, sofar, writtenBytes } = seen
  return {
    label,
    cores: coresOf(seen),
    ...sofar,
    readBytes: points.points.length === 0 ? null : readBytes,
    writtenBytes: points.points.length === 0 ? null : writtenBytes,
    busiestThread: busiestOf(seen),
    missing: [
      ...missing,
      ...[...failed].map(
        ([reason, count]) => `${count === 1 ? "1 reading" : `${count} readings`} failed: ${reason}`
      )
    ],
    timeline: points.points
  }
}
