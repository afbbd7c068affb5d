/** Reads the processor time of other processes from `/proc`. Only Linux has it, and a container may hide a part. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { readdirSync, readFileSync } from "node:fs"
import { performance } from "node:perf_hooks"
import {
  addByName,
  type NamedTime,
  type OtherPrograms,
  parseMachineTime,
  parseProcess,
  parseProcessors,
  type ProcessTime,
  type Scan,
  usedBetween
} from "./OtherPrograms.ts"

/** Files by their paths from `/proc`; control groups are in `../sys`. Each may throw. */
export interface ProcFiles {
  readonly read: (path: string) => string
  /** The ids of all processes; with a folder, `7/task`, those of the threads of a process. */
  readonly ids: (folder?: string) => ReadonlyArray<number>
}

export const linuxFiles: ProcFiles = {
  read: (path) => readFileSync(`/proc/${path}`, "utf8"),
  ids: (folder = "") =>
    readdirSync(`/proc/${folder}`)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
}

const orUndefined = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/**
 * Reads all processes again and again, a few at a time, so that its cost does not depend on their number and it never
 * holds up the event loop.
 */
export class ProcessScans {
  private last: Scan | undefined
  private lastAtMillis = 0
  private current = new Map<number, ProcessTime>()
  private left: Array<number> = []
  private named: ReadonlyArray<NamedTime> = []
  private namedMicros = 0

  /** @param ownId is left out */
  constructor(
    private readonly files: ProcFiles,
    private readonly ownId: number,
    private readonly allowed: ReadonlySet<number>
  ) {}

  /** Reads the next `count` processes, and ends the scan after the last one. */
  step(count: number, nowMillis: number): void {
    if (this.left.length === 0) {
      const ids = orUndefined(this.files.ids)
      if (ids === undefined) return
      this.left = ids.filter((id) => id !== this.ownId)
      this.current = new Map()
    }
    for (const id of this.left.splice(0, count)) {
      // It has ended, or no file descriptor is free: then its time of the last scan is kept, so that it does not look new.
      const time = parseProcess(orUndefined(() => this.files.read(`${id}/stat`)) ?? "") ?? this.last?.get(id)
      if (time !== undefined) this.current.set(id, time)
    }
    if (this.left.length === 0) this.end(nowMillis)
  }

  /** The processes by name since the last call, and the time that they cover. */
  take(): Pick<OtherPrograms, "byName" | "namedMicros"> {
    const taken = { byName: this.named, namedMicros: this.namedMicros }
    this.named = []
    this.namedMicros = 0
    return taken
  }

  private end(nowMillis: number): void {
    if (this.last !== undefined) {
      this.named = addByName([...this.named, ...usedBetween(this.last, this.current, this.allowed)])
      this.namedMicros += (nowMillis - this.lastAtMillis) * 1000
    }
    this.last = this.current
    this.lastAtMillis = nowMillis
  }
}

const stepMillis = 25

/** One process takes 19 us, so that all together take 0.3 % of a core. */
const processesPerSecond = 160

/** Takes 1 ms. A step that is late, as on a busy machine, catches up to this. */
const maxPerStep = 50

/**
 * The processes to read in a step.
 *
 * @param sinceMillis time since the step before
 * @example 25 ms: 4; 200 ms: 32; 10 s: 50
 */
export const processesIn = (sinceMillis: number): number =>
  Math.min(maxPerStep, Math.ceil((sinceMillis * processesPerSecond) / 1000))

/** @param ownMicros processor time of this process since the last call */
export type TakeOthers = (ownMicros: number) => OtherPrograms | null

/** Watches for as long as the scope lasts. */
export const watchOthers = (files: ProcFiles): Effect.Effect<TakeOthers, never, Scope.Scope> =>
  Effect.gen(function* () {
    const allowed = parseProcessors(orUndefined(() => files.read("self/status")) ?? "")
    const readMachine = () => parseMachineTime(orUndefined(() => files.read("stat")) ?? "", allowed)
    let before = readMachine()
    if (before === undefined) return () => null
    const scans = new ProcessScans(files, process.pid, allowed)
    let lastMillis = performance.now()
    const step = () => {
      const nowMillis = performance.now()
      scans.step(processesIn(nowMillis - lastMillis), nowMillis)
      lastMillis = nowMillis
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => setInterval(step, stepMillis).unref()),
      (timer) => Effect.sync(() => clearInterval(timer))
    )
    return (ownMicros) => {
      const now = readMachine()
      const since = before
      before = now
      if (now === undefined || since === undefined) return null
      // The kernel counts the machine in ticks and this process exactly.
      const usedMicros = Math.max(0, now.usedMicros - since.usedMicros - ownMicros)
      return { usedMicros, processors: now.processors, ...scans.take() }
    }
  })
