import { assert, describe, it } from "@effect/vitest"
import { columnsOf } from "../../src/page/chartData.ts"
import { overlaid, overlaySpecsOf } from "../../src/page/overlay.ts"
import type { ComparedRun } from "../../src/result/Comparison.ts"
import { runOf, timelineOf } from "../compare/runs.ts"

/** The runs as charts draw them, and their charts. */
const drawn = (runs: ReadonlyArray<ComparedRun>) => {
  const timed = overlaid(runs)
  return { timed, specs: overlaySpecsOf(runs, timed) }
}

const later = (millis: number, operations: ReadonlyArray<number>) =>
  timelineOf(operations).map((point) => ({ ...point, elapsedSeconds: point.elapsedSeconds + millis / 1000 }))

describe("charts of several runs", () => {
  it("have one line for each run, over the same seconds though theirs ended milliseconds apart", () => {
    const { specs, timed } = drawn([
      runOf("a", { timeline: later(1, [100, 200]) }),
      runOf("b", { timeline: later(7, [300, 400, 500]) })
    ])
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
    const { series, x } = columnsOf(operations, timed)
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
    const { specs, timed } = drawn([
      runOf("a", { timeline }),
      runOf("b", { timeline: timelineOf([1, 2, 3, 4, 5]) })
    ])
    const [operations] = specs
    if (operations === undefined) throw new Error("no chart of operations")
    const { series, x } = columnsOf(operations, timed)
    assert.deepStrictEqual(x, [1, 2, 3, 4, 5])
    assert.deepStrictEqual(series[0]?.values, [100, 200, 300, 400, 500])
  })

  it("have the rest of a run in its last second, which stays a row of all runs", () => {
    const [first, second, third] = timelineOf([100, 200, 300])
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few points")
    const rest = { ...third, elapsedSeconds: 2.125, seconds: 0.125, operations: 25, failures: 9 }
    const { specs, timed } = drawn([
      runOf("a", { timeline: [first, { ...second, failures: 0 }, rest] }),
      runOf("b", { timeline: timelineOf([1, 2, 3]) })
    ])
    const linesOf = (id: string) => {
      const spec = specs.find((each) => each.id === id)
      if (spec === undefined) throw new Error(`no chart of ${id}`)
      return columnsOf(spec, timed)
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
    const { specs } = drawn([runOf("a", { timeline }), runOf("b", { timeline })])
    assert.deepStrictEqual(
      specs.map(({ id }) => id),
      ["requests", "failures"]
    )
  })

  it("have p95 of succeeded requests where requests failed and every run has it, else of all requests", () => {
    const times = (p95: number) => ({ p50: p95 / 2, p95, p99: 2 * p95 })
    const points = timelineOf([100, 200])
    const refusing = points.map((point) => ({ ...point, failures: 9, latencyMs: times(1) }))
    const told = refusing.map((point) => ({
      ...point,
      byOutcome: { succeeded: times(300), failed: times(1) }
    }))
    const latencyOf = (first: typeof points, second: typeof points) => {
      const { specs, timed } = drawn([runOf("a", { timeline: first }), runOf("b", { timeline: second })])
      const spec = specs.find(({ id }) => id === "latency")
      return [spec?.title, spec && columnsOf(spec, timed).series.map(({ values }) => values[0])]
    }
    const p95 = points[0]?.latencyMs?.p95
    assert.deepStrictEqual(latencyOf(points, told), ["Latency of succeeded requests, p95", [p95, 300]])
    assert.deepStrictEqual(latencyOf(refusing, told), ["Latency of whole requests, p95", [1, 1]])
    assert.deepStrictEqual(latencyOf(points, points), ["Latency of whole requests, p95", [p95, p95]])
    const untimed = refusing.map((point) => ({ ...point, latencyMs: null }))
    assert.deepStrictEqual(latencyOf(untimed, told), ["Latency of succeeded requests, p95", [null, 300]])
  })

  it("are none where no run has a timeline", () => {
    assert.deepStrictEqual(drawn([runOf("a"), runOf("b")]).specs, [])
  })
})
