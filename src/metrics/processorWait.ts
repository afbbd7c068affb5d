/** How long a thread was ready to run but had no processor; only Linux reports it. */
import { readFileSync } from "node:fs"

/**
 * Reads the scheduling statistics of a thread: nanoseconds on a processor, nanoseconds ready without one, and the number
 * of time slices.
 *
 * @returns the second figure in microseconds; `undefined` if the kernel does not count it
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 * @example parseSchedstat("84130099 103258040 380\n") // 103258.04
 */
export const parseSchedstat = (text: string): number | undefined => {
  const [ran, waited] = text.split(" ").map(Number)
  // The reading thread has run, so 0 means that the kernel does not count.
  return ran === undefined || waited === undefined || !(ran > 0) || !(waited >= 0) ? undefined : waited / 1000
}

/** Of the calling thread since its start, in microseconds. A call takes about 20 us. */
export const waitedMicros = (): number | undefined => {
  try {
    return parseSchedstat(readFileSync("/proc/thread-self/schedstat", "latin1"))
  } catch {
    // Not Linux.
    return undefined
  }
}
