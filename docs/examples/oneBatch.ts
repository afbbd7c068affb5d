/** One batch by hand, and what is done with each way in which it can fail. */
import * as Effect from "effect/Effect"
import { BatchClient, makeStudent, students, triple } from "edfi-perf"

const student = makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 })

/** Needs a BatchClient: provide `clientLayerLive` with `DmsConfig.layer({ baseUrl, key, secret })`. */
export const oneBatch = Effect.flatMap(BatchClient, ({ postBatch }) =>
  postBatch(triple(students, student, { firstName: "Ada" }))
).pipe(
  Effect.map((outcomes) => `${outcomes.length} operations committed`),
  Effect.catchTags({
    BatchRolledBack: ({ failedOperation, status }) =>
      Effect.succeed(`operation ${failedOperation.index} failed with ${status}; nothing was written`),
    BatchRefused: ({ status }) => Effect.succeed(`refused with ${status} before any operation ran`),
    TransportFailed: ({ phase, written }) => Effect.succeed(`${phase}: written is ${written}`)
  })
)
