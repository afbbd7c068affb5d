/** How many file descriptors this process may have. Needs no package, because it is asked before any is loaded. */
import { readFileSync } from "node:fs"

/**
 * What Linux says of the limits of a process.
 *
 * @example parseLimit("Max open files            1024                 4096                 files") // 1024
 */
export const parseLimit = (limits: string): number | undefined => {
  const [, most] = /^Max open files +(\d+) /m.exec(limits) ?? []
  return most === undefined ? undefined : Number(most)
}

/** `undefined` on other systems, which have no such file, and where there is no limit. */
export const descriptorLimit = (): number | undefined => {
  try {
    return parseLimit(readFileSync("/proc/self/limits", "latin1"))
  } catch {
    return undefined
  }
}
