import { assert, describe, it } from "@effect/vitest"
import {
  afterProcessFailure,
  afterProcessReading,
  maxPoints,
  nothingSeen,
  processesOf,
  type TimedReading
} from "../../src/processes/activityOf.ts"
import { memoryGrowth, memorySeries } from "../../src/result/ProcessActivity.ts"

const reading = (atSeconds: number, values: Partial<TimedReading> = {}): TimedReading => ({
  atSeconds,
  cpuMicros: 0,
  residentBytes: 100,
  threads: 5,
  processes: 1,
  readBytes: 0,
  writtenBytes: null,
  processors: null,
  threadMicros: null,
  missing: [],
  ...values
})

const activity = (...readings: ReadonlyArray<TimedReading>) =>
  processesOf(readings.reduce(afterProcessReading, nothingSeen("name:dotnet")))

describe("the activity of processes", () => {
  it("has cores, memory and bytes between readings, and their mean, first, last and highest values", () => {
    const seen = activity(
      reading(0),
      reading(1, { cpuMicros: 500_000, residentBytes: 200, readBytes: 10 }),
      reading(3, { cpuMicros: 3_500_000, residentBytes: 150, threads: 9, readBytes: 40, processes: 2 })
    )
    assert.deepStrictEqual(seen, {
      label: "name:dotnet",
      cores: { mean: 1.167, max: 1.5 },
      memory: { first: 200, last: 150, max: 200 },
      maxThreads: 9,
      maxProcesses: 2,
      readBytes: 40,
      writtenBytes: null,
      processors: null,
      busiestThread: null,
      missing: [],
      timeline: [
        {
          elapsedSeconds: 1,
          seconds: 1,
          cores: 0.5,
          residentBytes: 200,
          threads: 5,
          processes: 1,
          readBytes: 10,
          writtenBytes: null
        },
        {
          elapsedSeconds: 3,
          seconds: 2,
          cores: 1.5,
          residentBytes: 150,
          threads: 9,
          processes: 2,
          readBytes: 30,
          writtenBytes: null
        }
      ]
    })
    assert.strictEqual(memoryGrowth(seen), -0.25)
  })

  it("draws the warm-up and counts only the run", () => {
    const seen = activity(
      reading(-2),
      reading(-1, { cpuMicros: 1_000_000, residentBytes: 900 }),
      reading(0, { cpuMicros: 2_000_000, residentBytes: 800 }),
      reading(1, { cpuMicros: 2_250_000, residentBytes: 300 })
    )
    assert.deepStrictEqual(
      [seen.cores, seen.memory, seen.timeline.length],
      [{ mean: 0.25, max: 0.25 }, { first: 300, last: 300, max: 300 }, 3]
    )
    assert.deepStrictEqual(memorySeries(seen), [[1, 300]])
  })

  it("draws a short time with the one before, and never takes it for the highest", () => {
    const seen = activity(
      reading(0),
      reading(1, { cpuMicros: 500_000 }),
      reading(1.005, { cpuMicros: 510_000 }),
      reading(2, { cpuMicros: 900_000 }),
      reading(2, { cpuMicros: 900_000 })
    )
    assert.deepStrictEqual(
      seen.timeline.map(({ cores, elapsedSeconds, seconds }) => [elapsedSeconds, seconds, cores]),
      [
        [1.005, 1.005, 0.507],
        [2, 0.995, 0.392]
      ]
    )
    assert.deepStrictEqual(seen.cores, { mean: 0.45, max: 0.5 })
  })

  it("counts what a source reports after it began anew", () => {
    const seen = activity(reading(0, { cpuMicros: 9_000_000 }), reading(1, { cpuMicros: 400_000 }))
    assert.deepStrictEqual(seen.cores, { mean: 0.4, max: 0.4 })
  })

  it("leaves figures open that a source does not have", () => {
    const nothing = { cpuMicros: null, residentBytes: null, threads: null, processes: null, readBytes: null }
    const seen = activity(reading(0, nothing), reading(1, nothing))
    assert.deepStrictEqual(
      [seen.cores, seen.memory, seen.maxThreads, seen.readBytes],
      [null, null, null, null]
    )
    assert.isNull(memoryGrowth(seen))
  })

  it("reports each missing figure once, and failed readings with their number", () => {
    const missing = { missing: ["no disk"] }
    const seen = [reading(0, missing), reading(1, missing)].reduce(afterProcessReading, nothingSeen("x"))
    const failed = ["status 503", "status 503", "late"].reduce(afterProcessFailure, seen)
    assert.deepStrictEqual(processesOf(failed).missing, [
      "no disk",
      "2 readings failed: status 503",
      "1 reading failed: late"
    ])
  })

  it("has a bounded number of points, whose seconds and CPU time stay complete", () => {
    const seconds = 5 * maxPoints
    const { cores, timeline } = activity(
      ...Array.from({ length: seconds + 1 }, (_, i) =>
        reading(i, { cpuMicros: 250_000 * i, residentBytes: i })
      )
    )
    assert.isAtMost(timeline.length, maxPoints)
    assert.strictEqual(
      timeline.reduce((sum, point) => sum + point.seconds, 0),
      seconds
    )
    assert.deepStrictEqual([cores, timeline.at(-1)?.residentBytes], [{ mean: 0.25, max: 0.25 }, seconds])
  })
})
