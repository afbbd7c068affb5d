import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { parseObjective, withFailures } from "../../src/domain/Objective.ts"

const read = (text: string) => Either.getOrThrow(parseObjective(text))

describe("an objective", () => {
  it("is a threshold of latency or of the share of failures", () => {
    assert.deepInclude(read("students-batch-10.latency.p99 <= 2s"), {
      name: "students-batch-10",
      figure: "latency.p99",
      operator: "<=",
      bound: 2000
    })
    assert.deepInclude(read("failures.ratio < 1%"), { bound: 0.01 })
  })

  it.each([
    ["latency.p95 < 500mx", 17, "us, ms, s, min or nothing more"],
    [
      "operations.perSecond < 3000",
      0,
      "latency, service or failures.ratio: rates follow from the arrival rate"
    ],
    [
      "a.failures.count < 5",
      2,
      "latency, service or failures.ratio: a count grows with the length of a step"
    ],
    ["a>b.latency.p95 >= 500ms", 16, "< or <=: more load only raises it"]
  ])("is not %s, wrong at %d", (text, at, expected) => {
    assert.deepStrictEqual(Either.flip(parseObjective(text)), Either.right({ at, expected }))
  })
})

describe("failures", () => {
  it("are limited by default where no objective covers all requests", () => {
    const ofOneName = [read("latency.p95 < 1s"), read("a.failures.ratio < 5%")]
    assert.deepStrictEqual(withFailures(ofOneName), [...ofOneName, read("failures.ratio < 1%")])
    const ofAll = [read("failures.ratio < 20%")]
    assert.deepStrictEqual(withFailures(ofAll), ofAll)
  })
})
