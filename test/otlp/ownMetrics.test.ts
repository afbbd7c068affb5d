import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ownMetrics, runTag, unitTag } from "../../src/otlp/ownMetrics.ts"

const tag = (key: string, stringValue: string) => ({ key, value: { stringValue } })

/** A counter with a point for each run that is named, in kilograms. */
const counterOf = (name: string, ...runs: ReadonlyArray<string>) => ({
  name,
  sum: {
    isMonotonic: true,
    dataPoints: runs.map((run) => ({
      asDouble: 1,
      attributes: [tag("op", "create"), tag(unitTag, "kg"), tag(runTag, run)]
    }))
  }
})

const exportOf = (...metrics: ReadonlyArray<object>) => ({
  resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }]
})

describe("the metrics of one run", () => {
  it.effect("are those with its tag, which is taken away, and everything else of them is kept", () =>
    Effect.gen(function* () {
      const own: unknown = yield* ownMetrics(
        "a",
        exportOf(counterOf("both", "b", "a"), counterOf("other", "b"))
      )
      const point = { asDouble: 1, attributes: [tag("op", "create")] }
      assert.deepStrictEqual(own, exportOf({ name: "both", sum: { isMonotonic: true, dataPoints: [point] } }))
    })
  )

  it.effect.each([
    ["nothing", undefined],
    ["another form", { metrics: [counterOf("both", "a")] }],
    ["points without attributes", exportOf({ name: "both", sum: { dataPoints: [{ asDouble: 1 }] } })]
  ])("cannot be told from %s, which is not passed over in silence", ([, data]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(ownMetrics("a", data)))._tag, "ParseError")
    })
  )
})
