/** Reads processes of this machine from `/proc`: Linux only. */
import * as Effect from "effect/Effect"
import type { ProcFiles } from "../metrics/watchOthers.ts"
import type { WatchTarget } from "../domain/WatchTarget.ts"
import { addScan, parseProcFiles, type ProcGroup, type ProcProcess, readingOf } from "./parseProc.ts"
import { ProcessesUnreadable, type ProcessSource } from "./ProcessReader.ts"

const intervalMillis = 1000

/** Three files of a process take 60 us; the event loop gets a turn after each of these. */
const processesPerTurn = 16

/** Processes of one name that are read. */
const maxProcesses = 500

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
    let group: ProcGroup | undefined
    const read = Effect.gen(function* () {
      const ids = find()
      const scan = new Map<number, ProcProcess>()
      for (const [i, id] of ids.slice(0, maxProcesses).entries()) {
        if (i > 0 && i % processesPerTurn === 0) yield* Effect.yieldNow()
        const found = readProcess(files, id)
        if (found !== undefined) scan.set(id, found)
      }
      group = addScan(group, scan)
      const reading = readingOf(group)
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
