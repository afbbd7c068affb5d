/** A search for the capacity with chosen resources: its steps take seconds. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { CapacityJson } from "../../src/result/Capacity.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"

describe("edfi-perf capacity --resources", () => {
  it.scopedLive("searches with the records of the chosen resources, and never sends a key twice", () =>
    Effect.gen(function* () {
      const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret") })
      const output = yield* folder
      const target = ["-b", dms.url, "-k", "key", "-s", "secret", "-o", output]
      const words = ["--resources", "courses,grades", "--slo", "grades-batch-10.latency.p50 < 10s"]
      const steps = ["--stepTime", "2", "--maxStepTime", "2", "--startRate", "20/s", "--maxRate", "40/s"]
      const { err, exitCode } = yield* edfiPerf(["capacity", ...target, ...words, ...steps, "--warmUp", "1"])
      const capacity = yield* Effect.flatMap(read(output, "capacity.json"), Schema.decode(CapacityJson))
      assert.deepStrictEqual(capacity.config["scenarios"], {
        CourseBatchVolumeTest: 10,
        GradeBatchVolumeTest: 10
      })
      // 1 where a busy machine made the load generator the bottleneck.
      assert.include([0, 1], exitCode, err)
      const { logins, operations, rows, upsertsOnCreate } = yield* dms.stats
      assert.deepStrictEqual([logins, upsertsOnCreate], [1, {}])
      assert.isAbove(operations.create["grades"] ?? 0, 0)
      assert.strictEqual(rows["grades"] ?? 0, 0)
    })
  )
})
