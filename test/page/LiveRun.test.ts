import { assert, describe, it } from "@effect/vitest"
import {
  afterEnd,
  afterLoss,
  afterProblem,
  afterSecond,
  afterState,
  connecting
} from "../../src/page/LiveRun.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { sampleSummary } from "../result/sampleSummary.ts"

const summary = sampleSummary(10, 1)
const under: RunState = { ...summary, endedBy: null }

/** The state of the run after `count` seconds. */
const stateAt = (count: number): RunState => ({
  ...under,
  database: sampleDatabase(count),
  elapsedSeconds: count,
  last: under.timeline[count - 1] ?? null,
  timeline: under.timeline.slice(0, count)
})

/** The message of one second: the state with only the last point. */
const secondOf = (state: RunState): RunState => ({
  ...state,
  timeline: state.timeline.slice(-1),
  database: state.database && { ...state.database, timeline: state.database.timeline.slice(-1) },
  processes: state.processes.map((one) => ({ ...one, timeline: one.timeline.slice(-1) }))
})

/** The same with a process that has been watched since two seconds before the run. */
const watchedAt = (count: number): RunState => ({
  ...stateAt(count),
  processes: [
    {
      label: "name:dotnet",
      cores: { mean: 1, max: 2 },
      memory: null,
      maxThreads: 3,
      maxProcesses: 1,
      readBytes: null,
      writtenBytes: null,
      processors: 4,
      busiestThread: null,
      missing: [],
      timeline: Array.from({ length: count + 2 }, (_, i) => ({
        elapsedSeconds: i - 1,
        seconds: 1,
        cores: 1,
        residentBytes: 1000 * i,
        threads: 3,
        processes: 1,
        readBytes: null,
        writtenBytes: null
      }))
    }
  ]
})

describe("the state of a live page", () => {
  it("grows by a point with every second", () => {
    const next = afterSecond(afterState(stateAt(4)), secondOf(stateAt(5)))
    assert.deepStrictEqual(next?.run, stateAt(5))
  })

  it("grows by a reading of the processes that are watched, and notices a missed one", () => {
    assert.deepStrictEqual(afterSecond(afterState(watchedAt(4)), secondOf(watchedAt(5)))?.run, watchedAt(5))
    const { processes } = secondOf(watchedAt(6))
    assert.isUndefined(afterSecond(afterState(watchedAt(4)), { ...secondOf(watchedAt(5)), processes }))
  })

  it("begins with the first second", () => {
    const next = afterSecond(afterState(stateAt(0)), secondOf(stateAt(1)))
    assert.deepStrictEqual(next?.run, stateAt(1))
  })

  it("replaces its last point by a longer one with the same start", () => {
    const before = stateAt(4)
    const [last] = before.timeline.slice(-1)
    assert.isDefined(last)
    const grown = { ...last, elapsedSeconds: 5, seconds: 2, requests: 2 * last.requests }
    const next = afterSecond(afterState(before), { ...secondOf(stateAt(5)), timeline: [grown] })
    assert.deepStrictEqual(next?.run?.timeline, [...before.timeline.slice(0, 3), grown])
  })

  it("joins points whose times differ only by rounding", () => {
    const [point] = stateAt(5).timeline.slice(-1)
    assert.isDefined(point)
    const rounded = { ...point, elapsedSeconds: 5.000_001, seconds: 1.000_002 }
    const next = afterSecond(afterState(stateAt(4)), { ...secondOf(stateAt(5)), timeline: [rounded] })
    assert.strictEqual(next?.run?.timeline.length, 5)
  })

  it("requests the complete state after a missed second, and before the first one", () => {
    assert.isUndefined(afterSecond(afterState(stateAt(4)), secondOf(stateAt(6))))
    assert.isUndefined(afterSecond(afterState(stateAt(0)), secondOf(stateAt(2))))
    assert.isUndefined(afterSecond(connecting, secondOf(stateAt(1))))
  })

  it("appends every database reading, and requests the complete state after a missed one", () => {
    let watched = afterState(stateAt(4))
    for (let second = 5; second <= 10; second++) {
      const next = afterSecond(watched, secondOf(stateAt(second)))
      assert.deepStrictEqual(next?.run, stateAt(second))
      watched = next ?? watched
    }
    assert.strictEqual(watched.run?.database?.timeline.length, 2)
    const before = { ...stateAt(9), database: sampleDatabase(4) }
    assert.isUndefined(afterSecond(afterState(before), secondOf(stateAt(10))))
  })

  it("shows a database only where one is watched", () => {
    const without = { ...stateAt(4), database: null }
    const next = afterSecond(afterState(without), { ...secondOf(stateAt(5)), database: null })
    assert.isNull(next?.run?.database)
  })

  it("takes the figures of a second that has no point of its own", () => {
    const next = afterSecond(afterState(stateAt(4)), { ...secondOf(stateAt(4)), users: 7, timeline: [] })
    assert.deepStrictEqual([next?.run?.users, next?.run?.timeline], [7, stateAt(4).timeline])
  })

  it("keeps its data when the connection is lost, and when a message cannot be read", () => {
    const before = afterState(stateAt(4))
    assert.deepStrictEqual(afterLoss(before), { ...before, connection: "lost" })
    assert.deepStrictEqual(afterProblem(before, "why"), { ...before, connection: "closed", problem: "why" })
  })

  it("is open again with the next second after a loss", () => {
    const next = afterSecond(afterLoss(afterState(stateAt(4))), secondOf(stateAt(5)))
    assert.strictEqual(next?.connection, "open")
  })

  it("ends with the whole summary", () => {
    assert.deepStrictEqual(afterEnd(summary), { connection: "closed", run: summary, problem: undefined })
  })
})
