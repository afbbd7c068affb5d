import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import {
  linuxFiles,
  processesIn,
  type ProcFiles,
  ProcessScans,
  watchOthers
} from "../../src/metrics/watchOthers.ts"
import { statLine } from "./statLine.ts"

/** Processes by id: their name, and their time in ticks of 10 ms. */
type Processes = Record<number, readonly [name: string, ticks: number]>

const filesOf = (processes: () => Processes, reads: Array<string> = []): ProcFiles => ({
  ids: () => Object.keys(processes()).map(Number),
  read: (path) => {
    reads.push(path)
    const id = Number(path.replace("/stat", ""))
    const process = processes()[id]
    if (process === undefined) throw new Error("ENOENT")
    return statLine(id, process[0], process[1], 0, 0)
  }
})

const anyProcessor = new Set([0])

describe("scans of all processes", () => {
  it("read a few processes at a time, without this one, and give the time between two scans by name", () => {
    let processes: Processes = { 1: ["init", 5], 2: ["postgres", 100], 3: ["postgres", 40], 9: ["node", 70] }
    const reads: Array<string> = []
    const scans = new ProcessScans(
      filesOf(() => processes, reads),
      9,
      anyProcessor
    )
    scans.step(2, 1000)
    assert.deepStrictEqual(reads, ["1/stat", "2/stat"])
    scans.step(2, 1025)
    assert.deepStrictEqual(scans.take(), { byName: [], namedMicros: 0 })
    processes = { 1: ["init", 5], 2: ["postgres", 150], 3: ["postgres", 60], 9: ["node", 170] }
    scans.step(2, 1525)
    scans.step(2, 2025)
    assert.deepStrictEqual(scans.take(), {
      byName: [{ name: "postgres", usedMicros: 700_000 }],
      namedMicros: 1_000_000
    })
    assert.deepStrictEqual(scans.take(), { byName: [], namedMicros: 0 })
  })

  it.each([
    [25, 4],
    [200, 32],
    [10_000, 50]
  ])("read the processes of %d ms at once when they are late: %d, but never for long", (since, count) => {
    assert.strictEqual(processesIn(since), count)
  })

  it("leave out processes that ended meanwhile, and all if none can be listed", () => {
    let processes: Processes = { 1: ["a", 5], 2: ["b", 1] }
    const files = filesOf(() => processes)
    const listed = files.ids()
    const scans = new ProcessScans({ ...files, ids: () => listed }, 9, anyProcessor)
    scans.step(9, 0)
    processes = { 2: ["b", 3] }
    scans.step(9, 1000)
    assert.deepStrictEqual(scans.take().byName, [{ name: "b", usedMicros: 20_000 }])
    const none: ProcFiles = {
      ids: () => {
        throw new Error("EMFILE")
      },
      read: files.read
    }
    const blind = new ProcessScans(none, 9, anyProcessor)
    blind.step(9, 0)
    blind.step(9, 1000)
    assert.deepStrictEqual(blind.take().byName, [])
  })
})

describe("scans without a free file descriptor", () => {
  it.each([
    ["do not take the whole time of a process for new when it can be read again", "read"],
    ["wait for the next list of processes", "ids"]
  ] as const)("%s", (_, unreadable) => {
    const processes: Processes = { 1: ["postgres", 90_000] }
    const files = filesOf(() => processes)
    let readable = true
    const unless = (name: "ids" | "read") => {
      if (!readable && name === unreadable) throw new Error("EMFILE")
    }
    const scans = new ProcessScans(
      {
        ids: () => {
          unless("ids")
          return files.ids()
        },
        read: (path) => {
          unless("read")
          return files.read(path)
        }
      },
      9,
      anyProcessor
    )
    scans.step(9, 0)
    readable = false
    scans.step(9, 1000)
    readable = true
    processes[1] = ["postgres", 90_030]
    scans.step(9, 2000)
    assert.deepStrictEqual(scans.take(), {
      byName: [{ name: "postgres", usedMicros: 300_000 }],
      namedMicros: 2_000_000
    })
  })
})

describe("the other programs of a machine", () => {
  it.scopedLive("are the time of the machine without that of this process", () =>
    Effect.gen(function* () {
      let ticks = 100
      const files: ProcFiles = {
        ids: () => [],
        read: (path) =>
          path === "self/status" ? "Cpus_allowed_list:\t0-1\n" : `cpu0 ${ticks} 0 0 9\ncpu1 0 0 ${ticks} 9\n`
      }
      const take = yield* watchOthers(files)
      ticks = 150
      assert.deepInclude(take(300_000), { usedMicros: 700_000, processors: 2 })
      // Ticks are coarse: this process cannot have had more than all.
      assert.deepInclude(take(5000), { usedMicros: 0 })
    })
  )

  it.scopedLive("are unknown where there is no /proc", () =>
    Effect.gen(function* () {
      const files: ProcFiles = {
        ids: () => [],
        read: () => {
          throw new Error("ENOENT")
        }
      }
      assert.isNull((yield* watchOthers(files))(0))
    })
  )

  it.skipIf(!existsSync("/proc/stat"))("are found by name on this machine", async () => {
    const program = "process.title = 'spinning-test'; console.log('ready'); for (;;);"
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] })
    try {
      await new Promise((resolve) => child.stdout.once("data", resolve))
      const id = child.pid ?? 0
      const own: ProcFiles = { ...linuxFiles, ids: () => [id] }
      const scans = new ProcessScans(own, process.pid, new Set(Array.from({ length: 4096 }, (_, i) => i)))
      scans.step(1, 0)
      // Until the kernel has counted ticks for it.
      const found = () => {
        scans.step(1, 1000)
        return scans.take().byName
      }
      let names = found()
      while (names.length === 0) names = found()
      assert.deepStrictEqual(
        names.map(({ name }) => name),
        ["spinning-test"]
      )
    } finally {
      child.kill("SIGKILL")
    }
  })
})
