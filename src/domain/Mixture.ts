/** A mixture of work: items with weights, one of which each iteration does. */
import * as Arr from "effect/Array"
import * as Schema from "effect/Schema"
import { QueryField } from "./QueryField.ts"
import { variation } from "./RecordId.ts"

/** What a write step does: `record` is create, update and delete in one. */
export const writeKinds = ["record", "create", "update", "delete"] as const

const WriteStep = Schema.TaggedStruct("Write", {
  kind: Schema.Literal(...writeKinds),
  /** `ed-fi/grades` */
  path: Schema.String,
  /** Of `record` and `create`. Absent: those of a batch, or one by single requests. */
  records: Schema.optional(Schema.Int.pipe(Schema.positive()))
})
export interface WriteStep extends Schema.Schema.Type<typeof WriteStep> {}

/** `page`: a list; `id`, `key`: a document that the item has created or, in a page, read before. */
export const readsBy = ["page", "id", "key"] as const

const ReadStep = Schema.TaggedStruct("Read", {
  path: Schema.String,
  by: Schema.Literal(...readsBy),
  /** By `key`: the parameters of the list that together name one document; none for other reads. */
  key: Schema.Array(QueryField),
  /** Documents of a page. */
  limit: Schema.Int.pipe(Schema.positive()),
  /** Whether the server has to count all documents, too. */
  totalCount: Schema.Boolean,
  /** How many requests: each reads the next page, after the last the first again, or the next document. */
  repeat: Schema.Int.pipe(Schema.positive())
})
export interface ReadStep extends Schema.Schema.Type<typeof ReadStep> {}

const Step = Schema.Union(WriteStep, ReadStep)
export type Step = typeof Step.Type

export const isWrite = (step: Step): step is WriteStep => step._tag === "Write"

const Item = Schema.Struct({
  name: Schema.String,
  /** Its share of the iterations is this part of the sum of all weights: a whole number >= 1. */
  weight: Schema.Int.pipe(Schema.positive()),
  /** One after the other in each of its iterations. */
  steps: Schema.NonEmptyArray(Step)
})
export interface MixtureItem extends Schema.Schema.Type<typeof Item> {}

/** Plain data that is sent to every worker. */
export const Mixture = Schema.Struct({
  /** Names the scenario: `district-day`. */
  name: Schema.String,
  /** One line. */
  description: Schema.String,
  items: Schema.NonEmptyArray(Item)
})
export interface Mixture extends Schema.Schema.Type<typeof Mixture> {}

/** A mixture, and how its writes are sent. */
export const MixtureLoad = Schema.Struct({
  testType: Schema.Literal("BATCH_VOLUME", "VOLUME"),
  mixture: Mixture
})
export interface MixtureLoad extends Schema.Schema.Type<typeof MixtureLoad> {}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/** A step that visits all of `length` places before it repeats one: the next from `part` of the length on. */
const strideOf = (length: number, part: number): number => {
  for (let stride = Math.max(1, Math.round(length * part)); stride < length; stride++)
    if (divisor(length, stride) === 1) return stride
  return 1
}

/**
 * Chooses the item of each iteration: a function of seed, user and iteration alone.
 *
 * Weights are places on a circle as long as their sum. Each iteration goes on by one stride, each user by another; both visit
 * every place once a round, and both are far from simple fractions of it, so that the items alternate. So in as many
 * consecutive iterations of a user as the sum of the weights, each item is chosen exactly as often as its weight says, and
 * by as many users in one iteration too.
 *
 * @param seed where on the circle user 0 begins
 * @example weights 3 and 1: in each four consecutive iterations the first item three times, the second once
 */
export const makeChooseItem = (
  items: Arr.NonEmptyReadonlyArray<MixtureItem>,
  seed: number
): ((at: { readonly user: number; readonly iteration: number }) => MixtureItem) => {
  const places = Arr.flatMap(items, (item) => Arr.replicate(item, item.weight))
  const { length } = places
  const first = variation({ seed, user: 0, iteration: 0, index: 0 }, "mixture") % length
  const ofIteration = strideOf(length, 0.618)
  const ofUser = strideOf(length, 0.414)
  return ({ iteration, user }) => {
    const place = first + (iteration % length) * ofIteration + (user % length) * ofUser
    return places[place % length] ?? items[0]
  }
}
