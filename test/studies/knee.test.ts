import { assert, describe, expect, it } from "@effect/vitest"
import type { SweepPoint } from "../../src/result/Sweep.ts"
import { kneeOf, sweepVerdict } from "../../src/studies/knee.ts"

/** A size and the rate of its slices: the middle one, and how far the others are from it. */
type Row = readonly [
  batchTripleCount: number,
  median: number,
  apart?: number,
  outcome?: SweepPoint["outcome"]
]

const pointsOf = (rows: ReadonlyArray<Row>, clientCount = 10): ReadonlyArray<SweepPoint> =>
  rows.map(([batchTripleCount, median, apart = 0, outcome = "measured"]) => ({
    clientCount,
    batchTripleCount,
    outcome,
    note: null,
    figures: null,
    operationsPerSecond: { median, min: median - apart, max: median + apart },
    slices: []
  }))

const kneeAt = (...rows: ReadonlyArray<Row>): number | undefined =>
  kneeOf(10, pointsOf(rows))?.batchTripleCount

const evidence = (...rows: ReadonlyArray<Row>): string | undefined => kneeOf(10, pointsOf(rows))?.evidence

describe("kneeOf", () => {
  it("is the smallest size within 5 % of the best", () => {
    assert.strictEqual(kneeAt([1, 400], [5, 900], [10, 970], [33, 1000]), 10)
    assert.strictEqual(kneeAt([1, 400], [5, 950], [10, 970], [33, 1000]), 5, "exactly 5 % is within")
    assert.strictEqual(kneeAt([1, 400], [5, 949.9], [10, 970], [33, 1000]), 10)
    assert.strictEqual(kneeAt([10, 970], [33, 1000], [1, 400]), 10, "in any order")
  })

  it("is the smallest of sizes that did as much, and of those around a dip", () => {
    assert.strictEqual(kneeAt([1, 1000], [10, 1000], [33, 1000]), 1)
    assert.strictEqual(kneeAt([1, 500], [5, 960], [10, 800], [33, 1000]), 5)
  })

  it("falls where a larger size does less", () => {
    assert.strictEqual(kneeAt([1, 500], [10, 1000], [33, 700]), 10)
  })

  it("never is a point that was limited, failing, refused or skipped, and these are not the best either", () => {
    for (const outcome of ["limited", "failing", "refused", "skipped"] as const) {
      assert.strictEqual(kneeAt([1, 500], [10, 600], [20, 5000, 0, outcome]), 10, outcome)
    }
    assert.isUndefined(kneeAt([1, 500, 0, "limited"], [10, 600, 0, "failing"]))
    assert.isUndefined(kneeAt([1, 0]), "nothing succeeded")
  })

  it("has its share of the best and its evidence", () => {
    const knee = kneeOf(
      10,
      pointsOf([
        [1, 400],
        [5, 900, 10],
        [10, 970, 15],
        [33, 1000, 20]
      ])
    )
    assert.deepInclude(knee, {
      clientCount: 10,
      operationsPerSecond: 970,
      best: { batchTripleCount: 33, operationsPerSecond: 1000 },
      shareOfBest: 0.97
    })
    expect(knee?.evidence).toMatchInlineSnapshot(
      `"10 triples reached 970 operations per second (955 to 985), 97 % of the highest rate, 1,000 operations per second (980 to 1,020) with 33 triples; 5 triples reached 900 operations per second (890 to 910), 90 %."`
    )
  })

  it("notes that larger sizes may be faster, and that slices vary by more than the margin", () => {
    expect(evidence([1, 400], [33, 1000])).toMatchInlineSnapshot(
      `"33 triples had the highest rate, 1,000 operations per second (1,000 to 1,000); 1 triple reached 400 operations per second (400 to 400), 40 %. It is the largest size with a valid result: larger ones may be faster."`
    )
    expect(evidence([1, 400], [33, 1000, 40])).toMatchInlineSnapshot(
      `"33 triples had the highest rate, 1,000 operations per second (960 to 1,040); 1 triple reached 400 operations per second (400 to 400), 40 %. It is the largest size with a valid result: larger ones may be faster. Slices of one size differ by up to 8 %, more than the 5 % that separate sizes: use more or longer slices."`
    )
    expect(evidence([1, 400], [33, 1000], [50, 0, 0, "refused"])).toMatchInlineSnapshot(
      `"33 triples had the highest rate, 1,000 operations per second (1,000 to 1,000); 1 triple reached 400 operations per second (400 to 400), 40 %. It is the largest of these sizes that the DMS accepts."`
    )
    assert.match(
      evidence([10, 400], [20, 1000], [33, 900, 0, "limited"], [50, 0, 0, "refused"]) ?? "",
      /It is the largest size with a valid result: larger ones may be faster\.$/,
      "33 triples were accepted"
    )
    assert.match(
      evidence([10, 400], [20, 1000], [33, 0, 0, "refused"], [50, 0, 0, "skipped"]) ?? "",
      /It is the largest of these sizes that the DMS accepts\.$/
    )
    expect(evidence([33, 1000])).toMatchInlineSnapshot(
      `"33 triples had the highest rate, 1,000 operations per second (1,000 to 1,000). It is the only size with a valid result."`
    )
  })
})

describe("sweepVerdict", () => {
  const verdict = (points: ReadonlyArray<SweepPoint>): string => {
    const counts = [...new Set(points.map(({ clientCount }) => clientCount))]
    const knees = counts.flatMap(
      (count) =>
        kneeOf(
          count,
          points.filter(({ clientCount }) => clientCount === count)
        ) ?? []
    )
    return sweepVerdict({ points, knees })
  }

  it("recommends one size, or one for each number of users", () => {
    const ten: ReadonlyArray<Row> = [
      [1, 400],
      [10, 970],
      [33, 1000]
    ]
    expect(verdict(pointsOf(ten))).toMatchInlineSnapshot(
      `"Use batches of 10 triples (30 operations): 10 triples reached 970 operations per second (970 to 970), 97 % of the highest rate, 1,000 operations per second (1,000 to 1,000) with 33 triples; 1 triple reached 400 operations per second (400 to 400), 40 %."`
    )
    const one: ReadonlyArray<Row> = [
      [1, 100],
      [10, 500],
      [33, 900]
    ]
    expect(verdict([...pointsOf(one, 1), ...pointsOf(ten, 10)])).toMatchInlineSnapshot(
      `"Use batches of 33 triples with 1 user, 10 triples with 10 users."`
    )
    const none: ReadonlyArray<Row> = [[1, 100, 0, "limited"]]
    expect(verdict([...pointsOf(one, 1), ...pointsOf(none, 50)])).toMatchInlineSnapshot(
      `"Use batches of 33 triples with 1 user. None can be recommended for 50 users."`
    )
  })

  it("recommends nothing without a valid point, with the reasons", () => {
    expect(
      verdict(
        pointsOf([
          [1, 1, 0, "limited"],
          [2, 1, 0, "failing"],
          [5, 1, 0, "refused"],
          [9, 1, 0, "skipped"]
        ])
      )
    ).toMatchInlineSnapshot(
      `"No batch size can be recommended: 1 of 4 points limited by the load generator, 1 of 4 points with too many failures, 1 of 4 points rejected with 413, 1 of 4 points not measured."`
    )
  })
})
