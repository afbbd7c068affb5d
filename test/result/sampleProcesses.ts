/** Made-up activity of watched processes. */
import type { WatchedProcesses } from "../../src/result/ProcessActivity.ts"

/**
 * @param cores of each second
 * @param bytes of memory that each second adds
 * @param from the end of the first second
 */
export const watched = (
  label: string,
  cores: ReadonlyArray<number>,
  bytes: number,
  from = 1
): WatchedProcesses => ({
  label,
  cores: { mean: cores.reduce((sum, each) => sum + each, 0) / cores.length, max: Math.max(...cores) },
  memory: { first: bytes, last: bytes * cores.length, max: bytes * cores.length },
  maxThreads: 9,
  maxProcesses: 1,
  readBytes: 0,
  writtenBytes: 1_500_000,
  processors: 4,
  busiestThread: 0.75,
  missing: ["no disk"],
  timeline: cores.map((each, i) => ({
    elapsedSeconds: from + i,
    seconds: 1,
    cores: each,
    residentBytes: bytes * (i + 1),
    threads: 9,
    processes: 1,
    readBytes: 0,
    writtenBytes: 0
  }))
})
