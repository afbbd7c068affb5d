import { assert, describe, it } from "@effect/vitest"
import { timeAxis } from "../../src/page/axes.ts"
import { addChartPoints, chartSpecs, chartSpecsOf } from "../../src/page/chartSpecs.ts"
import {
  isolatedPoints,
  chartsWith,
  columnsOf,
  describeChart as inWords,
  mergeShortPoints,
  rangeEnds,
  shadedOf
} from "../../src/page/chartData.ts"
import type { TimelinePoint } from "../../src/metrics/Timeline.ts"
import type { RunState } from "../../src/result/Summary.ts"

const writes: RunState["byName"] = []

const point = (elapsedSeconds: number, values: Partial<TimelinePoint> = {}): TimelinePoint => ({
  elapsedSeconds,
  seconds: 1,
  users: 3,
  requests: 10,
  failures: 0,
  operations: 300,
  rows: 0,
  latencyMs: { p50: 1, p95: 2, p99: 3, max: 4 },
  byOutcome: null,
  lateStarts: 0,
  dropped: 0,
  generator: null,
  ...values
})

const generator = (busy: number, p99: number, limited = false): TimelinePoint["generator"] => ({
  limited,
  cpuCores: 1.5,
  busy,
  processorWait: busy / 10,
  loopDelayMs: { p50: 0, p99, max: p99 },
  gcPauses: { count: 0, totalMs: 0, maxMs: 0 },
  rssBytes: 1,
  openSockets: 3,
  suspensions: { count: 0, totalSeconds: 0 }
})

const spec = (id: string) => {
  const found = chartSpecs.find((each) => each.id === id)
  if (found === undefined) throw new Error(`there is no chart ${id}`)
  return found
}

describe("the columns of a chart", () => {
  it("are per second, also of points that stand for several", () => {
    const timeline = [point(1), point(3, { seconds: 2, operations: 900 })]
    assert.deepStrictEqual(columnsOf(spec("operations"), [{ name: "a", timeline }]), {
      x: [1, 3],
      series: [{ label: "operations", color: 0, dash: 0, values: [300, 450] }]
    })
  })

  it("have a gap where no request ended", () => {
    const timeline = [point(1), point(2, { requests: 0, latencyMs: null }), point(3)]
    const { series } = columnsOf(spec("latency"), [{ name: "a", timeline }])
    assert.deepStrictEqual(
      series.map(({ label, values }) => [label, values]),
      [
        ["p50", [1, null, 1]],
        ["p95", [2, null, 2]],
        ["p99", [3, null, 3]]
      ]
    )
  })

  it("mark values without neighbours, also where other lines have more points", () => {
    assert.deepStrictEqual(isolatedPoints([1, null, 2, null, 3, 4]), [0, 2])
    assert.deepStrictEqual(isolatedPoints([1, undefined, 2, null, undefined, 3]), [5])
    assert.deepStrictEqual([isolatedPoints([]), isolatedPoints([null]), isolatedPoints([7])], [[], [], [0]])
  })

  it("distinguish lines by colour and by dash", () => {
    const { series } = columnsOf(spec("latency"), [{ name: "a", timeline: [point(1)] }])
    assert.deepStrictEqual(
      series.map(({ color, dash }) => [color, dash]),
      [
        [0, 0],
        [1, 1],
        [2, 2]
      ]
    )
  })

  it("lay several runs over each other: a run has its colour, a line its dash, times are those of both", () => {
    const runs = [
      { name: "before", timeline: [point(1), point(2)] },
      { name: "after", timeline: [point(1.5), point(2)] }
    ]
    const { series, x } = columnsOf(spec("latency"), runs)
    assert.deepStrictEqual(x, [1, 1.5, 2])
    assert.deepStrictEqual(
      series.map(({ color, dash, label }) => [label, color, dash]),
      [
        ["before, p50", 0, 0],
        ["before, p95", 0, 1],
        ["before, p99", 0, 2],
        ["after, p50", 1, 0],
        ["after, p95", 1, 1],
        ["after, p99", 1, 2]
      ]
    )
    assert.deepStrictEqual(series[0]?.values, [1, undefined, 1])
    assert.deepStrictEqual(series[3]?.values, [undefined, 1, 1])
    const [one, other] = columnsOf(spec("users"), runs).series
    assert.deepStrictEqual([one?.label, one?.dash, other?.label, other?.dash], ["before", 0, "after", 1])
  })

  it("show the generator in percent of a core, where it was observed", () => {
    const observed = [{ name: "a", timeline: [point(1, { generator: generator(0.5, 8) })] }]
    const { series } = columnsOf(spec("generator-load"), observed)
    assert.deepStrictEqual(
      series.map(({ values }) => values),
      [[50], [150], [5]]
    )
    assert.strictEqual(
      chartsWith(chartSpecsOf({ byName: writes, byOutcome: null, model: "closed" }), observed).length,
      7
    )
    const unobserved = [{ name: "a", timeline: [point(1)] }]
    assert.deepStrictEqual(
      chartsWith(chartSpecsOf({ byName: writes, byOutcome: null, model: "closed" }), unobserved).map(
        ({ id }) => id
      ),
      ["operations", "requests", "latency", "users", "failures"]
    )
    assert.deepStrictEqual(
      chartsWith(chartSpecsOf({ byName: writes, byOutcome: null, model: "open" }), unobserved).map(
        ({ id }) => id
      ),
      ["operations", "requests", "latency", "users", "failures", "dropped"]
    )
  })

  it("show the latencies of succeeded and of failed requests in two charts, where any failed", () => {
    const quick = {
      succeeded: { p50: 300, p95: 310, p99: 320 },
      failed: { p50: 0.5, p95: 0.6, p99: 0.7 }
    }
    const timeline = [
      point(1, { byOutcome: quick }),
      point(2),
      point(3, { byOutcome: { ...quick, succeeded: null } })
    ]
    const p50Of = (id: string, run: Pick<RunState, "byOutcome">) => {
      const shown = chartSpecsOf({ ...run, byName: [], model: "closed" }).find((each) => each.id === id)
      return shown && [shown.title, columnsOf(shown, [{ name: "a", timeline }]).series[0]?.values]
    }
    const times = { latencyMs: null, serviceMs: null }
    const someFailed = { byOutcome: { succeeded: times, failed: times } }
    assert.deepStrictEqual(p50Of("latency", someFailed), ["Latency of succeeded requests", [300, 1, null]])
    assert.deepStrictEqual(p50Of("latency-failed", someFailed), [
      "Latency of failed requests",
      [0.5, null, 0.5]
    ])
    const noneFailed = { byOutcome: null }
    assert.deepStrictEqual(p50Of("latency", noneFailed), ["Latency of whole requests", [1, 1, 1]])
    assert.isUndefined(p50Of("latency-failed", noneFailed))
  })

  it("shade the seconds in which the generator was over one of its limits", () => {
    const { shaded } = spec("generator-load")
    // Figures are rounded: 90.04 % exceeds the limit and is shown as 90 %.
    const shades = [generator(0.9, 50, true), generator(0.9, 50), null].map((health) =>
      shaded?.(point(1, { generator: health }))
    )
    assert.deepStrictEqual(shades, [true, false, false])
  })
})

const drawnOf = (...timeline: ReadonlyArray<TimelinePoint>) =>
  mergeShortPoints({ name: "a", timeline }, addChartPoints)

/** Places and values of the first line of a chart. */
const firstLine = (id: string, ...timeline: ReadonlyArray<TimelinePoint>) => {
  const { series, x } = columnsOf(spec(id), [drawnOf(...timeline)])
  return x.map((at, i) => [at, series[0]?.values[i]])
}

describe("the rest at the end of a run", () => {
  const rest = point(3.25, {
    seconds: 0.2,
    users: 7,
    requests: 8,
    failures: 6,
    operations: 60,
    dropped: 12,
    latencyMs: { p50: 91, p95: 92, p99: 93, max: 94 },
    generator: generator(0.99, 70, true)
  })
  const whole = point(3.05, { generator: generator(0.5, 8) })

  it("is drawn with the second before: its failures are in the last column, per second of both", () => {
    const run = [point(1), point(2), point(3), point(3.18, { seconds: 0.18, requests: 59, failures: 59 })]
    assert.deepStrictEqual(firstLine("failures", ...run), [
      [1, 0],
      [2, 0],
      [3.18, 50]
    ])
    assert.deepStrictEqual(firstLine("requests", ...run).at(-1), [3.18, 69 / 1.18])
  })

  it("adds its counts; percentiles and the generator stay those of the second, users are the maximum", () => {
    assert.deepStrictEqual(drawnOf(whole, rest), {
      name: "a",
      timeline: [
        {
          elapsedSeconds: 3.25,
          seconds: 1.2,
          users: 7,
          requests: 18,
          failures: 6,
          operations: 360,
          rows: 0,
          dropped: 12,
          latencyMs: whole.latencyMs,
          byOutcome: whole.byOutcome,
          generator: whole.generator
        }
      ],
      withRest: true
    })
  })

  it("is part of the time that is shaded because of the second before", () => {
    const limited = { ...whole, generator: generator(0.95, 60, true) }
    assert.deepStrictEqual(shadedOf(spec("generator-load"), [drawnOf(limited, rest)]), [[3.25 - 1.2, 3.25]])
  })

  it("counts no operations where the point before has none", () => {
    const of = (operations: number | null) => ({ ...point(1), operations })
    assert.isNull(addChartPoints(of(null), of(3)).operations)
  })

  it("has its own place when it is a quarter of a second", () => {
    const run = drawnOf(point(1), point(1.25, { seconds: 0.25, requests: 3 }))
    assert.deepStrictEqual([run.timeline.length, run.withRest], [2, false])
  })

  it("is the whole chart of a short run", () => {
    assert.deepStrictEqual(firstLine("requests", point(0.1, { seconds: 0.1 })), [[0.1, 100]])
    const two = [point(0.125, { seconds: 0.125 }), point(0.25, { seconds: 0.125, requests: 5 })]
    assert.deepStrictEqual(firstLine("requests", ...two), [
      [0.125, 80],
      [0.25, 40]
    ])
  })

  it("leaves nothing out of a run of no point, of one, and of a second and a rest", () => {
    assert.deepStrictEqual(firstLine("requests"), [])
    assert.deepStrictEqual(firstLine("requests", point(1)), [[1, 10]])
    const short = point(1.004, { seconds: 0.004, requests: 3 })
    assert.deepStrictEqual(firstLine("requests", point(1), short), [[1.004, 13 / 1.004]])
  })

  it("is marked by the columns, also when another run has none", () => {
    const withRest = (...runs: ReadonlyArray<ReturnType<typeof drawnOf>>) =>
      columnsOf(spec("requests"), runs).withRest
    const [even, uneven] = [drawnOf(point(1)), drawnOf(whole, rest)]
    assert.deepStrictEqual([withRest(uneven), withRest(even, uneven)], [true, true])
    assert.deepStrictEqual([withRest(even), withRest(even, even)], [undefined, undefined])
  })
})

describe("a chart in words", () => {
  it("names the minimum and maximum of each line, but no mean: that of percentiles is no figure of the run", () => {
    const timeline = [point(1), point(61, { operations: 1200 })]
    const operations = spec("operations")
    assert.strictEqual(
      inWords(operations, timeAxis, columnsOf(operations, [{ name: "a", timeline }])),
      "Operations confirmed, per second, over 1:01. operations: min 300, max 1,200."
    )
  })

  it("says when nothing was measured", () => {
    const latency = spec("latency")
    const timeline = [point(1, { latencyMs: null })]
    assert.include(
      inWords(latency, timeAxis, columnsOf(latency, [{ name: "a", timeline }])),
      "p50: nothing was measured"
    )
  })
})

describe("the part of the time that is drawn", () => {
  it("is the whole run, its last seconds, or a selection", () => {
    assert.deepStrictEqual(rangeEnds("all", 90), [0, 90])
    assert.deepStrictEqual(rangeEnds({ last: 60 }, 90), [30, 90])
    assert.deepStrictEqual(rangeEnds({ last: 60 }, 20), [0, 20])
    assert.deepStrictEqual(rangeEnds({ from: 5, to: 9 }, 90), [5, 9])
  })
})
