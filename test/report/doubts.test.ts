import { assert, describe, it } from "@effect/vitest"
import { doubtsOf, sharedSlices } from "../../src/report/doubts.ts"
import type { RunState } from "../../src/report/Summary.ts"
import { sampleSummary } from "./sampleSummary.ts"

type Generator = NonNullable<RunState["generator"]>

const { generator, starts } = sampleSummary(3, 1)

const doubts = (some: Partial<Generator>, dropped = 0) =>
  doubtsOf({
    generator: generator && { ...generator, limited: false, reasons: [], advice: null, ...some },
    starts: { ...starts, dropped }
  })

describe("the doubts about a run", () => {
  it("are none for one whose generator was well, or was not observed, and that started all that was due", () => {
    assert.deepStrictEqual(doubts({ processorWait: { mean: 0.2, max: 0.9 } }), [])
    assert.deepStrictEqual(doubts({ processorWait: null }), [])
    assert.deepStrictEqual(doubtsOf({ generator: null, starts: { ...starts, dropped: 0 } }), [])
  })

  it("tell why the generator was the bottleneck and what gives it room", () => {
    assert.deepStrictEqual(
      doubts({ limited: true, reasons: ["it was busy", "it was late"], advice: "Rest." }),
      [
        {
          kind: "limited",
          sentence:
            "The load generator was the bottleneck: it was busy; it was late. These figures describe the tool, not the DMS. Rest."
        }
      ]
    )
  })

  it("tell that latencies have the machine's other programs in them, where the generator was not at its limit", () => {
    const processorWait = { mean: 0.334, max: 0.5 }
    assert.deepStrictEqual(doubts({ processorWait }), [
      {
        kind: "shared",
        sentence:
          "The load generator waited for a processor for 33 % of the time, because something else ran on this machine: " +
          "latencies have that in them, and the DMS may do more than is seen here."
      }
    ])
    assert.deepStrictEqual(
      doubts({ processorWait, limited: true, reasons: ["it was late"] }).map(({ kind }) => kind),
      ["limited"]
    )
  })

  it("tell what was due and not started, beside the others", () => {
    const kinds = doubts({ processorWait: { mean: 0.3, max: 0.3 } }, 7).map(({ kind }) => kind)
    assert.deepStrictEqual(kinds, ["shared", "dropped"])
  })

  it("of a study count its slices", () => {
    assert.match(
      sharedSlices(3, 12),
      /^In 3 of 12 slices the load generator waited .* more than 20 % of the time/
    )
  })
})
