/** Debug mode: a batch client that prints what became of every operation. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { BatchClient } from "../dms/BatchClient.ts"

/** Prints one line per operation, or the one that failed, around another batch client. */
export const printingLayer: Layer.Layer<BatchClient, never, BatchClient> = Layer.effect(
  BatchClient,
  Effect.map(BatchClient, ({ naming, postBatch }) => ({
    naming,
    postBatch: (operations, name) =>
      Effect.tapBoth(postBatch(operations, name), {
        onSuccess: (outcomes) =>
          Console.log(
            [
              `${name}: ${outcomes.length} operations succeeded`,
              ...outcomes.map(
                ({ documentId, index, op, resource }) => `  ${index} ${op} ${resource} ${documentId}`
              )
            ].join("\n")
          ),
        onFailure: (error) => Console.log(`${name}: ${error._tag}: ${error.message}`)
      })
  }))
)
