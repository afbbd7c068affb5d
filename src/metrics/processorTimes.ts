/** How long a thread ran, and how long it was ready to run but had no processor; only Linux reports it. */
import { readFileSync } from "node:fs"

/** Of a thread since its start. */
export interface ProcessorTimes {
  /** On a processor. */
  readonly ranMicros: number
  /** Ready to run, without a processor. */
  readonly waitedMicros: number
}

/**
 * Reads the scheduling statistics of a thread: nanoseconds on a processor, nanoseconds ready without one, and the number
 * of time slices.
 *
 * @returns `undefined` if the kernel does not count them
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 * @example parseSchedstat("84130099 103258040 380\n") // { ranMicros: 84130.099, waitedMicros: 103258.04 }
 */
export const parseSchedstat = (text: string): ProcessorTimes | undefined => {
  const [ran, waited] = text.split(" ").map(Number)
  // The reading thread has run, so 0 means that the kernel does not count.
  return ran === undefined || waited === undefined || !(ran > 0) || !(waited >= 0)
    ? undefined
    : { ranMicros: ran / 1000, waitedMicros: waited / 1000 }
}

/** Of the calling thread. A call takes about 20 us. */
export const processorTimes = (): ProcessorTimes | undefined => {
  try {
    return parseSchedstat(readFileSync("/proc/thread-self/schedstat", "latin1"))
  } catch {
    // Not Linux.
    return undefined
  }
}
