/** Reads processes of this machine from `/proc`: Linux only. */
import * as Effect from "effect/Effect"
import type { ProcFiles } from "../metrics/watchOthers.ts"
import type { WatchTarget } from "../domain/WatchTarget.ts"
import {
  idOf,
  addScan,
  parseGroups,
  parseProcFiles,
  parseQuota,
  parseThread,
  type ProcGroup,
  type ProcProcess,
  type ProcScan,
  readingOf,
  type ThreadTimes
} from "./parseProc.ts"
import { ProcessesUnreadable, type ProcessSource } from "./ProcessReader.ts"

const intervalMillis = 1000

/** Three files of a process take 60 us; the event loop gets a turn after each of these. */
const processesPerTurn = 16

/** Processes of one name that are read. */
const maxProcesses = 500

/** Threads of one name or id that are read, 15 us of CPU each. With more, the busiest one is not known. */
const maxThreads = 300

/** Each process that is not of the name is looked at again after this many readings: a process may change its name. */
const recheckReadings = 30

const orUndefined = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Linux keeps 15 characters of a name. */
const maxNameLength = 15

/** Whether a process has a name, as the kernel knows it or as the file that was started. */
const isNamed = (files: ProcFiles, pid: number, name: string): boolean => {
  const kept = orUndefined(() => files.read(`${pid}/comm`))?.trimEnd()
  if (kept === name.slice(0, maxNameLength)) return true
  const [command = ""] = (orUndefined(() => files.read(`${pid}/cmdline`)) ?? "").split("\0")
  return command.slice(command.lastIndexOf("/") + 1) === name
}

const readProcess = (files: ProcFiles, pid: number): ProcProcess | undefined => {
  const [stat, status] = ["stat", "status"].map((name) => orUndefined(() => files.read(`${pid}/${name}`)))
  if (stat === undefined || status === undefined) return undefined
  return parseProcFiles({ stat, status, io: orUndefined(() => files.read(`${pid}/io`)) })
}

/** The threads of a process, of which the only one needs no further file. */
const readThreads = (files: ProcFiles, pid: number, { cpuMicros, startTicks, threads }: ProcProcess) =>
  threads === 1
    ? [[idOf(pid, startTicks), cpuMicros] as const]
    : (orUndefined(() => files.ids(`${pid}/task`)) ?? []).flatMap((tid) => {
        const stat = orUndefined(() => files.read(`${pid}/task/${tid}/stat`))
        const thread = stat === undefined ? undefined : parseThread(tid, stat)
        return thread === undefined ? [] : [thread]
      })

/** The processors that the container of a process grants; `undefined` without a limit, and where it is not known. */
const readQuota = (files: ProcFiles, pid: number): number | undefined => {
  const groups = parseGroups(orUndefined(() => files.read(`${pid}/cgroup`)) ?? "")
  const quotas = groups.flatMap(
    (group) => parseQuota(orUndefined(() => files.read(`../sys/fs/cgroup${group}/cpu.max`)) ?? "") ?? []
  )
  return quotas.length === 0 ? undefined : Math.min(...quotas)
}

/** A quota of a process is read once. */
const makeQuotas = (files: ProcFiles) => {
  let known = new Map<string, number | undefined>()
  return (scan: ProcScan): ProcScan => {
    const now = new Map<string, number | undefined>()
    const limited = [...scan].map(([pid, found]) => {
      const key = idOf(pid, found.startTicks)
      const quota = known.has(key) ? known.get(key) : readQuota(files, pid)
      now.set(key, quota)
      const processors = quota === undefined ? found.processors : Math.min(quota, found.processors ?? quota)
      return [pid, { ...found, processors }] as const
    })
    known = now
    return new Map(limited)
  }
}

/** The ids of the processes of a target; those of a name are looked up with few files per reading. */
const makeFinder = (
  files: ProcFiles,
  target: Exclude<WatchTarget, { readonly _tag: "Exporter" }>,
  ownId: number
): (() => ReadonlyArray<number>) => {
  if (target._tag === "Pid") return () => [target.pid]
  let known = new Map<number, boolean>()
  let readings = 0
  return () => {
    const ids = (orUndefined(files.ids) ?? []).filter((id) => id !== ownId)
    readings += 1
    known = new Map(
      ids.map((id) => {
        const before = known.get(id)
        const isDue = before === undefined || (!before && (id + readings) % recheckReadings === 0)
        return [id, isDue ? isNamed(files, id, target.name) : before]
      })
    )
    return ids.filter((id) => known.get(id) === true)
  }
}

const readAll = (files: ProcFiles, ids: ReadonlyArray<number>): Effect.Effect<ProcScan> =>
  Effect.gen(function* () {
    const scan = new Map<number, ProcProcess>()
    for (const [i, id] of ids.entries()) {
      if (i > 0 && i % processesPerTurn === 0) yield* Effect.yieldNow()
      const found = readProcess(files, id)
      if (found !== undefined) scan.set(id, found)
    }
    return scan
  })

/** `null` with too many threads. */
const readAllThreads = (files: ProcFiles, scan: ProcScan): Effect.Effect<ThreadTimes | null> =>
  Effect.gen(function* () {
    const count = [...scan.values()].reduce((sum, { threads }) => sum + threads, 0)
    if (count > maxThreads) return null
    const times = new Map<string, number>()
    for (const [id, found] of scan) {
      for (const [thread, micros] of readThreads(files, id, found)) times.set(thread, micros)
      if (found.threads >= processesPerTurn) yield* Effect.yieldNow()
    }
    return times
  })

/**
 * The source of the processes of one id or name. A name may have no process yet, an id has to exist.
 *
 * @param ownId this process, which no name includes
 */
export const procSource = (
  files: ProcFiles,
  target: Exclude<WatchTarget, { readonly _tag: "Exporter" }>,
  ownId: number
): Effect.Effect<ProcessSource, ProcessesUnreadable> =>
  Effect.gen(function* () {
    const { label } = target
    const unreadable = (reason: string) => new ProcessesUnreadable({ label, reason })
    if (orUndefined(() => files.read("stat")) === undefined) {
      return yield* unreadable(
        "this system has no /proc; on Linux it has, elsewhere give the address of an exporter"
      )
    }
    const find = makeFinder(files, target, ownId)
    const withQuotas = makeQuotas(files)
    let group: ProcGroup | undefined
    const read = Effect.gen(function* () {
      const ids = find()
      const scan = yield* readAll(files, ids.slice(0, maxProcesses))
      group = addScan(group, withQuotas(scan))
      const reading = readingOf(group, yield* readAllThreads(files, scan))
      return ids.length <= maxProcesses
        ? reading
        : { ...reading, missing: [...reading.missing, `only ${maxProcesses} processes were read`] }
    })
    if (target._tag === "Pid" && readProcess(files, target.pid) === undefined) {
      return yield* unreadable("there is no such process on this machine, or it is hidden")
    }
    if (target._tag === "Name" && find().length === 0) {
      yield* Effect.logWarning(`--watch ${label}: no process has this name yet`)
    }
    return { label, intervalMillis, read }
  })
