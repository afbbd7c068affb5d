/** `edfi-perf capacity` against a local DMS with a known limit, each in its own process. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CapacityJson } from "../../src/result/Capacity.ts"
import { startRun } from "../cli/startedRun.ts"

const credentials = { PERF_API_KEY: "key", PERF_API_SECRET: "secret" }

const words = (line: string): ReadonlyArray<string> => line.split(" ")

describe("capacity", () => {
  it.scopedLive(
    "finds 200 batches a second within 10 % where 20 at a time take 100 ms each",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const server = yield* startRun(
          folder,
          words("local-dms --port 0 --key key --secret secret --latency 100ms --concurrency 20 --quiet")
        )
        const listening = yield* server.line(/listening on http/)
        const baseUrl = listening.slice(listening.indexOf("http"))
        const search = yield* startRun(
          folder,
          words(
            "capacity --slo latency.p95<300ms --testList StudentBatchVolumeTest --batchTripleCount 1 --seed 1 " +
              "--startRate 100/s --stepTime 3s --maxStepTime 3s --warmUp 500ms"
          ),
          { ...credentials, PERF_API_BASEURL: baseUrl }
        )
        const { exitCode, out } = yield* search.ended
        assert.strictEqual(exitCode, 0, out)
        const text = yield* fs.readFileString(`${folder}/out/capacity.json`)
        const document = yield* Schema.decode(CapacityJson)(text)
        // A machine that is busy with something else may end the search before it is precise.
        assert.closeTo(document.highest ?? 0, 200, 20, out)
        assert.isNotNull(document.lowestBroken, out)
        assert.isTrue(yield* fs.exists(`${folder}/out/report.html`))
      }).pipe(Effect.provide(NodeContext.layer)),
    180_000
  )
})
