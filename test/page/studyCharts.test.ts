import { assert, describe, it } from "@effect/vitest"
import { capacityCharts, decidingSteps } from "../../src/page/capacityCharts.ts"
import { describeChart as inWords, type ChartData, remarkOf, markersOf } from "../../src/page/chartData.ts"
import { clientCountsOf, lawCurve, markerOf, sweepCharts } from "../../src/page/sweepCharts.ts"
import { versusCharts } from "../../src/page/versusCharts.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { sampleSweep, sampleUserSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"

const chartOf = (charts: ReadonlyArray<ChartData>, id: string): ChartData => {
  const found = charts.find(({ style }) => style.id === id)
  if (found === undefined) throw new Error(`there is no chart ${id}`)
  return found
}

const words = ({ axis, columns, style }: ChartData) => inWords(style, axis, columns)

describe("the charts of single requests beside batches", () => {
  const versus = sampleVersus(3)
  const charts = versusCharts(versus)

  it("have both over the time at which their slices began, up to the end of the last", () => {
    const { columns, ends } = chartOf(charts, "slices")
    assert.deepStrictEqual(columns.x, [5, 40, 75, 110, 145, 180])
    const [single, batch] = columns.series
    assert.deepStrictEqual(
      single?.values.map((value) => typeof value),
      ["number", "undefined", "number", "undefined", "number", "undefined"]
    )
    assert.strictEqual(single?.values[0], versus.single.slices[0]?.operations.perSecond)
    assert.strictEqual(batch?.values[5], versus.batch.slices[2]?.operations.perSecond)
    assert.deepStrictEqual(ends, [0, 210])
  })

  it("mark the slice that the generator limited", () => {
    const { columns } = chartOf(charts, "slices")
    assert.deepStrictEqual(
      columns.series.map(({ markers = [] }) => markers.map((marker) => marker?.word)),
      [
        [undefined, undefined, undefined, undefined, undefined, undefined],
        [undefined, undefined, undefined, undefined, undefined, "limited by the generator"]
      ]
    )
    assert.include(words(chartOf(charts, "slices")), "batches at 3:00: limited by the generator")
  })

  it("have the ratio of each pair, beside the line at which both do as many", () => {
    const { axis, columns, ends, style } = chartOf(charts, "pairs")
    assert.deepStrictEqual(columns.x, [1, 2, 3])
    assert.deepStrictEqual(
      columns.series[0]?.values,
      versus.pairs.map(({ ratio }) => ratio)
    )
    assert.deepStrictEqual(ends, [0.5, 3.5])
    assert.strictEqual(style.level?.value, 1)
    assert.deepStrictEqual(
      [axis.text(2), axis.at(2), axis.over(columns.x)],
      ["2", "at pair 2", "over 3 pairs"]
    )
  })

  it("are empty, and do not fail, where a study was ended before its first slice", () => {
    const side = { ...versus.single, slices: [] }
    const [slices, pairs] = versusCharts({ ...versus, single: side, batch: side, pairs: [], ratio: null })
    assert.deepStrictEqual([slices?.columns.x, pairs?.columns.x], [[], []])
    assert.deepStrictEqual(slices?.ends, [0, 1])
  })
})

describe("the charts of batch sizes", () => {
  const sweep = sampleSweep([1, 50])
  const charts = sweepCharts(sweep)

  it("place sizes evenly apart, however much larger they are, and name them", () => {
    const { axis, columns } = chartOf(charts, "operations")
    assert.deepStrictEqual(columns.x, [0, 1, 2, 3, 4, 5, 6])
    assert.deepStrictEqual(columns.x.map(axis.text), ["1", "2", "5", "10", "20", "33", "50"])
    assert.deepStrictEqual(axis.marks, columns.x)
    assert.strictEqual(axis.at(4), "at 20 triples per batch")
    assert.strictEqual(axis.over(columns.x), "over 1 to 50 triples per batch")
  })

  it("have a line for each number of users, with the spread of the slices and none where nothing was measured", () => {
    const { columns } = chartOf(charts, "operations")
    assert.deepStrictEqual(
      columns.series.map(({ label }) => label),
      ["1 user", "50 users"]
    )
    const [measured] = sweep.points.map(({ operationsPerSecond }) => operationsPerSecond)
    if (measured === undefined || measured === null) throw new Error("the first point was not measured")
    const [series] = columns.series
    assert.strictEqual(series?.values[0], measured.median)
    assert.deepStrictEqual(series?.spreads?.[0], [measured.min, measured.max])
    assert.deepStrictEqual([series?.values[5], series?.spreads?.[5]], [null, undefined])
    assert.isUndefined(chartOf(charts, "latency").columns.series[0]?.spreads?.[0])
  })

  it("name the knee and why a point is none, in words", () => {
    const chart = chartOf(charts, "operations")
    assert.deepStrictEqual(
      markersOf(chart.columns).map(({ shape, word }) => `${shape} ${word}`),
      ["bar refused", "ring not measured", "triangle limited by the generator", "diamond best pair"]
    )
    for (const said of [
      "50 users at 20 triples per batch: best pair",
      "50 users at 1 triple per batch: limited by the generator",
      "50 users at 33 triples per batch: refused"
    ]) {
      assert.include(words(chart), said)
    }
    const [series] = chart.columns.series
    assert.strictEqual(series && remarkOf(series, 5), "refused")
  })

  it("never call a point the knee that was not measured without a remark", () => {
    const ofSizes = sampleSweep([10])
    const point = ofSizes.points.find(({ batchTripleCount }) => batchTripleCount === 10)
    if (point === undefined) throw new Error("no point of 10 triples")
    assert.strictEqual(markerOf(ofSizes, point)?.word, "knee")
    const [series] = chartOf(sweepCharts(ofSizes), "operations").columns.series
    assert.match((series && remarkOf(series, 3)) ?? "", /^[\d,]+ to [\d,]+, knee$/)
    assert.strictEqual(markerOf(ofSizes, { ...point, outcome: "limited" })?.word, "limited by the generator")
    assert.strictEqual(markerOf(ofSizes, { ...point, outcome: "failing" })?.word, "too many failed")
  })

  it("say that other programs limited a point, where they did", () => {
    const [point] = sweep.points
    if (point === undefined) throw new Error("no point")
    const slices = point.slices.map((slice) => ({
      ...slice,
      limited: ["it waited"],
      limitedBy: "machine" as const
    }))
    assert.strictEqual(
      markerOf(sweep, { ...point, outcome: "limited", slices })?.word,
      "limited by other programs"
    )
  })

  it("say that a point is limited by what limited most of its slices", () => {
    const [point] = sweep.points
    const [slice] = point?.slices ?? []
    if (point === undefined || slice === undefined) throw new Error("no point")
    const slices = (["generator", "suspension", "suspension"] as const).map((limitedBy) => ({
      ...slice,
      limited: ["it waited"],
      limitedBy
    }))
    assert.strictEqual(markerOf(sweep, { ...point, outcome: "limited", slices })?.word, "generator suspended")
  })

  it("keep the order of the numbers of users", () => {
    assert.deepStrictEqual(clientCountsOf(sampleSweep([10, 1])), [10, 1])
  })
})

describe("the charts of numbers of users", () => {
  const sweep = sampleUserSweep()
  const chart = chartOf(sweepCharts(sweep), "operations")

  it("are over the users, at their distance, with the peak marked and the ranges of the slices", () => {
    assert.deepStrictEqual(chart.columns.x, [1, 2, 3, 4, 6, 8, 12, 20])
    assert.deepStrictEqual(
      chart.columns.series[0]?.markers?.map((marker) => marker?.word),
      [undefined, undefined, undefined, "peak", undefined, undefined, undefined, undefined]
    )
    assert.isDefined(chart.columns.series[0]?.spreads?.[0])
    assert.include(words(chart), "scalability law: drawn as a curve")
    assert.include(words(chart), "measured at 4 users: peak")
  })

  it("draw the law up to its peak, never beyond twice the measured range", () => {
    const { answer } = sweep
    if (answer._tag !== "Users" || answer.law._tag !== "Fitted") throw new Error("not fitted")
    const { law } = answer
    const endOf = (users: number | null) =>
      lawCurve({
        answer: {
          ...answer,
          law: { ...law, peak: users === null ? null : { users, operationsPerSecond: 1 } }
        }
      })?.points.at(-1)?.[0]
    assert.deepStrictEqual([endOf(null), endOf(4), endOf(30), endOf(39)], [20, 20, 34.5, 40])
    assert.isUndefined(lawCurve({ answer: { ...answer, law: { _tag: "NotFitted", reason: "few" } } }))
  })
})

describe("the charts of a search for the capacity", () => {
  it("believe the second step of a rate that was tried twice, and are in the order of rates", () => {
    assert.deepStrictEqual(
      decidingSteps(sampleCapacity).map(({ arrivalRate, attempt }) => [arrivalRate, attempt]),
      [
        [10, 1],
        [20, 1],
        [40, 1],
        [80, 1],
        [160, 1],
        [170, 2],
        [180, 2],
        [200, 2],
        [240, 2],
        [320, 2]
      ]
    )
  })

  it("have a chart for each objective with its bound, times first, and one for operations", () => {
    assert.deepStrictEqual(
      capacityCharts({ ...sampleCapacity, objectives: sampleCapacity.objectives.toReversed() }).map(
        ({ style }) => [style.title, style.unit, style.level?.value]
      ),
      [
        ["latency.p95", "ms", 500],
        ["failures.ratio", "%", 1],
        ["operations.perSecond", "per second", undefined]
      ]
    )
  })

  it("show p95 where no objective is about time", () => {
    const charts = capacityCharts({ ...sampleCapacity, objectives: ["failures.ratio < 1%"] })
    assert.deepStrictEqual(
      charts.map(({ style }) => style.title),
      ["latency.p95", "failures.ratio", "operations.perSecond"]
    )
    const deciding = decidingSteps(sampleCapacity)
    assert.deepStrictEqual(
      charts[0]?.columns.series[0]?.values,
      deciding.map(({ slice }) => slice.latencyMs?.p95)
    )
  })

  it("mark the highest rate, those that broke the objective, and those that broke another", () => {
    const markers = (id: string) =>
      chartOf(capacityCharts(sampleCapacity), id).columns.series[0]?.markers?.map((marker) => marker?.shape)
    const fine = [undefined, undefined, undefined, undefined, undefined, "diamond"]
    assert.deepStrictEqual(markers("objective-1"), [...fine, "cross", "cross", "cross", "cross"])
    assert.deepStrictEqual(markers("objective-2"), [...fine, "triangle", "triangle", "triangle", "triangle"])
    assert.deepStrictEqual(markers("operations"), [...fine, "cross", "cross", "cross", "cross"])
  })

  it("mark steps that could not be judged, by what limited them", () => {
    const steps = sampleCapacity.steps.map((step) => {
      const limitedBy = step.arrivalRate === 320 ? ("machine" as const) : ("generator" as const)
      return step.arrivalRate > 200
        ? { ...step, slice: { ...step.slice, limited: ["it was late"], limitedBy } }
        : step
    })
    const [chart] = capacityCharts({ ...sampleCapacity, steps })
    const shapes = chart?.columns.series[0]?.markers?.map((marker) => marker?.shape)
    assert.deepStrictEqual(shapes?.slice(-4), ["cross", "cross", "bar", "ring"])
  })

  it("mark no rate as the highest that was not kept again", () => {
    const [last] = sampleCapacity.steps.slice(-1)
    if (last === undefined) throw new Error("there is no step")
    const again = { ...last, phase: "confirmation" as const, kept: false, broke: ["latency.p95 was 955 ms"] }
    const [chart] = capacityCharts({ ...sampleCapacity, steps: [...sampleCapacity.steps, again] })
    const shapes = chart?.columns.series[0]?.markers?.map((marker) => marker?.shape)
    assert.isFalse(shapes?.includes("diamond"))
  })

  it("have the interval of a figure in the unit of its chart, and none that has no end", () => {
    const ofRatio = chartOf(capacityCharts(sampleCapacity), "objective-2").columns.series[0]
    assert.deepStrictEqual(ofRatio?.spreads?.[0], [0, 0.09])
    const ofTime = chartOf(capacityCharts(sampleCapacity), "objective-1").columns.series[0]
    assert.isUndefined(ofTime?.spreads?.[0])
    assert.deepStrictEqual(ofTime?.spreads?.[5], [372, 432])
  })

  it("leave out an objective that cannot be read", () => {
    const [first] = capacityCharts({ ...sampleCapacity, objectives: ["</script>"] })
    assert.strictEqual(first?.style.title, "latency.p95")
  })
})
