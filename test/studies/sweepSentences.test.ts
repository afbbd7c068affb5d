import { assert, describe, it } from "@effect/vitest"
import type { SweepPoint, Varied } from "../../src/result/Sweep.ts"
import { answerOf } from "../../src/studies/sweepAnswer.ts"
import { triple } from "../../src/result/batchSize.ts"
import { findingOf } from "../../src/studies/sweepSentences.ts"
import { stepTo } from "../../src/result/userSteps.ts"
import { sliceOf } from "../result/sampleSlices.ts"

interface Row {
  readonly users?: number
  readonly triples?: number
  readonly median: number
  /** How far the other slices are from it. */
  readonly apart?: number
  readonly outcome?: SweepPoint["outcome"]
  readonly slices?: number
  readonly limitedBy?: "generator" | "machine"
}

const pointOf = ({
  apart = 0,
  limitedBy,
  median,
  outcome = "measured",
  slices = 3,
  triples = 10,
  users = 10
}: Row): SweepPoint => {
  const slice = sliceOf(0, { seconds: 10, requestsPerSecond: 1, operations: 30, p50: 1 })
  return {
    clientCount: users,
    batchTripleCount: triples,
    pageSize: null,
    rowsPerSecond: null,
    outcome,
    note: null,
    figures: null,
    operationsPerSecond: { median, min: median - apart, max: median + apart },
    slices: Array.from({ length: slices }, () =>
      limitedBy === undefined ? slice : { ...slice, limited: ["busy"], limitedBy }
    )
  }
}

const found = (varied: Varied, rows: ReadonlyArray<Row>) => {
  const points = rows.map(pointOf)
  const answer = answerOf(varied, points)
  return { answer, finding: findingOf({ answer, operationsPerRecord: triple, points }) }
}

const sentences = (varied: Varied, rows: ReadonlyArray<Row>): string => {
  const { finding } = found(varied, rows)
  return finding._tag === "Result" ? finding.sentences : finding.because
}

const knee = (...rows: ReadonlyArray<Row>) => {
  const { answer } = found("BatchSize", rows)
  return answer._tag === "None" ? undefined : answer.enough.batchTripleCount
}

const size = (triples: number, median: number, more: Partial<Row> = {}): Row => ({ triples, median, ...more })
const count = (users: number, median: number, more: Partial<Row> = {}): Row => ({ users, median, ...more })

describe("the knee of batch sizes", () => {
  it("is the smallest size within 5 % of the best, in any order", () => {
    assert.strictEqual(knee(size(1, 400), size(5, 900), size(10, 970), size(33, 1000)), 10)
    assert.strictEqual(knee(size(1, 400), size(5, 950), size(33, 1000)), 5, "exactly 5 % is within")
    assert.strictEqual(knee(size(1, 400), size(5, 949.9), size(10, 970), size(33, 1000)), 10)
    assert.strictEqual(knee(size(10, 970), size(33, 1000), size(1, 400)), 10)
  })

  it("is the smallest of sizes that did as much, and falls where a larger size does less", () => {
    assert.strictEqual(knee(size(1, 1000), size(10, 1000), size(33, 1000)), 1)
    assert.strictEqual(knee(size(1, 500), size(10, 1000), size(33, 700)), 10)
  })

  it("never is a point that was limited, failing, refused or skipped, and these are not the best either", () => {
    for (const outcome of ["limited", "failing", "refused", "skipped"] as const) {
      assert.strictEqual(knee(size(1, 500), size(10, 600), size(20, 5000, { outcome })), 10, outcome)
    }
    assert.isUndefined(knee(size(1, 500, { outcome: "limited" }), size(10, 600, { outcome: "failing" })))
    assert.isUndefined(knee(size(1, 0)), "nothing succeeded")
  })

  it("names the rates that were compared, with percentages that follow from them", () => {
    assert.strictEqual(
      sentences("BatchSize", [
        size(1, 400),
        size(5, 900, { apart: 10 }),
        size(10, 970, { apart: 15 }),
        size(33, 1000, { apart: 20 })
      ]),
      "Use batches of 10 triples (30 operations): 10 triples reached 970 operations per second (955 to 985), 97 % of the highest rate, 1,000 operations per second (980 to 1,020) with 33 triples; 5 triples reached 900 operations per second (890 to 910), 90 %."
    )
  })

  it("notes that larger sizes may be faster, are refused, and that slices vary by more than the margin", () => {
    assert.match(sentences("BatchSize", [size(1, 400), size(33, 1000)]), /larger ones may be faster\.$/)
    assert.match(
      sentences("BatchSize", [size(1, 400), size(33, 1000), size(50, 0, { outcome: "refused" })]),
      /It is the largest of these sizes that the DMS accepts\.$/
    )
    assert.match(
      sentences("BatchSize", [
        size(10, 400),
        size(20, 1000),
        size(33, 900, { outcome: "limited" }),
        size(50, 0, { outcome: "refused" })
      ]),
      /larger ones may be faster\.$/,
      "33 triples were accepted"
    )
    assert.match(
      sentences("BatchSize", [size(1, 400), size(10, 1000, { apart: 40 }), size(33, 500)]),
      /Slices of one point differ by up to 8 %, more than the 5 %/
    )
    assert.match(sentences("BatchSize", [size(33, 1000)]), /It is the only size with a valid result\.$/)
  })
})

describe("the peak of numbers of users", () => {
  it("is the highest rate, and of equal rates that with fewer users", () => {
    const { answer } = found("Users", [count(1, 349), count(4, 619), count(8, 619), count(20, 334)])
    assert.strictEqual(answer._tag === "Users" && answer.best.clientCount, 4)
  })

  it("is followed by the fall after it, as the printed rates have it", () => {
    assert.strictEqual(
      sentences("Users", [
        count(1, 349, { apart: 5 }),
        count(4, 619.4, { apart: 8 }),
        count(20, 334.4, { apart: 4 })
      ]),
      "The peak is 4 users: 619 operations per second (611 to 627). With 20 users throughput falls by 46 %, to 334 operations per second (330 to 338)."
    )
  })

  it("comes with a smaller number that reaches 95 % of it, and with those whose slices overlap", () => {
    assert.strictEqual(
      sentences("Users", [
        count(2, 400, { apart: 5 }),
        count(3, 600, { apart: 15 }),
        count(4, 619, { apart: 8 }),
        count(6, 500, { apart: 8 })
      ]),
      "The peak is 4 users: 619 operations per second (611 to 627). With 6 users throughput falls by 19 %, to 500 operations per second (492 to 508). " +
        "3 users already reached 600 operations per second (585 to 615), 97 % of it: use no more. " +
        "Slices with 3 users overlap with it, so the maximum may be there."
    )
  })

  it("does not call a fall one that is within the noise, nor the largest number a peak without a remark", () => {
    assert.include(
      sentences("Users", [count(1, 300), count(4, 619, { apart: 20 }), count(8, 610, { apart: 20 })]),
      "With 8 users throughput falls by 1 %, to 610 operations per second (590 to 630), which is within the noise."
    )
    assert.include(
      sentences("Users", [count(1, 300), count(4, 619)]),
      "It is the largest number with a valid result: more users may reach more."
    )
  })

  it("leaves open whether steps are noise where a point has one slice", () => {
    const { answer } = found("Users", [count(1, 300, { slices: 1 }), count(4, 619, { slices: 1 })])
    assert.strictEqual(answer._tag === "Users" && answer.steps[0]?.differs, null)
    assert.include(
      sentences("Users", [count(1, 300, { slices: 1 }), count(4, 619, { slices: 1 })]),
      "With a single slice of a point its noise is unknown."
    )
  })

  it("has steps that say whether the ranges of neighbours overlap", () => {
    const { answer } = found("Users", [
      count(1, 300, { apart: 5 }),
      count(2, 400, { apart: 5 }),
      count(4, 405, { apart: 5 }),
      count(8, 200, { slices: 1 })
    ])
    if (answer._tag !== "Users") throw new Error(answer._tag)
    assert.deepStrictEqual(
      [1, 2, 4, 8].map((users) => stepTo(answer, users)),
      ["", "+33 %", "+1 % (noise)", "-51 % (1 slice)"]
    )
  })

  it("says that a limited point after the peak is unknown, and by what it was limited", () => {
    assert.include(
      sentences("Users", [
        count(1, 300),
        count(4, 619),
        count(8, 700, { outcome: "limited", limitedBy: "machine" })
      ]),
      "With 8 users it is unknown, because other programs had the processors in 3 of 3 slices."
    )
  })
})

describe("the best pair", () => {
  it("has the highest rate of all, with the fewest users that come close", () => {
    assert.strictEqual(
      sentences("Pair", [
        { users: 2, triples: 1, median: 300 },
        { users: 2, triples: 10, median: 600 },
        { users: 4, triples: 1, median: 400 },
        { users: 4, triples: 10, median: 619 },
        { users: 8, triples: 20, median: 500 }
      ]),
      "The best pair is 4 users with batches of 10 triples (30 operations): 619 operations per second. " +
        "2 users and 10 triples already reached 600 operations per second, 97 % of it."
    )
  })
})

describe("a sweep without a valid point", () => {
  it("says why, with the causes in their own words and what was measured", () => {
    const { finding } = found("Users", [
      count(1, 100, { outcome: "limited", limitedBy: "generator" }),
      count(2, 200, { outcome: "limited", limitedBy: "machine" }),
      count(4, 1, { outcome: "failing" }),
      count(8, 1, { outcome: "skipped" })
    ])
    assert.deepStrictEqual(finding, {
      _tag: "NoResult",
      because:
        "the load generator was at its limit in 3 and other programs had the processors in 3 of 6 slices, " +
        "1 of 4 points had too many failures and 1 of 4 points were not measured",
      measured: "Measured were up to 200 operations per second, with 2 users and 10 triples."
    })
  })
})
