/** The common part of all VOLUME scenarios: one record per iteration, one request per operation. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { SingleClient } from "../dms/SingleClient.ts"
import { hadVerdict } from "../domain/BatchError.ts"
import { atId, type Create, type Triple } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { SingleError } from "../domain/SingleError.ts"
import type { Scenario, ScenarioOptions, UserIteration, Workload } from "../engine/Scenario.ts"
import { knownSingle, type SingleFacts } from "./knownScenarios.ts"
import type { RecordOperations } from "./recordOperations.ts"

/** The triple of a record, equal to its triple in a batch. */
export type TripleOf = (record: RecordId) => Triple

/** A record without parents and companions. */
const operationsOfTriple = ([create, update, remove]: Triple): RecordOperations => ({
  creates: [create],
  record: 0,
  update,
  deletes: [remove]
})

/** Every third iteration, like the task weights of the Python suite; the second one, so that debug mode shows one. */
const isDeliberate = (iteration: number): boolean => iteration % 3 === 1

/** The create of the record without the members of its natural key, which servers refuse with 400. */
const withoutKey = ({ creates, deletes, record }: RecordOperations): Create => {
  const create = creates[record] ?? Arr.lastNonEmpty(creates)
  const key = Arr.reverse(deletes)[record]?.target.naturalKey ?? {}
  return {
    ...create,
    document: Object.fromEntries(Object.entries(create.document).filter(([member]) => !(member in key)))
  }
}

/** A record that was created. */
export interface Created extends Pick<Create, "resource"> {
  readonly documentId: string
}

/** Sends items one after the other until one fails. */
export const untilFailure = Effect.fnUntraced(function* <A, B, E>(
  items: ReadonlyArray<A>,
  send: (item: A) => Effect.Effect<B, E>
) {
  const results: Array<B> = []
  for (const item of items) {
    const sent = yield* Effect.either(send(item))
    if (Either.isLeft(sent)) return { results, failed: [sent.left] }
    results.push(sent.right)
  }
  return { results, failed: [] }
})

/** Single requests that create a record, and delete one that was created. */
export const makeCreateAndRemove = ({ send }: Pick<SingleClient["Type"], "send">) => ({
  create: (operation: Create): Effect.Effect<Created, SingleError> =>
    Effect.map(send(operation), (documentId) => ({ resource: operation.resource, documentId })),
  remove: ({ documentId, resource }: Created) => send({ op: "delete", resource, target: { documentId } })
})

/** The failure of an iteration: one without a verdict, otherwise the first. */
export const decisiveFailure = <E>(failures: ReadonlyArray<E>): E | undefined =>
  failures.find((each) => !hadVerdict(each)) ?? failures[0]

/** The iterations of a user: one sends the requests of a record, the other an invalid document. */
export const makeIterations = ({ send, sendBad }: SingleClient["Type"], deleteResources: boolean) => {
  const { create, remove } = makeCreateAndRemove({ send })

  return {
    good: Effect.fnUntraced(function* ({ creates, record: position, update }: RecordOperations) {
      const { failed: notCreated, results: created } = yield* untilFailure(creates, create)
      // Without its companion a record may be refused to be updated.
      const record = notCreated.length === 0 ? created[position] : undefined
      const updates = record === undefined || update === undefined ? [] : [atId(update, record.documentId)]
      const { failed: notUpdated } = yield* untilFailure(updates, send)
      // What could not be deleted keeps its parents.
      const { failed: notDeleted } = yield* untilFailure(deleteResources ? created.toReversed() : [], remove)
      const failure = decisiveFailure([...notCreated, ...notUpdated, ...notDeleted])
      if (failure !== undefined) return yield* Effect.fail(failure)
    }),
    /** Deletes the record if the server wrote it contrary to expectation. */
    bad: (operations: RecordOperations) => {
      const invalid = withoutKey(operations)
      return Effect.catchTag(sendBad(invalid), "NotRefused", (error) =>
        Effect.zipRight(
          deleteResources
            ? remove({ resource: invalid.resource, documentId: error.documentId })
            : Effect.void,
          error
        )
      )
    }
  }
}

/**
 * A workload whose iterations create, update and delete one record, with its parents and companions, by single requests. A failed create
 * ends the creates; whatever was created is still deleted. An iteration fails without a verdict if any of its requests had
 * none, otherwise with its first failure.
 */
export const singleWorkload = (
  name: string,
  { deleteResources = true, failDeliberately = false, seed }: ScenarioOptions,
  operationsOf: (record: RecordId) => RecordOperations
): Effect.Effect<Workload, never, SingleClient> =>
  Effect.map(SingleClient, (client) => {
    const { bad, good } = makeIterations(client, deleteResources)
    const expectsRefusal = ({ iteration }: UserIteration) => failDeliberately && isDeliberate(iteration)
    return {
      name,
      recordsPerIteration: 1,
      expectsRefusal,
      iteration: (at) =>
        Effect.suspend((): Effect.Effect<unknown, unknown> => {
          const operations = operationsOf({ seed, ...at, index: 0 })
          return expectsRefusal(at) ? bad(operations) : good(operations)
        })
    }
  })

/**
 * A scenario whose iterations create, update and delete one record with single requests.
 *
 * @param options.operations runs once, prepares the data of the records, and returns their operations
 */
export const recordVolume = <E, R>(
  options: SingleFacts & {
    readonly operations: Effect.Effect<(record: RecordId) => RecordOperations, E, R>
  }
): Scenario<E, R | SingleClient> => ({
  ...knownSingle(options),
  prepare: (given) =>
    Effect.flatMap(options.operations, (operationsOf) => singleWorkload(options.name, given, operationsOf))
})

/**
 * The same for records that are a triple each: the operations of `batchVolume`'s batches of one triple.
 *
 * @param options.triples runs once, prepares the data of the records, and returns their triples
 */
export const volume = <E, R>({
  triples,
  ...facts
}: SingleFacts & { readonly triples: Effect.Effect<TripleOf, E, R> }): Scenario<E, R | SingleClient> =>
  recordVolume({
    ...facts,
    operations: Effect.map(triples, (tripleOf) => (record: RecordId) => operationsOfTriple(tripleOf(record)))
  })
