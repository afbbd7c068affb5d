/** Prints how many bytes a batch leaves in V8's old generation, in a process of its own: nothing else fills the heap. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { getHeapSpaceStatistics } from "node:v8"
import { tuneHeap } from "../../../src/cli/tuneHeap.ts"
import { Authorized } from "../../../src/dms/Authorized.ts"
import { BatchClient } from "../../../src/dms/BatchClient.ts"
import { Discovery } from "../../../src/dms/Discovery.ts"
import { DmsConfig } from "../../../src/dms/DmsConfig.ts"
import { Tokens } from "../../../src/dms/Tokens.ts"
import { Transport } from "../../../src/dms/Transport.ts"
import { outcomesOf } from "../../dms/responses.ts"
import { patternOf } from "../../scenarios/prepared.ts"

const id = "6f1e1c1a-5a43-4b8e-9d59-3f4ffd6c8a11"
const body = JSON.stringify(outcomesOf(["create", "update", "delete"], [id, id, id]))

const clients = BatchClient.layer.pipe(
  Layer.provide(Authorized.layer),
  Layer.provide([
    Transport.layerMemory(() => Effect.succeed({ status: 200, body })),
    Tokens.layerTest,
    Layer.succeed(Discovery, {
      data: "http://dms.test/data",
      oauth: new URL("http://dms.test/oauth/token"),
      batch: new URL("http://dms.test/batch")
    }),
    DmsConfig.layer({
      baseUrl: "http://dms.test",
      key: Redacted.make("test-key"),
      secret: Redacted.make("test-secret"),
      resourceNaming: "endpoint"
    })
  ])
)

const oldBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space")?.space_used_size ?? 0

const batchesPerWindow = 5000

const program = Effect.gen(function* () {
  tuneHeap()
  const { postPattern } = yield* BatchClient
  const pattern = patternOf("StudentBatchVolumeTest", { seed: 1, batchTripleCount: 1 })
  const post = yield* postPattern?.(pattern) ?? Effect.dieMessage("the client has no patterns")
  // All keys have the same length, so that templates need nothing new.
  let iteration = 50_000
  const send = (batches: number) =>
    Effect.gen(function* () {
      for (let i = 0; i < batches; i++) yield* post({ user: 1, iteration: iteration++ })
    })
  yield* send(4 * batchesPerWindow)
  // A full collection may fall into one of the windows: the median is of one without.
  const left: Array<number> = []
  for (let window = 0; window < 11; window++) {
    const before = oldBytes()
    yield* send(batchesPerWindow)
    left.push((oldBytes() - before) / batchesPerWindow)
  }
  process.stdout.write(`${left.toSorted((a, b) => a - b)[5]}\n`)
})

await Effect.runPromise(Effect.provide(program, clients))
