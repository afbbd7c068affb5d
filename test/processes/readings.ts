/** Readings of processes for tests. */
import type { ProcessReading } from "../../src/processes/ProcessReader.ts"

/** One process with five threads, of which nothing else is known. */
export const readingOf = (some: Partial<ProcessReading> = {}): ProcessReading => ({
  cpuMicros: null,
  residentBytes: null,
  threads: 5,
  processes: 1,
  readBytes: null,
  writtenBytes: null,
  processors: null,
  threadMicros: null,
  missing: [],
  ...some
})
