import { assert, describe, it } from "@effect/vitest"
import { columnsOf } from "../../src/page/chartData.ts"
import { overlaid, overlaySpecsOf } from "../../src/page/overlay.ts"
import { runOf, timelineOf } from "../compare/runs.ts"

const later = (millis: number, operations: ReadonlyArray<number>) =>
  timelineOf(operations).map((point) => ({ ...point, elapsedSeconds: point.elapsedSeconds + millis / 1000 }))

describe("charts of several runs", () => {
  it("have one line for each run, over the same seconds though theirs ended milliseconds apart", () => {
    const runs = overlaid([
      runOf("a", { timeline: later(1, [100, 200]) }),
      runOf("b", { timeline: later(7, [300, 400, 500]) })
    ])
    const specs = overlaySpecsOf(runs)
    assert.deepStrictEqual(
      specs.map(({ id, lines }) => [id, lines.map(({ label }) => label)]),
      [
        ["operations", ["operations"]],
        ["requests", ["requests"]],
        ["latency", ["p95"]]
      ]
    )
    const [operations] = specs
    if (operations === undefined) throw new Error("no chart of operations")
    const { series, x } = columnsOf(operations, runs)
    assert.deepStrictEqual(x, [1, 2, 3])
    assert.deepStrictEqual(
      series.map(({ label, values }) => [label, values]),
      [
        ["a", [100, 200, undefined]],
        ["b", [300, 400, 500]]
      ]
    )
    assert.strictEqual(new Set(series.map(({ color }) => color)).size, 2)
    assert.strictEqual(new Set(series.map(({ dash }) => dash)).size, 2)
  })

  it("have every point, though two of them end nearest to the same second", () => {
    const ends = [0.999, 2.1, 2.45, 4, 5.001]
    const timeline = timelineOf([100, 200, 300, 400, 500]).map((point, i) => ({
      ...point,
      elapsedSeconds: ends[i] ?? 0
    }))
    const runs = overlaid([runOf("a", { timeline }), runOf("b", { timeline: timelineOf([1, 2, 3, 4, 5]) })])
    const [operations] = overlaySpecsOf(runs)
    if (operations === undefined) throw new Error("no chart of operations")
    const { series, x } = columnsOf(operations, runs)
    assert.deepStrictEqual(x, [1, 2, 3, 4, 5])
    assert.deepStrictEqual(series[0]?.values, [100, 200, 300, 400, 500])
  })

  it("have the rest of a run in its last second, which stays a row of all runs", () => {
    const [first, second, third] = timelineOf([100, 200, 300])
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few points")
    const rest = { ...third, elapsedSeconds: 2.125, seconds: 0.125, operations: 25, failures: 9 }
    const runs = overlaid([
      runOf("a", { timeline: [first, { ...second, failures: 0 }, rest] }),
      runOf("b", { timeline: timelineOf([1, 2, 3]) })
    ])
    const linesOf = (id: string) => {
      const spec = overlaySpecsOf(runs).find((each) => each.id === id)
      if (spec === undefined) throw new Error(`no chart of ${id}`)
      return columnsOf(spec, runs)
    }
    assert.deepStrictEqual(linesOf("operations").x, [1, 2, 3])
    assert.deepStrictEqual(linesOf("operations").series[0]?.values, [100, 200, undefined])
    assert.deepStrictEqual(linesOf("failures").series[0]?.values[1], 8)
  })

  it("leave out operations and latency that no run has, and show failures only if a run has some", () => {
    const timeline = timelineOf([100]).map((point) => ({
      ...point,
      operations: null,
      latencyMs: null,
      failures: 1
    }))
    const runs = overlaid([runOf("a", { timeline }), runOf("b", { timeline })])
    assert.deepStrictEqual(
      overlaySpecsOf(runs).map(({ id }) => id),
      ["requests", "failures"]
    )
  })

  it("are none where no run has a timeline", () => {
    assert.deepStrictEqual(overlaySpecsOf(overlaid([runOf("a"), runOf("b")])), [])
  })
})
