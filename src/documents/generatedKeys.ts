/**
 * Unique values for the free member of a key: as a text, as a text of fixed length where the server allows few
 * characters, and as a number. Each is a function of seed, user, iteration, index and slot, and no two are equal.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { type RecordId, recordKeyPrefix, recordKeySuffix } from "../domain/RecordId.ts"

/** Of the 2^26 iterations, so many are left for pools of parents and for trials: one for each resource. */
const reserved = 1024

/** The records for which every form of key is unique; `users` and `iterations` are numbers, `perIteration` as well. */
export const keyLimits = { users: 131_072, iterations: 2 ** 26 - reserved, perIteration: 1024 } as const

/** Fixtures and trials have keys of a user beyond all others, pools and trials those of iterations beyond all others. */
const fixtureUser = keyLimits.users
const lastIteration = 2 ** 26 - 1

/** The place in a document of a value that is unique for its record. */
export const KeyHole = Schema.Struct({
  /** `text` is the record key; `fixed` has `length` characters; `number` is a whole number. */
  form: Schema.Literal("text", "fixed", "number"),
  /** Of the form `fixed`, in characters: 15 to 20. */
  length: Schema.Int,
  /** Written before the key: `uri://ed-fi.org/` of a namespace. */
  prefix: Schema.String,
  /** Zeros before the key make it this long, in characters without the prefix. */
  minLength: Schema.Int,
  /** Whose key it is. */
  owner: Schema.Literal("record", "parent", "fixture"),
  /** Of a fixture its number; otherwise the slot, which numbers the unique values of one record. From 0. */
  number: Schema.Int
})
export interface KeyHole extends Schema.Schema.Type<typeof KeyHole> {}

/** The keys of a load are too many for one of their forms. */
export class KeysExhausted extends Schema.TaggedError<KeysExhausted>()("KeysExhausted", {
  detail: Schema.String
}) {
  override get message(): string {
    return `keys would repeat: ${this.detail}`
  }
}

/** What the documents of a load use of the forms. */
export interface KeyUse {
  readonly forms: ReadonlySet<KeyHole["form"]>
  /** Unique values of one record: 1 more than the highest slot. */
  readonly slots: number
}

/** How many keys a load needs at most. */
export interface KeyDemand {
  /** 1 to 131,072 */
  readonly users: number
  /** Records that one iteration of a user makes, 1 to 1,024. */
  readonly perIteration: number
  /** Loads of one study, with consecutive seeds; 1 for a run. */
  readonly loads: number
  /** The seed of the fixtures' keys: that of the run, or of the first load of a study. */
  readonly fixtureSeed: number
}

/** A demand that the forms satisfy. */
export const KeySpace = Schema.Struct({
  users: Schema.Int,
  perIteration: Schema.Int,
  loads: Schema.Int,
  fixtureSeed: Schema.Int,
  slots: Schema.Int,
  /** Seeds with numbers of their own: two seeds share their numbers if they differ by a multiple of it. */
  numberSeeds: Schema.Int
})
export interface KeySpace extends KeyDemand, Pick<KeyUse, "slots"> {
  readonly numberSeeds: number
}

/** Below are the ids of the field, of at most ten digits. */
const firstNumber = 10_000_000_000

const digits = (value: number, count: number): string => value.toString(36).toUpperCase().padStart(count, "0")

/** Base 36: 4 digits of user hold 1.6 million, 6 of iteration 2 billion, 2 of index and slot 1,296. */
const digitsOf = { user: 4, iteration: 6, index: 2 } as const
const fixedPart = digitsOf.user + digitsOf.iteration + digitsOf.index

/** The shortest and the longest fixed form; the longest holds every seed that a run chooses itself, 36^8. */
export const fixedLengths = { min: fixedPart + 3, max: fixedPart + 8 } as const
const fixedIndexes = 36 ** digitsOf.index
const fixedSeeds = 36 ** (fixedLengths.min - fixedPart)

/**
 * Checks that every key of a load will be unique, and those of the loads of one study among each other.
 *
 * A text is always unique. One of fixed length is as long as the seeds differ by less than 46,656. Numbers must be below
 * 2^53, so that they have room for fewer seeds the more users and records there are.
 *
 * @returns fails before anything is sent, with the limit that the load exceeds
 * @example 1,000 users with 33 records per iteration: numbers for 4,063 seeds
 */
export const makeKeySpace = (
  demand: KeyDemand,
  { forms, slots }: KeyUse
): Either.Either<KeySpace, KeysExhausted> => {
  const { loads, perIteration, users } = demand
  const exhausted = (detail: string) => Either.left(new KeysExhausted({ detail }))
  if (users > keyLimits.users) return exhausted(`${users} users, at most ${keyLimits.users}`)
  if (perIteration > keyLimits.perIteration)
    return exhausted(`${perIteration} records per iteration, at most ${keyLimits.perIteration}`)
  if (forms.has("fixed") && (perIteration * slots > fixedIndexes || loads > fixedSeeds))
    return exhausted(
      `${loads} loads with ${perIteration} records per iteration and ${slots} keys each; texts of ` +
        `${fixedLengths.min} characters are enough for ${fixedSeeds} loads and ${fixedIndexes} keys`
    )
  const perSeed = (users + 1) * (lastIteration + 1) * perIteration * slots
  const numberSeeds = Math.floor((Number.MAX_SAFE_INTEGER - firstNumber) / perSeed)
  if (forms.has("number") && loads > numberSeeds)
    return exhausted(
      `${loads} loads of ${users} users with ${perIteration} records per iteration; ` +
        `the numbers below 2^53 are enough for ${numberSeeds} such loads`
    )
  return Either.right({ ...demand, slots, numberSeeds })
}

/** The keys of the records of one iteration, by index. */
type KeysWithin<Key> = (iteration: Omit<RecordId, "index">) => (index: number) => Key

/** Ends of keys are those of few indexes, so each is made once. */
const remembered = (make: (index: number) => string): ((index: number) => string) => {
  const known: Array<string> = []
  return (index) => (known[index] ??= make(index))
}

const fixedKeys = (slot: number, space: KeySpace, length: number): KeysWithin<string> => {
  const seedDigits = length - fixedPart
  const endOf = remembered((index) => digits(index * space.slots + slot, digitsOf.index))
  return ({ iteration, seed, user }) => {
    const start =
      digits(seed % 36 ** seedDigits, seedDigits) +
      digits(user, digitsOf.user) +
      digits(iteration, digitsOf.iteration)
    return (index) => start + endOf(index)
  }
}

const textKeys = (slot: number): KeysWithin<string> => {
  const end = slot === 0 ? "" : `-${slot.toString(36).toUpperCase()}`
  const endOf = remembered((index) => recordKeySuffix(index) + end)
  return (iteration) => {
    const start = recordKeyPrefix(iteration)
    return (index) => start + endOf(index)
  }
}

const numberKeys =
  (slot: number, { numberSeeds, perIteration, slots, users }: KeySpace): KeysWithin<number> =>
  ({ iteration, seed, user }) => {
    // Any user beyond the last is the one of the fixtures.
    const seedAndUser = (seed % numberSeeds) * (users + 1) + Math.min(user, users)
    const iterations = seedAndUser * (lastIteration + 1) + iteration
    const first = firstNumber + iterations * perIteration * slots + slot
    return (index) => first + index * slots
  }

/** The record that stands for a fixture. @param fixture its number, from 0 */
const fixtureRecord = (fixture: number, seed: number): RecordId => ({
  seed,
  user: fixtureUser,
  iteration: fixture,
  index: 0
})

/**
 * The iteration whose keys the parents in a pool have: the same for all iterations of a user, in all loads of a study.
 *
 * @param pool its number, from 0
 */
export const pooled = (
  { user }: Pick<RecordId, "user">,
  pool: number,
  { fixtureSeed }: Pick<KeySpace, "fixtureSeed">
): Omit<RecordId, "index"> => ({ seed: fixtureSeed, user, iteration: lastIteration - pool })

/** A record that is tried before the load, and does not remain. @param number of the trial, from 0 */
export const trialRecord = (number: number, seed: number): RecordId => ({
  seed,
  user: fixtureUser,
  iteration: lastIteration - number,
  index: 0
})

/**
 * The values for a hole: of the records of one iteration, by index. What these have in common is made once for all.
 *
 * @returns takes user, iteration and index below the limits of `space`
 * @see keyFor
 */
export const makeKeys = (hole: KeyHole, space: KeySpace): KeysWithin<string | number> => {
  const { form, length, minLength, number, owner, prefix } = hole
  if (owner === "fixture") {
    const { index, ...iteration } = fixtureRecord(number, space.fixtureSeed)
    const keysIn = makeKeys({ ...hole, owner: "record", number: 0 }, space)
    return () => () => keysIn(iteration)(index)
  }
  if (form === "number") return numberKeys(number, space)
  const keysIn = form === "fixed" ? fixedKeys(number, space, length) : textKeys(number)
  if (prefix === "" && minLength === 0) return keysIn
  return (iteration) => {
    const keyAt = keysIn(iteration)
    return (index) => prefix + keyAt(index).padStart(minLength, "0")
  }
}

/**
 * The value for a hole.
 *
 * @param record user, iteration and index below the limits of `space`
 * @example of a text, seed 255901, user 4, iteration 117, index 9: "5HGD-4-39-9"; of 15 characters:
 *   "HGD000400003909"
 */
export const keyFor = (hole: KeyHole, record: RecordId, space: KeySpace): string | number =>
  makeKeys(hole, space)(record)(record.index)
