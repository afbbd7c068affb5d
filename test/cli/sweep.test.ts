/** The search for the knee, over engine, client and server. */
import { triple } from "../../src/result/batchSize.ts"
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { markedPlace } from "../../src/result/Sweep.ts"
import { sweep } from "../../src/studies/sweep.ts"
import { it } from "../engine/virtualTime.ts"
import { studied } from "../run/studied.ts"

describe("the batch sizes of a server that needs 10 ms a batch and 1 ms an operation", () => {
  it.effect("have the knee that is computed from these costs", () =>
    Effect.gen(function* () {
      const [requestMillis, operationMillis] = [10, 1]
      const sizes = [5, 20, 100, 200]
      const rates = sizes.map((size) => (3 * size) / (requestMillis + 3 * size * operationMillis))
      const computed = sizes.find((_, i) => (rates[i] ?? 0) >= 0.95 * Math.max(...rates))
      assert.strictEqual(computed, 100)
      const asked = {
        testType: "BATCH_VOLUME",
        clientCounts: [2],
        operationsPerRecord: triple,
        batchTripleCounts: sizes,
        slices: 1,
        sliceSeconds: 2,
        warmUpSeconds: 0.2,
        maxFailRatio: 0,
        seed: 1,
        config: {}
      }
      const { answer } = yield* studied(
        { testList: "StudentBatchVolumeTest", maxBatchOperations: "1000" },
        {
          batchMaxOperations: 1000,
          latency: { _tag: "perOperation", requestMillis, operationMillis }
        },
        (measure) => sweep(asked, measure)
      )
      assert.strictEqual(markedPlace(answer)?.name, "knee")
      assert.strictEqual(markedPlace(answer)?.place.batchTripleCount, computed)
    })
  )
})
