import { assert, describe, it } from "@effect/vitest"
import { clockText } from "../../src/page/axes.ts"
import { columnsOf, describeChart, overTime, withoutWarmUp } from "../../src/page/chartData.ts"
import { chartSpecs } from "../../src/page/chartSpecs.ts"
import { databaseCharts } from "../../src/page/databaseCharts.ts"
import { afterSecond, afterState } from "../../src/page/LiveRun.ts"
import { statusOf } from "../../src/page/status.ts"
import { timedRun } from "../../src/page/timedRun.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { summaryOfCutWarmUp, warmedSummary } from "../result/sampleWarmUp.ts"

const operations = chartSpecs.find(({ id }) => id === "operations") ?? chartSpecs[0]

const chartOf = (run: RunState) => {
  assert.isDefined(operations)
  return overTime(operations, columnsOf(operations, [timedRun(run)]), "all")
}

describe("the charts of a run with a warm-up", () => {
  it("begin with it, before 0, as the part that is drawn greyed", () => {
    const { columns, ends } = chartOf(warmedSummary())
    assert.deepStrictEqual(ends, [-30, 60])
    assert.strictEqual(columns.warmUpSeconds, 30)
    assert.deepStrictEqual([columns.x[0], columns.x[29], columns.x[30], columns.x.length], [-29, 0, 1, 90])
    assert.deepStrictEqual(chartOf({ ...warmedSummary(), warmUp: null }).ends, [0, 60])
  })

  it("have the values of the run alone in their tables and descriptions", () => {
    const { axis, columns, style } = chartOf(warmedSummary())
    const plain = chartOf({ ...warmedSummary(), warmUp: null })
    const shown = withoutWarmUp(columns)
    assert.deepStrictEqual([shown.x, shown.series], [plain.columns.x, plain.columns.series])
    assert.strictEqual(describeChart(style, axis, columns), describeChart(style, axis, plain.columns))
  })

  it("of a run that ended in its warm-up end at 0", () => {
    const { columns, ends } = chartOf(summaryOfCutWarmUp("interrupt"))
    assert.deepStrictEqual(ends, [-30, 1])
    assert.isTrue(columns.x.every((x) => x <= 0))
    assert.isEmpty(withoutWarmUp(columns).x)
  })

  it("have its last second end at 0, also where that was observed a moment late", () => {
    const { warmUp } = warmedSummary()
    const timeline = warmUp?.timeline.map((point, i) =>
      i === 29 ? { ...point, elapsedSeconds: 30.004, seconds: 1.004 } : point
    )
    assert.strictEqual(chartOf(warmedSummary({ timeline: timeline ?? [] })).columns.x[29], 0)
  })

  it("of a run whose last request of the warm-up was late end at 0 as well", () => {
    const late = warmedSummary({ seconds: 31, cutShort: true })
    const { columns, ends } = chartOf({ ...late, timeline: [] })
    assert.deepStrictEqual([ends[0], columns.x[0]], [-31, -30])
  })

  it("of the database count from the end of the warm-up as well", () => {
    const timeline = warmedSummary().database?.timeline ?? []
    const [first] = databaseCharts(timeline, "all", 30)
    const [plain] = databaseCharts(timeline, "all")
    assert.deepStrictEqual(
      first?.columns.x,
      plain?.columns.x.map((x) => x - 30)
    )
    assert.strictEqual(first?.ends[0], -30)
  })
})

describe("times on the axis", () => {
  it.each([
    [75, "1:15"],
    [-12, "-0:12"],
    [-0.3, "0:00"]
  ])("%s s is %s", (seconds, text) => assert.strictEqual(clockText(seconds), text))
})

describe("a live page", () => {
  const { warmUp, ...summary } = warmedSummary()
  const at = (seconds: number, newestOnly: boolean): RunState => {
    assert.isNotNull(warmUp)
    const timeline = warmUp.timeline.slice(newestOnly ? seconds - 1 : 0, seconds)
    const none = { endedBy: null, elapsedSeconds: 0, timeline: [], database: null }
    return { ...summary, ...none, warmUp: { ...warmUp, seconds, timeline } }
  }

  it("appends the seconds of the warm-up", () => {
    const next = afterSecond(afterState(at(3, false)), at(4, true))
    assert.deepStrictEqual(next?.run, at(4, false))
    assert.isUndefined(afterSecond(afterState(at(3, false)), at(5, true)))
  })

  it("says that the run is warming up, until it has", () => {
    assert.strictEqual(statusOf(at(3, false)).short, "warming up")
    assert.strictEqual(statusOf({ ...summary, endedBy: null, warmUp }).short, "running")
  })
})
