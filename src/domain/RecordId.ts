/** The identity of a record: unique by construction, and the source of everything that varies in its document. */

/**
 * The record that user `user` makes as number `index` of its iteration `iteration`, in the run of `seed`.
 * All four are whole numbers, 0-based; `seed` goes up to 2^53 - 1.
 */
export interface RecordId {
  readonly seed: number
  readonly user: number
  readonly iteration: number
  readonly index: number
}

/**
 * The record's part of a natural key. Two different records never share one, neither within a run nor across runs
 * of different seeds, because the seed is the run's id. At most 32 characters (the length of a `studentUniqueId`)
 * up to 60 million users, 78 billion iterations and 46,655 records an iteration.
 *
 * @example recordKey({ seed: 255901, user: 4, iteration: 117, index: 9 }) // "5HGD-4-39-9"
 */
export const recordKey = (record: RecordId): string => recordKeyPrefix(record) + recordKeySuffix(record.index)

/** The common prefix of the keys of one iteration: `"5HGD-4-39-"`. */
export const recordKeyPrefix = ({ iteration, seed, user }: Omit<RecordId, "index">): string =>
  `${seed.toString(36)}-${user.toString(36)}-${iteration.toString(36)}-`.toUpperCase()

const digits = new TextEncoder().encode("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
const dash = 0x2d

/** Writes a number in base 36 and a dash. @returns the offset after the dash */
const writeNumber = (value: number, target: Uint8Array, from: number): number => {
  let end = from + 1
  for (let rest = value; rest >= 36; rest = Math.floor(rest / 36)) end++
  let rest = value
  for (let at = end - 1; at >= from; at--) {
    target[at] = digits[rest % 36] ?? 0
    rest = Math.floor(rest / 36)
  }
  target[end] = dash
  return end + 1
}

/**
 * Writes `recordKeyPrefix` as ASCII at the start of `target`, which is long enough and otherwise unused: its seed is written
 * once. Four times as fast as encoding the text.
 *
 * @returns a function that returns the length of the prefix
 */
export const keyPrefixWriter = (
  seed: number,
  target: Uint8Array
): ((at: Pick<RecordId, "user" | "iteration">) => number) => {
  const afterSeed = writeNumber(seed, target, 0)
  return ({ iteration, user }) => writeNumber(iteration, target, writeNumber(user, target, afterSeed))
}

/** The rest of a key, by the record's index: `"9"`. */
export const recordKeySuffix = (index: number): string => index.toString(36).toUpperCase()

const mix = (hash: number, value: number): number => {
  const multiplied = Math.imul(hash ^ value, 0x9e3779b1)
  return multiplied ^ (multiplied >>> 15)
}

/** There are few purposes and each is used for every record, so each is hashed once. */
const purposeHashes = new Map<string, number>()

const hashOf = (purpose: string): number => {
  const known = purposeHashes.get(purpose)
  if (known !== undefined) return known
  let hash = 0x243f6a88
  for (let i = 0; i < purpose.length; i++) hash = mix(hash, purpose.charCodeAt(i))
  purposeHashes.set(purpose, hash)
  return hash
}

/** The part of `variation` that the records of an iteration have in common. */
const commonHash = ({ iteration, seed, user }: Omit<RecordId, "index">, purpose: string): number => {
  const hash = mix(mix(hashOf(purpose), seed | 0), Math.floor(seed / 0x100000000))
  return mix(mix(hash, user), iteration)
}

const finish = (common: number, index: number): number => {
  let hash = mix(common, index)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * A number from 0 to 2^32 - 1 that depends only on the record and the purpose, and not on the order in which fibers run:
 * one seed sends the same documents, whatever the scheduling.
 *
 * @param purpose distinguishes the numbers of one record: `"firstName"`, `"birthDate"`
 * @see the 32-bit finalizer of MurmurHash3 (Austin Appleby, public domain)
 */
export const variation = (record: RecordId, purpose: string): number =>
  finish(commonHash(record, purpose), record.index)

/** Number of different documents per builder, apart from keys: enough that no two neighbours are equal. */
export const variantCount = 1024

/** The variant of a record, from 0 to `variantCount - 1`. */
export const variantOf = (record: RecordId): number => variantsIn(record)(record.index)

/** The variants of the records of one iteration, by index: `variantOf` for all of them. */
export const variantsIn = (iteration: Omit<RecordId, "index">): ((index: number) => number) => {
  const common = commonHash(iteration, "variant")
  return (index) => finish(common, index) % variantCount
}

/**
 * A number from 0 to 2^32 - 1 for one attribute of a document. It depends on the record's variant alone, so that the
 * bytes of all variants can be made before a run: a document is its variant and its key, and nothing else.
 *
 * @param purpose distinguishes the numbers of one record: `"firstName"`, `"birthDate"`
 * @example draw(record, "multipleBirthStatus") % 30 === 0
 */
export const draw = (record: RecordId, purpose: string): number =>
  variation({ seed: 0, user: 0, iteration: 0, index: variantOf(record) }, purpose)
