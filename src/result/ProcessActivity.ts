/** What the processes of the server used during a load. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

/** `null` where the source does not provide the figure. */
const Count = Schema.NullOr(Schema.NonNegativeInt)
const Cores = Schema.NullOr(Schema.NonNegative)

/** The time between two readings: about a second, of an exporter five; in runs of more than 8 minutes a point covers two or more. */
export const ProcessPoint = Schema.Struct({
  /** At its end, since the start of the run; up to 0 in the warm-up. */
  elapsedSeconds: Schema.Finite,
  seconds: Schema.NonNegative,
  /** CPU time per second: 1 is one core. */
  cores: Cores,
  /** At its end; in points of several readings the maximum, like `threads` and `processes`. */
  residentBytes: Count,
  threads: Count,
  /** Number of processes; `null` for an exporter. */
  processes: Count,
  /** From and to disks in this time. */
  readBytes: Count,
  writtenBytes: Count
})
export interface ProcessPoint extends Schema.Schema.Type<typeof ProcessPoint> {}

export const WatchedProcesses = Schema.Struct({
  /** As it was asked for, without credentials: `name:postgres`. */
  label: Schema.String,
  /** Without the warm-up, like all figures below; `null` where it could not be read. `max` is the highest point. */
  cores: Schema.NullOr(Schema.Struct({ mean: Schema.NonNegative, max: Schema.NonNegative })),
  /**
   * Resident memory, in bytes, at the first, the last and the highest reading. Of several processes, memory that they may
   * share (files and shared memory) counts once: that of the process with most of it.
   */
  memory: Schema.NullOr(
    Schema.Struct({
      first: Schema.NonNegativeInt,
      last: Schema.NonNegativeInt,
      max: Schema.NonNegativeInt
    })
  ),
  maxThreads: Count,
  maxProcesses: Count,
  readBytes: Count,
  writtenBytes: Count,
  /**
   * The processors that they may use: of the affinity or the container (cgroup v2) of a process, the fewer; of an exporter
   * those of its machine or its process. `null` where that is not known, and in files of older versions.
   */
  processors: Schema.optionalWith(Schema.NullOr(Schema.Positive), { default: () => null }),
  /**
   * CPU time per second of the thread that used most: 0.97 is one that waited for 3 % of the time. `null` for an exporter,
   * with more than 300 threads, and in files of older versions.
   */
  busiestThread: Schema.optionalWith(Cores, { default: () => null }),
  /** What could not be read, and processes that ended. */
  missing: Schema.Array(Schema.String),
  timeline: Schema.Array(ProcessPoint)
})
export interface WatchedProcesses extends Schema.Schema.Type<typeof WatchedProcesses> {}

/** What they used in a slice of a study, until its load was stopped. */
export const ProcessesInSlice = Schema.Struct(Struct.omit(WatchedProcesses.fields, "timeline"))
export interface ProcessesInSlice extends Schema.Schema.Type<typeof ProcessesInSlice> {}

/**
 * The memory of watched processes over the run, without the warm-up, for verdicts about growth.
 *
 * @returns pairs of seconds and bytes, ascending
 */
export const memorySeries = ({
  timeline
}: Pick<WatchedProcesses, "timeline">): ReadonlyArray<readonly [second: number, bytes: number]> =>
  timeline.flatMap(({ elapsedSeconds, residentBytes }) =>
    elapsedSeconds > 0 && residentBytes !== null ? [[elapsedSeconds, residentBytes] as const] : []
  )

/** @example 100 MB at the first and 150 MB at the last reading: 0.5; `null` where memory was not read */
export const memoryGrowth = ({ memory }: Pick<WatchedProcesses, "memory">): number | null =>
  memory === null || memory.first === 0 ? null : memory.last / memory.first - 1
