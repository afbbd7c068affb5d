/** The common part of all VOLUME scenarios: one record per iteration, one request per operation. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { SingleClient } from "../dms/SingleClient.ts"
import { hadVerdict } from "../domain/BatchError.ts"
import { atId, type Create, type Triple } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { Scenario, UserIteration } from "../engine/Scenario.ts"
import { knownSingle, type SingleFacts } from "./knownScenarios.ts"

/** The triple of a record, equal to its triple in a batch. */
export type TripleOf = (record: RecordId) => Triple

/** Every third iteration, like the task weights of the Python suite; the second one, so that debug mode shows one. */
const isDeliberate = (iteration: number): boolean => iteration % 3 === 1

/** The create of a triple without the members of its natural key, which servers refuse with 400. */
const withoutKey = ([create, { target }]: Triple): Create => {
  const key = target.naturalKey ?? {}
  return {
    ...create,
    document: Object.fromEntries(Object.entries(create.document).filter(([member]) => !(member in key)))
  }
}

/** The iterations of a user: one sends the requests of a triple, the other an invalid document. */
const makeIterations = ({ send, sendBad }: SingleClient["Type"], deleteResources: boolean) => {
  const removed = ([, , remove]: Triple, id: string) =>
    deleteResources ? Effect.asVoid(send(atId(remove, id))) : Effect.void
  return {
    good: Effect.fnUntraced(function* (triple: Triple) {
      const [create, update] = triple
      const id = yield* send(create)
      const updated = yield* Effect.either(send(atId(update, id)))
      const deleted = yield* Effect.either(removed(triple, id))
      const hadNoVerdict = Either.isLeft(updated) && !hadVerdict(updated.left)
      return yield* hadNoVerdict ? updated : Effect.zipRight(deleted, updated)
    }),
    /** Deletes the record if the server wrote it contrary to expectation. */
    bad: (triple: Triple) =>
      Effect.catchTag(sendBad(withoutKey(triple)), "NotRefused", (error) =>
        Effect.zipRight(removed(triple, error.documentId), error)
      )
  }
}

/**
 * A scenario whose iterations create, update and delete one record with single requests: the operations of
 * `batchVolume`'s batches of one triple. A failed create ends the iteration, because there is nothing to update; after a
 * failed update, the record is still deleted. It fails without a verdict if any of its requests had none.
 *
 * @param options.triples runs once, prepares the data of the records, and returns their triples
 */
export const volume = <E, R>(
  options: SingleFacts & { readonly triples: Effect.Effect<TripleOf, E, R> }
): Scenario<E, R | SingleClient> => {
  const { name, triples } = options
  return {
    ...knownSingle(options),
    prepare: ({ deleteResources = true, failDeliberately = false, seed }) =>
      Effect.gen(function* () {
        const { bad, good } = makeIterations(yield* SingleClient, deleteResources)
        const tripleOf = yield* triples
        const expectsRefusal = ({ iteration }: UserIteration) => failDeliberately && isDeliberate(iteration)
        return {
          name,
          recordsPerIteration: 1,
          expectsRefusal,
          iteration: (at) =>
            Effect.suspend((): Effect.Effect<unknown, unknown> => {
              const triple = tripleOf({ seed, ...at, index: 0 })
              return expectsRefusal(at) ? bad(triple) : good(triple)
            })
        }
      })
  }
}
