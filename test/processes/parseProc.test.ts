import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import {
  addScan,
  parseGroups,
  parseProcFiles,
  parseQuota,
  type ProcProcess,
  type ProcScan,
  readingOf
} from "../../src/processes/parseProc.ts"
import { statLine } from "../metrics/statLine.ts"

const process = (values: Partial<ProcProcess> = {}): ProcProcess => ({
  startTicks: 100,
  cpuMicros: 0,
  threads: 4,
  ownBytes: 1000,
  sharedBytes: 0,
  readBytes: 0,
  writtenBytes: 0,
  processors: null,
  ...values
})

const scansOf = (...scans: ReadonlyArray<ReadonlyArray<readonly [number, ProcProcess]>>) => {
  const [first, ...rest] = scans.map((entries): ProcScan => new Map(entries))
  return rest.reduce(addScan, addScan(undefined, first ?? new Map()))
}

describe("the files of a process", () => {
  const stat =
    "7 (a (b) c) S 1 7 7 0 -1 0 0 0 0 0 12 3 0 0 20 0 9 0 4711 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0"
  const status = "Name:\ta b\nVmRSS:\t  900 kB\nRssAnon:\t  100 kB\nRssFile:\t  20 kB\nRssShmem:\t  3 kB\n"

  it("give its CPU time, threads, memory and bytes from and to disks", () => {
    assert.deepStrictEqual(
      parseProcFiles({
        stat,
        status,
        io: "rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 7\n"
      }),
      {
        startTicks: 4711,
        cpuMicros: 150_000,
        threads: 9,
        ownBytes: 102_400,
        sharedBytes: 23_552,
        readBytes: 4096,
        writtenBytes: 8192,
        processors: null
      }
    )
  })

  it("have no bytes where they may not be read, and all memory in one where the kernel does not divide it", () => {
    const found = parseProcFiles({ stat, status: "VmRSS:\t  900 kB\n", io: undefined })
    assert.deepStrictEqual(
      [found?.readBytes, found?.writtenBytes, found?.ownBytes, found?.sharedBytes],
      [null, null, 921_600, 0]
    )
  })

  it("give the processors that it may run on", () => {
    const allowed = parseProcFiles({ stat, status: `${status}Cpus_allowed_list:\t0-2,5\n`, io: undefined })
    assert.strictEqual(allowed?.processors, 4)
  })

  it("are no process, or one with finite figures, whatever they contain", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string(), FastCheck.string(), FastCheck.string(), (one, other, io) => {
        const found = parseProcFiles({ stat: one, status: other, io })
        if (found === undefined) return
        for (const value of Object.values(found)) assert.isTrue(value === null || Number.isFinite(value))
      })
    )
  })
})

describe("what limits the processors of a process", () => {
  it("is the quota of its container, where it has one", () => {
    assert.deepStrictEqual(["150000 100000\n", "max 100000\n", "", "1 0\n"].map(parseQuota), [
      1.5,
      undefined,
      undefined,
      undefined
    ])
  })

  it("may be set by each control group above its own", () => {
    assert.deepStrictEqual(parseGroups("1:cpu:/old\n0::/docker/abc\n"), ["/docker/abc", "/docker"])
    assert.deepStrictEqual(parseGroups("0::/\n"), [])
    assert.deepStrictEqual(parseGroups("0::/../../etc\n"), ["/etc"])
  })
})

describe("a group of processes", () => {
  it("has the time that its processes used since the first scan, also of those that began meanwhile", () => {
    const group = scansOf(
      [[1, process({ cpuMicros: 5000 })]],
      [
        [1, process({ cpuMicros: 7000 })],
        [2, process({ startTicks: 200, cpuMicros: 300 })]
      ]
    )
    assert.deepStrictEqual([group.cpuMicros, group.ended], [2300, 0])
  })

  it("counts a process with a used id anew, and the one before as ended", () => {
    const group = scansOf(
      [[1, process({ cpuMicros: 5000 })]],
      [[1, process({ startTicks: 900, cpuMicros: 40 })]],
      []
    )
    assert.deepStrictEqual([group.cpuMicros, group.ended], [40, 2])
    assert.deepStrictEqual(readingOf(group).missing, [
      "no process at some readings",
      "processes ended during the run; the CPU time of their last second is not counted"
    ])
    assert.deepStrictEqual([readingOf(group).residentBytes, readingOf(group).processes], [null, 0])
  })

  it("counts memory that its processes may share once", () => {
    const group = scansOf([
      [1, process({ ownBytes: 10, sharedBytes: 500 })],
      [2, process({ ownBytes: 20, sharedBytes: 400 })]
    ])
    assert.strictEqual(readingOf(group).residentBytes, 530)
  })

  it("has no bytes where those of one process are hidden", () => {
    const group = scansOf(
      [[1, process()]],
      [
        [1, process({ readBytes: 9 })],
        [2, process({ readBytes: null, writtenBytes: null })]
      ]
    )
    const { missing, readBytes, writtenBytes } = readingOf(group)
    assert.deepStrictEqual([readBytes, writtenBytes], [null, null])
    assert.match(missing.join(), /\/proc\/PID\/io/)
  })

  it("never has counters that fall", () => {
    const scan = FastCheck.array(
      FastCheck.tuple(
        FastCheck.integer({ min: 1, max: 4 }),
        FastCheck.record({
          startTicks: FastCheck.integer({ min: 0, max: 2 }),
          cpuMicros: FastCheck.nat(),
          threads: FastCheck.nat(),
          ownBytes: FastCheck.nat(),
          sharedBytes: FastCheck.nat(),
          readBytes: FastCheck.nat(),
          writtenBytes: FastCheck.nat(),
          processors: FastCheck.constant(null)
        })
      )
    ).map((entries): ProcScan => new Map(entries))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(scan, { minLength: 1 }), (scans) => {
        let group = addScan(undefined, new Map())
        for (const one of scans) {
          const next = addScan(group, one)
          assert.isAtLeast(next.cpuMicros, group.cpuMicros)
          assert.isAtLeast(next.ended, group.ended)
          group = next
        }
      })
    )
  })

  it("reads the lines that Linux writes", () => {
    const found = parseProcFiles({ stat: statLine(7, "postgres", 3, 4, 1), status: "", io: undefined })
    assert.isDefined(found)
  })
})
