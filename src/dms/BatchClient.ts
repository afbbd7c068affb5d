/** `POST /batch`: operations in, one outcome per operation out, or a typed reason why not. */
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
     * Sends the operations as one transaction. Every request is reported to the `SampleSink`, whatever becomes of
     * it. A rolled-back batch is never sent again.
     *
     * @param name what the request is called in reports; `batch-30` for 30 operations when left out
     * @returns one outcome per operation, in order
     * @throws BatchRolledBack an operation failed; nothing was written
     * @throws BatchRefused the server ran none of them; nothing was written
     * @throws TransportFailed no verdict came back; unless no connection was made (told after a pause of one
     * second), the batch may be committed
     */
    readonly postBatch: PostBatch
    /**
     * Makes the batches of a pattern ready: what comes back sends that of a user's iteration, the very request that
     * `postBatch(operationsAt(pattern, at), pattern.name)` sends, with less work for each. A client without it, such
     * as one that looks at every operation, gets the operations one by one.
     */
    readonly postPattern?: (pattern: BatchPattern) => Effect.Effect<PostBatchAt>
    /** How it spells resources: as configured, or as the server wants it. */
    readonly naming: ResourceNaming
  }
>() {
  /** With `resourceNaming: "auto"` the server is asked once, while the layer is built. */
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
