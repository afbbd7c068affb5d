/** The service that reads what the processes of a server use. */
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

/** Processes that were asked for cannot be watched. No load was sent; exit code 3. */
export class ProcessesUnreadable extends Data.TaggedError("ProcessesUnreadable")<{
  /** As it was asked for, without credentials. */
  readonly label: string
  readonly reason: string
}> {
  override get message(): string {
    return `--watch ${this.label} cannot be read: ${this.reason}`
  }
}

/** One reading. Counters only grow, unless the source began anew. */
export interface ProcessReading {
  /** CPU time of all processes. */
  readonly cpuMicros: number | null
  readonly residentBytes: number | null
  readonly threads: number | null
  readonly processes: number | null
  readonly readBytes: number | null
  readonly writtenBytes: number | null
  /** The processors that the processes may use: those of their affinity or their container, the fewer of them. */
  readonly processors: number | null
  /** CPU time of each thread, by an id that no other thread has had. */
  readonly threadMicros: ReadonlyMap<string, number> | null
  /** What could not be read, and why; each text once in a report. */
  readonly missing: ReadonlyArray<string>
}

/** The source of one `--watch`. */
export interface ProcessSource {
  readonly label: string
  /** Time between two readings. */
  readonly intervalMillis: number
  /** A failed reading leaves a gap; its reason is reported. */
  readonly read: Effect.Effect<ProcessReading, ProcessesUnreadable>
}
