/** The file descriptor limit of this process. Imports no package, because it runs before any is loaded. */
import { readFileSync } from "node:fs"

/**
 * Reads the limit from `/proc/self/limits` of Linux.
 *
 * @example parseLimit("Max open files            1024                 4096                 files") // 1024
 */
export const parseLimit = (limits: string): number | undefined => {
  const [, softLimit] = /^Max open files +(\d+) /m.exec(limits) ?? []
  return softLimit === undefined ? undefined : Number(softLimit)
}

/** `undefined` on systems without that file, and where there is no limit. */
export const descriptorLimit = (): number | undefined => {
  try {
    return parseLimit(readFileSync("/proc/self/limits", "latin1"))
  } catch {
    return undefined
  }
}
