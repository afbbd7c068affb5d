/** Turns readings of processes into their activity. */
import { addKnown, maxKnown } from "../metrics/addKnown.ts"
import { rounded } from "../metrics/rounded.ts"
import type { ProcessPoint, WatchedProcesses } from "../result/ProcessActivity.ts"
import type { ProcessReading } from "./ProcessReader.ts"

/** A reading and its time, since the start of the run; below 0 in the warm-up. */
export interface TimedReading extends ProcessReading {
  readonly atSeconds: number
}

/** The readings of one source so far. */
export interface ProcessesSeen {
  readonly label: string
  readonly last: TimedReading | undefined
  readonly points: ReadonlyArray<ProcessPoint>
  /** Seconds of the run with known CPU time, and that time. */
  readonly seconds: number
  readonly cpuSeconds: number
  /** From and to disks in the run; `null` from the first unknown value on. */
  readonly readBytes: number | null
  readonly writtenBytes: number | null
  /** Means and maxima of the run. */
  readonly sofar: Pick<WatchedProcesses, "cores" | "memory" | "maxThreads" | "maxProcesses">
  readonly missing: ReadonlySet<string>
  /** Number of failed readings, by reason. */
  readonly failed: ReadonlyMap<string, number>
}

/** 12 minutes at a reading per second; then points cover two, four, ... */
export const maxPoints = 720

export const nothingSeen = (label: string): ProcessesSeen => ({
  label,
  last: undefined,
  points: [],
  seconds: 0,
  cpuSeconds: 0,
  readBytes: 0,
  writtenBytes: 0,
  sofar: { cores: null, memory: null, maxThreads: null, maxProcesses: null },
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

const halved = (points: ReadonlyArray<ProcessPoint>): ReadonlyArray<ProcessPoint> =>
  points.flatMap((point, i) => {
    if (i % 2 === 1) return []
    const next = points[i + 1]
    return [next === undefined ? point : addProcessPoints(point, next)]
  })

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

/** With one more point of the run. */
const withPoint = (seen: ProcessesSeen, point: ProcessPoint): ProcessesSeen => {
  const { cores, residentBytes } = point
  const { sofar } = seen
  const seconds = seen.seconds + (cores === null ? 0 : point.seconds)
  const cpuSeconds = seen.cpuSeconds + (cores ?? 0) * point.seconds
  const mean = seconds === 0 ? 0 : rounded(cpuSeconds / seconds, 3)
  return {
    ...seen,
    seconds,
    cpuSeconds,
    readBytes: addKnown(seen.readBytes, point.readBytes),
    writtenBytes: addKnown(seen.writtenBytes, point.writtenBytes),
    sofar: {
      cores: cores === null ? sofar.cores : { mean, max: Math.max(mean, cores, sofar.cores?.max ?? 0) },
      memory:
        residentBytes === null
          ? sofar.memory
          : {
              first: sofar.memory?.first ?? residentBytes,
              last: residentBytes,
              max: Math.max(residentBytes, sofar.memory?.max ?? 0)
            },
      maxThreads: maxKnown(sofar.maxThreads, point.threads),
      maxProcesses: maxKnown(sofar.maxProcesses, point.processes)
    }
  }
}

/** A point counts to the run if most of it is after the warm-up. */
const isInRun = ({ elapsedSeconds, seconds }: ProcessPoint): boolean => elapsedSeconds - seconds / 2 > 0

export const afterProcessReading = (seen: ProcessesSeen, reading: TimedReading): ProcessesSeen => {
  const { last, points } = seen
  const known = { ...seen, last: reading, missing: new Set([...seen.missing, ...reading.missing]) }
  if (last === undefined) return known
  const point = pointBetween(last, reading)
  const grown = { ...known, points: [...(points.length >= maxPoints ? halved(points) : points), point] }
  return isInRun(point) ? withPoint(grown, point) : grown
}

export const afterProcessFailure = (seen: ProcessesSeen, reason: string): ProcessesSeen => ({
  ...seen,
  failed: new Map([...seen.failed, [reason, 1 + (seen.failed.get(reason) ?? 0)]])
})

export const processesOf = ({
  failed,
  label,
  missing,
  points,
  readBytes,
  sofar,
  writtenBytes
}: ProcessesSeen): WatchedProcesses => ({
  label,
  ...sofar,
  readBytes: points.length === 0 ? null : readBytes,
  writtenBytes: points.length === 0 ? null : writtenBytes,
  missing: [
    ...missing,
    ...[...failed].map(
      ([reason, count]) => `${count === 1 ? "1 reading" : `${count} readings`} failed: ${reason}`
    )
  ],
  timeline: points
})
