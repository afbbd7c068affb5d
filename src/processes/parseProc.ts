/**
 * A process as the files of `/proc/PID` describe it, and the sum of several.
 *
 * @see https://man7.org/linux/man-pages/man5/proc.5.html
 */
import { parseProcess, parseProcessors } from "../metrics/OtherPrograms.ts"
import { addKnown, maxKnown } from "../metrics/addKnown.ts"
import type { ProcessReading } from "./ProcessReader.ts"

export interface ProcProcess {
  /** Since the start of the machine, in ticks: another process with the same id has another one. */
  readonly startTicks: number
  readonly cpuMicros: number
  readonly threads: number
  /** Memory of its own, and memory that it may share with others. */
  readonly ownBytes: number
  readonly sharedBytes: number
  /** `null` where this user may not read `io`. */
  readonly readBytes: number | null
  readonly writtenBytes: number | null
  /** Those that it may run on; `null` where the kernel does not tell. */
  readonly processors: number | null
}

/** The CPU time of threads, by an id and the time of their start. */
export type ThreadTimes = ReadonlyMap<string, number>

const numberOf = (text: string, pattern: RegExp): number | undefined => {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

const kibibyte = 1024

/** Of `status`: `RssAnon`, `RssFile` and `RssShmem` since Linux 4.5, else `VmRSS`, which has all in one. */
const memoryOf = (status: string): Pick<ProcProcess, "ownBytes" | "sharedBytes"> => {
  const kilobytes = (name: string) => numberOf(status, new RegExp(`^${name}:\\s+(\\d+) kB$`, "m"))
  const own = kilobytes("RssAnon")
  if (own === undefined) return { ownBytes: kibibyte * (kilobytes("VmRSS") ?? 0), sharedBytes: 0 }
  const shared = (kilobytes("RssFile") ?? 0) + (kilobytes("RssShmem") ?? 0)
  return { ownBytes: kibibyte * own, sharedBytes: kibibyte * shared }
}

/** Fields of `stat` after the name, of which the first is field 3. */
const fieldsAfterName = (stat: string): ReadonlyArray<string> =>
  stat.slice(stat.lastIndexOf(")") + 2).split(" ")

/** Ids are used again: one of these stands for one process or thread. @example idOf(8, 4711) // "8@4711" */
export const idOf = (id: number, startTicks: number): string => `${id}@${startTicks}`

/**
 * The CPU time of a thread.
 *
 * @param stat the text of `/proc/PID/task/TID/stat`
 * @returns an id that no other thread has, and microseconds
 * @example 8 at tick 4711 with 0.15 s: ["8@4711", 150_000]
 */
export const parseThread = (tid: number, stat: string): readonly [id: string, micros: number] | undefined => {
  const time = parseProcess(stat)
  const startTicks = Number(fieldsAfterName(stat)[19])
  return time === undefined || !Number.isFinite(startTicks)
    ? undefined
    : [idOf(tid, startTicks), time.usedMicros]
}

/**
 * The processors that a container grants.
 *
 * @param cpuMax the text of `cpu.max` of a control group
 * @returns `undefined` without a limit
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html cpu.max
 * @example parseQuota("150000 100000") // 1.5
 */
export const parseQuota = (cpuMax: string): number | undefined => {
  const [, quota, period] = /^(\d+) ([1-9]\d*)\s*$/.exec(cpuMax) ?? []
  return quota === undefined || period === undefined ? undefined : Number(quota) / Number(period)
}

/**
 * The control groups that may limit a process, its own first.
 *
 * @param cgroup the text of `/proc/PID/cgroup`
 * @example parseGroups("0::/system.slice/dms.service") // ["/system.slice/dms.service", "/system.slice"]
 */
export const parseGroups = (cgroup: string): ReadonlyArray<string> => {
  const path = /^0::(\/\S*)$/m.exec(cgroup)?.[1] ?? "/"
  const parts = path.split("/").filter((part) => part !== "" && part !== "." && part !== "..")
  return parts.map((_, i) => `/${parts.slice(0, parts.length - i).join("/")}`)
}

/**
 * @param files the texts of `/proc/PID/stat`, `status` and `io`; `io` is `undefined` where it may not be read
 * @returns `undefined` if `stat` is not that of a process
 */
export const parseProcFiles = (files: {
  readonly stat: string
  readonly status: string
  readonly io: string | undefined
}): ProcProcess | undefined => {
  const time = parseProcess(files.stat)
  const fields = fieldsAfterName(files.stat)
  // Fields 20 and 22.
  const [threads, startTicks] = [Number(fields[17]), Number(fields[19])]
  if (time === undefined || !Number.isFinite(threads) || !Number.isFinite(startTicks)) return undefined
  return {
    startTicks,
    cpuMicros: time.usedMicros,
    threads,
    ...memoryOf(files.status),
    readBytes: numberOf(files.io ?? "", /^read_bytes: (\d+)$/m) ?? null,
    writtenBytes: numberOf(files.io ?? "", /^write_bytes: (\d+)$/m) ?? null,
    processors: parseProcessors(files.status).size || null
  }
}

export type ProcScan = ReadonlyMap<number, ProcProcess>

/** The processes of one name or id over time. */
export interface ProcGroup {
  readonly processes: ProcScan
  readonly cpuMicros: number
  readonly readBytes: number | null
  readonly writtenBytes: number | null
  /** Processes that were there and are gone. */
  readonly ended: number
}

/**
 * Adds a scan. The counters begin at 0 with the first one. A process that is new later has used all of its time since then;
 * what a process used between its last scan and its end is not counted.
 *
 * @param before `undefined` for the first scan
 */
export const addScan = (before: ProcGroup | undefined, scan: ProcScan): ProcGroup => {
  const since = (of: "cpuMicros" | "readBytes" | "writtenBytes"): number | null =>
    before === undefined
      ? 0
      : [...scan].reduce<number | null>((sum, [pid, later]) => {
          const earlier = before.processes.get(pid)
          const isSame = earlier?.startTicks === later.startTicks
          const [from, to] = [isSame ? earlier[of] : 0, later[of]]
          return addKnown(sum, from === null || to === null ? null : Math.max(0, to - from))
        }, 0)
  const gone = [...(before?.processes ?? [])].filter(
    ([pid, { startTicks }]) => scan.get(pid)?.startTicks !== startTicks
  )
  const isReadable = [...scan.values()].every(({ readBytes }) => readBytes !== null)
  return {
    processes: scan,
    cpuMicros: (before?.cpuMicros ?? 0) + (since("cpuMicros") ?? 0),
    readBytes: isReadable ? addKnown(before === undefined ? 0 : before.readBytes, since("readBytes")) : null,
    writtenBytes: isReadable
      ? addKnown(before === undefined ? 0 : before.writtenBytes, since("writtenBytes"))
      : null,
    ended: (before?.ended ?? 0) + gone.length
  }
}

/** @param threadMicros of all processes; `null` where they are too many */
export const readingOf = (
  { ended, processes, ...counters }: ProcGroup,
  threadMicros: ThreadTimes | null = null
): ProcessReading => {
  const all = [...processes.values()]
  const isEmpty = all.length === 0
  return {
    ...counters,
    residentBytes: isEmpty
      ? null
      : all.reduce((sum, { ownBytes }) => sum + ownBytes, 0) +
        all.reduce((max, { sharedBytes }) => Math.max(max, sharedBytes), 0),
    threads: isEmpty ? null : all.reduce((sum, { threads }) => sum + threads, 0),
    processes: all.length,
    processors: all.map(({ processors }) => processors).reduce<number | null>(maxKnown, null),
    threadMicros,
    missing: [
      ...(isEmpty ? ["no process at some readings"] : []),
      ...(ended === 0
        ? []
        : ["processes ended during the run; the CPU time of their last second is not counted"]),
      ...(counters.readBytes === null
        ? ["bytes read and written: /proc/PID/io is readable for the user of the process and for root"]
        : [])
    ]
  }
}
