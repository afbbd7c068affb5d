/** How long a thread was ready to run and had no processor. Linux alone tells. */
import { readFileSync } from "node:fs"

/**
 * Reads what Linux says of a thread's scheduling: nanoseconds on a processor, nanoseconds ready and without one, and
 * how often it got one.
 *
 * @returns the second in microseconds; `undefined` where the kernel does not count them
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 * @example parseSchedstat("84130099 103258040 380\n") // 103258.04
 */
export const parseSchedstat = (text: string): number | undefined => {
  const [ran, waited] = text.split(" ").map(Number)
  // Whoever reads this has run: a kernel that says otherwise counts nothing.
  return ran === undefined || waited === undefined || !(ran > 0) || !(waited >= 0) ? undefined : waited / 1000
}

/** Of the calling thread since it began, in microseconds. About 20 us of its time. */
export const waitedMicros = (): number | undefined => {
  try {
    return parseSchedstat(readFileSync("/proc/thread-self/schedstat", "latin1"))
  } catch {
    // Another system.
    return undefined
  }
}
