/** What all VOLUME scenarios have in common: one record per iteration, a request for each of its operations. */
import * as Effect from "effect/Effect"
import { SingleClient } from "../dms/SingleClient.ts"
import { atId, type Create, type Triple } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { Scenario, UserIteration } from "../engine/Scenario.ts"
import { knownSingle, type SingleFacts } from "./knownScenarios.ts"

/** The triple of a record, the very one that a batch of it holds. */
export type TripleOf = (record: RecordId) => Triple

/** One iteration of three, as the Python suite weighs its tasks; the second, so that debug mode shows one. */
const isDeliberate = (iteration: number): boolean => iteration % 3 === 1

/** The create of a triple without the members of its natural key: no server can store that, and ours answers 400. */
const withoutKey = ([create, { target }]: Triple): Create => {
  const key = target.naturalKey ?? {}
  return {
    ...create,
    document: Object.fromEntries(Object.entries(create.document).filter(([member]) => !(member in key)))
  }
}

/**
 * A scenario whose iterations create, update and delete one record by requests of their own, those of
 * `batchVolume`'s batches of one triple. Without a record there is nothing to update, so a failed create ends the
 * iteration; a failed update does not keep the record from being deleted.
 *
 * @param options.triples prepares what the records need, once, and gives their triples
 */
export const volume = <E, R>(
  options: SingleFacts & { readonly triples: Effect.Effect<TripleOf, E, R> }
): Scenario<E, R | SingleClient> => {
  const { name, triples } = options
  return {
    ...knownSingle(options),
    prepare: ({ deleteResources = true, failDeliberately = false, seed }) =>
      Effect.gen(function* () {
        const { send, sendBad } = yield* SingleClient
        const tripleOf = yield* triples

        const removed = ([, , remove]: Triple, id: string) =>
          deleteResources ? Effect.asVoid(send(atId(remove, id))) : Effect.void

        const good = Effect.fnUntraced(function* (triple: Triple) {
          const [create, update] = triple
          const id = yield* send(create)
          const updated = yield* Effect.either(send(atId(update, id)))
          yield* removed(triple, id)
          return yield* updated
        })

        /** What the server wrote against all expectation must not stay either. */
        const bad = (triple: Triple) =>
          Effect.catchTag(sendBad(withoutKey(triple)), "NotRefused", (error) =>
            Effect.zipRight(removed(triple, error.documentId), error)
          )

        const expectsRefusal = ({ iteration }: UserIteration) => failDeliberately && isDeliberate(iteration)
        return {
          name,
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
