/** What /proc knows of a process and all that it started; nothing on systems without /proc. */
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"

export interface Usage {
  /** User and system time of the whole tree, children that ended included. Resolution: 10 ms. */
  readonly cpuMicros: number
  /** The most that was resident at any time, summed over the processes of the tree, in bytes. */
  readonly peakRssBytes: number
}

interface Entry {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

const ticksPerSecond = (): number => Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }))
const microsPerTick = existsSync("/proc/self/stat") ? 1e6 / ticksPerSecond() : undefined

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "latin1")
  } catch {
    // The process ended between the listing and the reading.
    return ""
  }
}

/** Fields as in proc(5); those after the command's closing bracket, because a name may hold spaces. */
const entryOf = (pid: number): Entry => {
  const stat = textOf(`/proc/${pid}/stat`)
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number)
  const [parent = 0, ticks] = [fields[1], fields.slice(11, 15).reduce((sum, value) => sum + value, 0)]
  return { pid, parent, ticks }
}

const treeOf = (root: number): ReadonlyArray<Entry> => {
  const all = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0)
    .map(entryOf)
  const tree = all.filter(({ pid }) => pid === root)
  // Grows while it is walked, by the children of each.
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid))
  return tree
}

/** Of the process and all that it started; `undefined` without /proc. */
export const usageOf = (root: number): Usage | undefined => {
  if (microsPerTick === undefined) return undefined
  const tree = treeOf(root)
  const peakKilobytes = tree.map(({ pid }) =>
    Number(/VmHWM:\s*(\d+)/.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0)
  )
  return {
    cpuMicros: tree.reduce((sum, { ticks }) => sum + ticks, 0) * microsPerTick,
    peakRssBytes: peakKilobytes.reduce((sum, value) => sum + value, 0) * 1024
  }
}

/** Fields of a core as in proc(5), from `user` to `steal`; `undefined` without /proc. */
const coreTicks = (core: string): ReadonlyArray<number> | undefined =>
  new RegExp(`^cpu${core} (.*)$`, "m").exec(textOf("/proc/stat"))?.[1]?.split(" ").map(Number)

/**
 * Processor time that a core has spent on anybody, in microseconds since the machine started, stolen time included.
 * `undefined` without /proc, and for more than one core.
 *
 * @param core `"0"`
 */
export const coreMicros = (core: string): number | undefined => {
  const ticks = coreTicks(core)
  if (microsPerTick === undefined || ticks === undefined) return undefined
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = ticks
  return (user + nice + system + irq + softIrq + steal) * microsPerTick
}

/**
 * Time in which these cores had nothing to do, of all of them together, in microseconds since the machine started.
 * `undefined` without /proc.
 *
 * @param cores `"0,1"`
 */
export const idleMicros = (cores: string): number | undefined => {
  const ticks = cores.split(",").map(coreTicks)
  if (microsPerTick === undefined || ticks.includes(undefined)) return undefined
  return ticks.reduce((sum, [, , , idle = 0, waiting = 0] = []) => sum + idle + waiting, 0) * microsPerTick
}
