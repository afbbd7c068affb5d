/** `POST /batch`: sends operations and returns one outcome per operation, or a typed error. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DmsConfig } from "./DmsConfig.ts"
import type { BatchPattern } from "../domain/BatchPattern.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import { detectNaming, type BatchUnsupported, type NamingUnknown } from "./detectNaming.ts"
import { Authorized } from "./Authorized.ts"
import { Discovery } from "./Discovery.ts"
import { makePostBatch, makePostPattern, type PostBatch, type PostBatchAt } from "./postBatch.ts"
import { Tokens } from "./Tokens.ts"

export class BatchClient extends Context.Tag("edfi-perf/dms/BatchClient")<
  BatchClient,
  {
    /**
     * Sends the operations as one transaction. Every request is recorded in the `SampleSink`, however it ends. A
     * rolled-back batch is never sent again.
     *
     * @param name of the request in reports; default `batch-30` for 30 operations
     * @returns one outcome per operation, in order
     * @throws BatchRolledBack an operation failed; nothing was written
     * @throws BatchRefused the server executed no operation; nothing was written
     * @throws TransportFailed there was no verdict and the batch may have been committed, or no connection was made;
     * the latter fails after a delay of one second
     */
    readonly postBatch: PostBatch
    /**
     * Prepares the batches of a pattern. The result sends the batch of a user's iteration: the same request as
     * `postBatch(operationsAt(pattern, at), pattern.name)`, at a fraction of its cost. Optional: scenarios call
     * `postBatch` on a client without it, such as one that inspects every operation.
     */
    readonly postPattern?: (pattern: BatchPattern) => Effect.Effect<PostBatchAt>
    /** The spelling of resources in operations: configured, or detected from the server. */
    readonly naming: ResourceNaming
  }
>() {
  /** With `resourceNaming: "auto"`, the naming is detected once, while the layer is built. */
  static readonly layer: Layer.Layer<
    BatchClient,
    BatchUnsupported | NamingUnknown,
    Authorized | DmsConfig | Discovery | Tokens
  > = Layer.effect(
    BatchClient,
    Effect.gen(function* () {
      const { resourceNaming, retryTransport, strictDecoding } = yield* DmsConfig
      const { batch: url } = yield* Discovery
      const { redact } = yield* Tokens
      const authorized = yield* Authorized
      const clock = yield* Effect.clock
      const options = { authorized, url, redact, retryTransport, strictDecoding, clock }
      const naming =
        resourceNaming === "auto"
          ? yield* detectNaming(url, (spelling) =>
              makePostBatch({ ...options, retryTransport: false }, spelling)
            )
          : resourceNaming
      return {
        naming,
        postBatch: makePostBatch(options, naming),
        postPattern: makePostPattern(options, naming)
      }
    })
  )
}
