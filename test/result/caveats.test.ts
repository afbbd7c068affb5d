import { assert, describe, it } from "@effect/vitest"
import { caveatsOf, sharedSlices } from "../../src/result/caveats.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { sampleSummary } from "./sampleSummary.ts"

type Generator = NonNullable<RunState["generator"]>

const { generator, starts } = sampleSummary(3, 1)

const doubts = (some: Partial<Generator>, dropped = 0) =>
  caveatsOf({
    generator: generator && { ...generator, limited: false, reasons: [], advice: null, ...some },
    starts: { ...starts, dropped },
    samples: null
  })

describe("the doubts about a run", () => {
  it("are none for one whose generator was well, or was not observed, and that started all that was due", () => {
    assert.deepStrictEqual(doubts({ processorWait: { mean: 0.2, max: 0.9 } }), [])
    assert.deepStrictEqual(doubts({ processorWait: null }), [])
    assert.deepStrictEqual(
      caveatsOf({ generator: null, starts: { ...starts, dropped: 0 }, samples: null }),
      []
    )
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

  it.each([
    [1, 3.24, "(suspended)"],
    [1200, 3.24, "(suspended 1,200 times)"]
  ])("tell of %d suspensions, whatever share of the run they were", (count, totalSeconds, words) => {
    assert.deepStrictEqual(doubts({ suspensions: { count, totalSeconds } }), [
      {
        kind: "suspended",
        sentence: `The load generator did not run for 3.2 s ${words}; latencies and rates of that time do not describe the server.`
      }
    ])
  })

  it("tell that latencies have waiting for a processor in them, where the generator was not at its limit", () => {
    const processorWait = { mean: 0.334, max: 0.5 }
    assert.deepStrictEqual(doubts({ processorWait }), [
      {
        kind: "shared",
        sentence:
          "The load generator waited for a processor for 33 % of the time: latencies have that in them, and the DMS " +
          "may do more than is seen here. More processors, fewer --workers or less beside it on this machine give it room."
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

  it("tell what the samples file does not have, and that all else has it", () => {
    const about = (dropped: number) =>
      caveatsOf({ generator: null, starts: { ...starts, dropped: 0 }, samples: { written: 2167, dropped } })
    assert.deepStrictEqual(about(0), [])
    assert.deepStrictEqual(about(1539), [
      {
        kind: "samples",
        sentence:
          "The samples file has 2,167 requests; 1,539 are missing, because the disk was full or too slow. All other figures have them."
      }
    ])
  })

  it("of a study count its slices", () => {
    assert.match(
      sharedSlices(3, 12),
      /^In 3 of 12 slices the load generator waited .* more than 20 % of the time/
    )
  })
})
