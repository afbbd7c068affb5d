import { assert, describe, it } from "@effect/vitest"
import { type CoresUsed, coresOfSlices, type ProcessCores } from "../../src/result/coresUsed.ts"
import { coresRows } from "../../src/result/coresTable.ts"
import type { Limit } from "../../src/result/Limit.ts"
import type { GeneratorCores, MeasuredSlice } from "../../src/result/MeasuredSlice.ts"
import type { ProcessesInSlice } from "../../src/result/ProcessActivity.ts"
import { generatorLimit, loadLimits, processorLimits } from "../../src/result/serverLimits.ts"
import { limitText } from "../../src/result/Limit.ts"
import { watched } from "./sampleProcesses.ts"
import { databaseOf, sliceOf } from "./sampleSlices.ts"

const processOf = (some: Partial<ProcessCores> = {}): ProcessCores => ({
  label: "name:dotnet",
  cores: 1,
  busiestThread: 0.3,
  processors: 4,
  isHere: true,
  ...some
})

const usedBy = (process: Partial<ProcessCores>, more: Partial<CoresUsed> = {}): CoresUsed => ({
  generator: null,
  others: null,
  processes: [processOf(process)],
  ...more
})

const limit = (kind: Limit["kind"], what: string, evidence: string): Limit => ({ kind, what, evidence })

const whats = (used: CoresUsed) => processorLimits(used).map(({ what }) => what)

const measured = { seconds: 10, requestsPerSecond: 10, operations: 3, p50: 10 }

const usingIn = (label: string, cores: number, some: Partial<ProcessesInSlice> = {}): ProcessesInSlice => {
  const { timeline: _, ...used } = watched(label, [cores], 1e6)
  return { ...used, ...some }
}

const sliceWith = (
  processes: ReadonlyArray<ProcessesInSlice>,
  generator: GeneratorCores | null = null,
  more: Parameters<typeof sliceOf>[2] = {}
): MeasuredSlice => sliceOf(0, measured, { processes, generator, ...more })

const others = (cores: number) => ({ cores, processors: 2, busiest: [] })

describe("the processors that limit a server", () => {
  it("are those that a process may use, if it used nine tenths of them, and no fewer", () => {
    assert.deepStrictEqual(processorLimits(usedBy({ cores: 3.6 })), [
      limit("processors", "processors that name:dotnet may use", "name:dotnet used 3.60 of 4 processors.")
    ])
    assert.deepStrictEqual(whats(usedBy({ cores: 3.59 })), [])
    assert.deepStrictEqual(whats(usedBy({ cores: 1.4, processors: 1.5 })), [
      "processors that name:dotnet may use"
    ])
  })

  it("are not named where their number is not known, or cannot be right", () => {
    assert.deepStrictEqual(whats(usedBy({ cores: 64, processors: null })), [])
    assert.deepStrictEqual(whats(usedBy({ cores: 6 })), [])
    assert.deepStrictEqual(whats(usedBy({ cores: null, busiestThread: null })), [])
  })

  it("are one for a process whose busiest thread never waits", () => {
    assert.deepStrictEqual(processorLimits(usedBy({ cores: 1.2, busiestThread: 0.96 })), [
      limit(
        "processors",
        "busiest thread of name:dotnet",
        "One thread of name:dotnet used 0.96 of a processor, all of them together 1.20."
      )
    ])
    assert.deepStrictEqual(whats(usedBy({ cores: 1.2, busiestThread: 0.89 })), [])
  })

  it("are those of the machine if server and load generator used them up together", () => {
    const shared = { generator: 0.4, others: others(1.5) }
    assert.deepStrictEqual(processorLimits(usedBy({ cores: 1.25, processors: 2 }, shared)), [
      limit(
        "processors",
        "processors of the machine that the server and the load generator share",
        "1.90 of 2 processors were used: 1.25 by name:dotnet, 0.40 by the load generator and 0.25 by other programs."
      )
    ])
    assert.deepStrictEqual(whats(usedBy({ cores: 1.25, processors: 2 }, { ...shared, generator: 0.2 })), [])
    assert.deepStrictEqual(whats(usedBy({ cores: 1.25, processors: 2, isHere: false }, shared)), [])
    assert.deepStrictEqual(whats(usedBy({ cores: 0.1, processors: 2 }, shared)), [])
  })

  it("are other programs, if those used most of the machine", () => {
    const shared = { generator: 0.1, others: others(1.88) }
    assert.deepStrictEqual(processorLimits(usedBy({ cores: 0.4, processors: 2 }, shared)), [
      limit(
        "machine",
        "other programs on the machine of the load generator",
        "1.98 of 2 processors were used: 1.48 by other programs, 0.40 by name:dotnet and 0.10 by the load generator."
      )
    ])
  })

  it("do not name other programs again that already limited the load generator", () => {
    const used = usedBy({ cores: 0.4, processors: 2 }, { generator: 0.1, others: others(1.88) })
    const limited = generatorLimit(true, "Other programs had the processors.")
    assert.deepStrictEqual(processorLimits(used, [limited]), [])
    assert.strictEqual(
      limitText(limited),
      "What limits: other programs on the machine of the load generator. Other programs had the processors."
    )
  })
})

describe("what limits a load of a study", () => {
  it("is what its processes used in its slices, weighted by their time", () => {
    const slices = [sliceWith([usingIn("name:dotnet", 3.8)]), sliceWith([usingIn("name:dotnet", 3.6)])]
    assert.strictEqual(coresOfSlices(slices).processes[0]?.cores, 3.7)
    assert.deepStrictEqual(
      loadLimits(slices).map(({ evidence }) => evidence),
      ["name:dotnet used 3.70 of 4 processors."]
    )
  })

  it("is only the load generator where that was the bottleneck by its own work", () => {
    const limited = sliceWith([usingIn("name:dotnet", 3.8)], null, { limited: ["it was busy"] })
    assert.deepStrictEqual(
      loadLimits([limited]).map(({ kind }) => kind),
      ["generator"]
    )
  })

  it("is what the database waited for in its slices, and locks in any slice", () => {
    const waiting = databaseOf(1000, 1, 10)
    const locked = {
      ...databaseOf(1000, 30, 10, { waits: [] }),
      blocking: { ...waiting.blocking, sustainedSeconds: 12, longestSeconds: 9 }
    }
    const [calm, blocked] = [
      sliceWith([], null, { database: waiting }),
      sliceWith([], null, { database: locked })
    ]
    const kinds = (slices: ReadonlyArray<MeasuredSlice>, all: ReadonlyArray<MeasuredSlice>) =>
      loadLimits(slices, all).map(({ kind }) => kind)
    assert.deepStrictEqual(kinds([calm], [calm]), ["database"])
    assert.deepStrictEqual(kinds([calm], [blocked, calm]), ["locks", "database"])
    assert.deepStrictEqual(kinds([sliceWith([])], [sliceWith([])]), [])
  })
})

describe("the table of cores", () => {
  it("has a row for each load with the generator, the processes, and all other programs", () => {
    const slices = [
      sliceWith([usingIn("name:dotnet", 1.2), usingIn("http://host/metrics", 0.5, { maxProcesses: null })], {
        cores: 0.31,
        others: others(1.4)
      })
    ]
    assert.deepStrictEqual(coresRows([{ name: "8 users", slices }]), [
      [
        "cores used",
        "load generator",
        "name:dotnet",
        "http://host/metrics",
        "other programs",
        "of processors"
      ],
      ["8 users", "0.31", "1.20", "0.50", "1.40", "2"]
    ])
  })

  it("is empty without watched processes", () => {
    assert.deepStrictEqual(coresRows([{ name: "8 users", slices: [sliceWith([])] }]), [])
  })
})
