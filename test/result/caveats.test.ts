import { assert, describe, it } from "@effect/vitest"
import { caveatsOf, sharedSlices } from "../../src/result/caveats.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { sampleSummary } from "./sampleSummary.ts"

type Generator = NonNullable<RunState["generator"]>

const { generator, starts } = sampleSummary(3, 1)

const others = {
  mean: 1.62,
  max: 2,
  processors: 2,
  busiest: [
    { name: "postgres", cores: 1.1 },
    { name: "dotnet", cores: 0.48 }
  ]
}

const caveats = (some: Partial<Generator>, dropped = 0) =>
  caveatsOf({
    generator: generator && {
      ...generator,
      limited: false,
      limitedBy: null,
      reasons: [],
      advice: null,
      others: null,
      ...some
    },
    starts: { ...starts, dropped },
    drift: null,
    samples: null
  })

describe("the caveats about a run", () => {
  it("are none with a healthy or unobserved generator and no dropped iterations", () => {
    assert.deepStrictEqual(caveats({ processorWait: { mean: 0.2, max: 0.9 } }), [])
    assert.deepStrictEqual(caveats({ processorWait: null }), [])
    assert.deepStrictEqual(
      caveatsOf({ generator: null, starts: { ...starts, dropped: 0 }, drift: null, samples: null }),
      []
    )
  })

  it("explain why the generator was the bottleneck, with advice", () => {
    assert.deepStrictEqual(
      caveats({ limited: true, reasons: ["it was busy", "it was late"], advice: "Rest." }),
      [
        {
          kind: "limited",
          sentence:
            "The load generator was the bottleneck: it was busy; it was late. The figures describe the load generator, not the DMS. Rest."
        }
      ]
    )
  })

  it("name the programs that left the generator too few processors", () => {
    const reasons = ["other programs had the processors: 1.8 of 2 cores", "it was late", "it waited"]
    assert.deepStrictEqual(caveats({ limited: true, limitedBy: "machine", reasons, advice: "Stop them." }), [
      {
        kind: "limited",
        sentence:
          "Other programs had the processors: 1.8 of 2 cores. The load generator lacked them: it was late; it waited. " +
          "The figures do not describe the DMS alone. Stop them."
      }
    ])
  })

  it.each([
    [1, 3.24, ""],
    [1200, 3.24, " (1,200 times)"]
  ])("report %d suspensions, however short", (count, totalSeconds, words) => {
    assert.deepStrictEqual(caveats({ suspensions: { count, totalSeconds } }), [
      {
        kind: "suspended",
        sentence: `The load generator was suspended for 3.2 s${words}: latencies and rates of that time do not describe the server.`
      }
    ])
  })

  it("report waiting for a processor, unless the generator was the bottleneck", () => {
    const processorWait = { mean: 0.334, max: 0.5 }
    assert.deepStrictEqual(caveats({ processorWait }), [
      {
        kind: "shared",
        sentence:
          "The load generator waited for a processor for 33 % of the time (limit 20 %). Latencies include that wait, and " +
          "the DMS may be able to do more than was measured. Use more processors or fewer --workers, or stop other " +
          "programs on this machine."
      }
    ])
    const [{ sentence = "" } = {}] = caveats({ processorWait, others })
    assert.include(
      sentence,
      " Other programs used 1.6 of 2 cores, most of all postgres (1.1 cores) and dotnet (0.5). "
    )
    assert.deepStrictEqual(
      caveats({ processorWait, limited: true, reasons: ["it was late"] }).map(({ kind }) => kind),
      ["limited"]
    )
  })

  it("report dropped iterations beside the others", () => {
    const kinds = caveats({ processorWait: { mean: 0.3, max: 0.3 } }, 7).map(({ kind }) => kind)
    assert.deepStrictEqual(kinds, ["shared", "dropped"])
  })

  it("report missing samples", () => {
    const about = (dropped: number) =>
      caveatsOf({
        generator: null,
        starts: { ...starts, dropped: 0 },
        drift: null,
        samples: { written: 2167, dropped }
      })
    assert.deepStrictEqual(about(0), [])
    assert.deepStrictEqual(about(1539), [
      {
        kind: "samples",
        sentence:
          "The samples file has 2,167 requests; 1,539 are missing because the disk was full or too slow. All other figures include them."
      }
    ])
  })

  it("of a study count its slices", () => {
    assert.match(
      sharedSlices(3, 12, null),
      /^In 3 of 12 slices the load generator waited .* more than 20 % of the time/
    )
    assert.include(sharedSlices(3, 12, { cores: 1.6, processors: 2, busiest: [] }), "used 1.6 of 2 cores.")
  })
})
