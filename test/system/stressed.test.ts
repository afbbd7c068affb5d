/** `stress` over engine, client and server, in virtual time, against servers whose knee is known. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { stressText } from "../../src/output/stressText.ts"
import { stress, type StressOptions } from "../../src/studies/stress.ts"
import { it } from "../engine/virtualTime.ts"
import { studied } from "../run/studied.ts"

const asked: StressOptions = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 1,
  raised: "users",
  first: 1,
  maximum: 64,
  slices: 2,
  sliceSeconds: 5,
  warmUpSeconds: 1,
  config: {}
}

const stressed = (server: Partial<LocalDmsOptions>, own: Partial<StressOptions> = {}) =>
  studied(
    { batchTripleCount: "1", testList: "StudentBatchVolumeTest" },
    { latency: { _tag: "fixed", millis: 200 }, ...server },
    (measure) => stress({ ...asked, ...own }, measure)
  )

describe("stress against a local DMS", () => {
  it.effect("finds the seats of a server that processes four requests at a time", () =>
    Effect.gen(function* () {
      const { knee, verdict } = yield* stressed({ concurrency: 4 })
      assert.deepStrictEqual(knee, { _tag: "Knee", good: 4, broken: 8, broke: ["flattens"] })
      assert.match(verdict, /^The knee is 4 users: \S+ operations per second.*, p95 20\d ms\. /)
    })
  )

  it.effect("finds the fall of a server that gets slower with more users", () =>
    Effect.gen(function* () {
      // Its peak is at 3.5 users.
      const { knee } = yield* stressed({ contention: 0.02, coherency: 0.08 })
      assert.deepStrictEqual(knee, { _tag: "Knee", good: 4, broken: 8, broke: ["falls"] })
    })
  )

  it.effect("finds the rate that a server cannot follow", () =>
    Effect.gen(function* () {
      const { knee } = yield* stressed({ concurrency: 4 }, { raised: "rate", first: 5, maximum: 160 })
      assert.deepStrictEqual(knee, { _tag: "Knee", good: 20, broken: 40, broke: ["flattens"] })
    })
  )

  it.effect("soaks below the knee, and names the latency that grows there", () =>
    Effect.gen(function* () {
      const document = yield* stressed(
        {
          latency: { _tag: "lognormal", medianMillis: 2000, sigma: 0.3 },
          latencyGrowth: 5,
          concurrency: 2
        },
        { sliceSeconds: 60, soakSeconds: 720 }
      )
      assert.strictEqual(document.soak?.load, 1)
      const drifted = document.soak?.drift?.series.filter(({ verdict }) => verdict === "drift") ?? []
      assert.includeMembers(
        drifted.map(({ name }) => name),
        ["latency p50"]
      )
      assert.include(stressText(document), " It drifted.\n")
    })
  )
})
