import { assert, describe, it } from "@effect/vitest"
import { noiseOf, quantile, quartilesOf as ofRun } from "../../src/compare/noise.ts"
import { runOf, timelineOf } from "./runs.ts"

type Run = Parameters<typeof ofRun>[0]

const quartilesOf = (timeline: Run["timeline"], figure: Parameters<typeof ofRun>[1]) =>
  ofRun({ model: "closed", timeline }, figure)

describe("a quantile", () => {
  // The values of numpy.quantile.
  it.each([
    [[1, 2, 3, 4], 0.25, 1.75],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4, 10], 0.75, 4],
    [[7], 0.25, 7],
    [[1, 3], 1, 3]
  ])("of %j at %d is %d", (sorted, share, value) => {
    assert.strictEqual(quantile(sorted, share), value)
  })
})

describe("the spread of a run", () => {
  const steady = [100, 110, 120, 130, 140, 150, 160, 170, 180]

  it("has median and quartiles of the points", () => {
    assert.deepStrictEqual(quartilesOf(timelineOf([0, ...steady]), "operations.perSecond"), {
      points: 9,
      pointSeconds: 1,
      q1: 120,
      median: 140,
      q3: 160
    })
  })

  it("covers all seconds in the open model, whose load does not depend on the number of active users", () => {
    const timeline = timelineOf(steady).map((point, i) => ({ ...point, users: i % 3 }))
    assert.deepInclude(ofRun({ model: "open", timeline }, "operations.perSecond"), {
      points: 9,
      median: 140
    })
    assert.isNull(quartilesOf(timeline, "operations.perSecond"))
  })

  it("leaves out seconds in which users were still starting or had ended, and a last one that was cut short", () => {
    const points = timelineOf([9, ...steady])
    const [first] = points
    const last = points.at(-1)
    if (first === undefined || last === undefined) throw new Error("no points")
    const starting = { ...first, elapsedSeconds: 0.5, users: 4, operations: 5 }
    const spread = quartilesOf(points, "operations.perSecond")
    for (const end of [
      { ...last, seconds: 0.004, operations: 3 },
      { ...last, users: 3, operations: 1 }
    ]) {
      assert.deepStrictEqual(quartilesOf([starting, ...points, end], "operations.perSecond"), spread)
    }
  })

  it("has all other seconds, though one of them lasted longer because the generator stood still", () => {
    const points = timelineOf(Array.from({ length: 60 }, () => 100)).map((point, i) =>
      i === 30 ? { ...point, seconds: 2.1, operations: 105 } : point
    )
    assert.deepStrictEqual(quartilesOf(points, "operations.perSecond"), {
      points: 59,
      pointSeconds: 1,
      q1: 100,
      median: 100,
      q3: 100
    })
  })

  it("is that of rates, whatever the length of a point", () => {
    const twice = timelineOf([0, ...steady]).map((point) => ({ ...point, seconds: 2 }))
    assert.deepInclude(quartilesOf(twice, "operations.perSecond"), { pointSeconds: 2, median: 70 })
  })

  it("is unknown with fewer than eight such seconds, or where operations are", () => {
    assert.isNull(quartilesOf(timelineOf(steady.slice(1)), "operations.perSecond"))
    assert.isNull(quartilesOf([], "operations.perSecond"))
    const locust = timelineOf([0, ...steady]).map((point) => ({ ...point, operations: null }))
    assert.isNull(quartilesOf(locust, "operations.perSecond"))
    assert.strictEqual(quartilesOf(locust, "requests.perSecond")?.median, 14)
  })
})

describe("the word of caution", () => {
  const around = (middle: number) =>
    timelineOf([0, -30, -20, -15, -10, 0, 10, 15, 20, 30].map((x) => middle + x))
  const sentences = (first: number, second: number) =>
    noiseOf([runOf("a", { timeline: around(first) }), runOf("b", { timeline: around(second) })]).sentences

  it("reports a difference within the variation of one run where the interquartile ranges overlap", () => {
    assert.deepStrictEqual(sentences(1000, 1020), [
      "a: median 1,000, interquartile range 985 to 1,015 (9 points of 1 s)",
      "b: median 1,020, interquartile range 1,005 to 1,035 (9 points of 1 s)",
      "b: its interquartile range overlaps that of the baseline; the difference is within the variation of one run.",
      "Each run is a single sample: repeat both before relying on a small change."
    ])
  })

  it("says that it is more where they lie apart", () => {
    assert.include(sentences(1000, 1100)[2], "does not overlap that of the baseline")
  })

  it("does not hold points of different length against each other, nor runs that were too short", () => {
    const long = around(1000).map((point) => ({ ...point, seconds: 2 }))
    const { sentences: said } = noiseOf([
      runOf("a", { timeline: around(1000) }),
      runOf("b", { timeline: long })
    ])
    assert.include(said[2], "differ in length from those of the baseline")
    const { sentences: short } = noiseOf([runOf("a", { timeline: around(1000) }), runOf("b")])
    assert.deepStrictEqual(short.slice(1), [
      "b: too few points at full load",
      "Each run is a single sample: repeat both before relying on a small change."
    ])
  })

  it("uses requests where the operations of a run are unknown", () => {
    const old = runOf("old", { unknown: ["operations.perSecond"], timeline: around(1000) })
    assert.deepInclude(noiseOf([runOf("a", { timeline: around(1000) }), old]), {
      figure: "requests.perSecond"
    })
  })
})
