/**
 * Pre-encoded batches of records that differ only in their keys, such as those generated from an API's own description:
 * the operations of one record are encoded once and cut at its keys, which are known.
 */
import * as Either from "effect/Either"
import { type BatchPattern, type KeysOf, operationsAt } from "../domain/BatchPattern.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { BatchTemplate } from "./BatchTemplate.ts"
import { encodeBatch, encodeOperation } from "./encode.ts"

/** The text of a record's operations: `constants[0] key constants[1] key ... constants[n]`. */
interface CutText {
  readonly constants: ReadonlyArray<Buffer>
  /** The keys between the constants, by position in what `keysOf` returns. */
  readonly keys: ReadonlyArray<number>
}

/** A record whose keys do not occur in a document by chance. */
const probe = { user: 98_765, iteration: 54_321_987, index: 0 }

/** Records from the start of a run, and from late in the largest one. */
const verified = [
  { user: 0, iteration: 0 },
  { user: 131_071, iteration: 67_000_000 }
] as const

/** The first key in a text, and where it is; of keys that begin at one place the longest. */
const firstKey = (text: string, keys: ReadonlyArray<string>) => {
  let found: { readonly at: number; readonly key: number; readonly length: number } | undefined
  for (const [key, { length }] of keys.entries()) {
    const at = text.indexOf(keys[key] ?? "")
    if (at < 0 || (found !== undefined && (at > found.at || (at === found.at && length <= found.length))))
      continue
    found = { at, key, length }
  }
  return found
}

const cutAt = (text: string, keys: ReadonlyArray<string>): CutText => {
  const constants: Array<Buffer> = []
  const cuts: Array<number> = []
  let rest = text
  for (let next = firstKey(rest, keys); next !== undefined; next = firstKey(rest, keys)) {
    constants.push(Buffer.from(rest.slice(0, next.at), "utf8"))
    cuts.push(next.key)
    rest = rest.slice(next.at + next.length)
  }
  constants.push(Buffer.from(rest, "utf8"))
  return { constants, keys: cuts }
}

const [open, comma, close] = [0x5b, 0x2c, 0x5d]

/** Maximum number of bytes of one record. Keys are ASCII, and longest where all numbers are largest. */
const maxBytesOf = ({ constants, keys }: CutText, keysOf: KeysOf, seed: number, groups: number): number => {
  const last: RecordId = { seed, user: 131_071, iteration: 67_108_863, index: groups - 1 }
  const lengths = keysOf(last).map(({ length }) => length)
  return (
    1 +
    constants.reduce((sum, { byteLength }) => sum + byteLength, 0) +
    keys.reduce((sum, key) => sum + (lengths[key] ?? 0), 0)
  )
}

const makeWrite =
  ({ groups, seed }: BatchPattern, keysOf: KeysOf, { constants, keys }: CutText): BatchTemplate["write"] =>
  ({ iteration, user }, target, from) => {
    let to = from
    for (let index = 0; index < groups; index++) {
      target[to++] = index === 0 ? open : comma
      const texts = keysOf({ seed, user, iteration, index })
      for (let i = 0; i < constants.length; i++) {
        to += constants[i]?.copy(target, to) ?? 0
        const key = keys[i]
        if (key !== undefined) to += target.write(texts[key] ?? "", to, "latin1")
      }
    }
    target[to++] = close
    return to
  }

/**
 * Derives the template of a pattern whose records differ only in what `keysOf` returns.
 *
 * @returns the template, or why the pattern has none; its batches are then encoded one by one
 */
export const compileKeyedTemplate = (
  pattern: BatchPattern,
  keysOf: KeysOf,
  naming: ResourceNaming
): Either.Either<BatchTemplate, string> => {
  const { groups, operationsOf, seed } = pattern
  const record = { seed, ...probe }
  const operations = operationsOf([record])
  if (operations.length === 0) return Either.left("it has no operations")
  const text = operations.map((operation) => encodeOperation(operation, naming)).join(",")
  const cut = cutAt(text, keysOf(record))
  const sent = operations.map(({ op, resource }) => ({ op, resource }))
  const template: BatchTemplate = {
    operations: Array.from({ length: groups }, () => sent).flat(),
    maxBytes: 1 + groups * maxBytesOf(cut, keysOf, seed, groups),
    write: makeWrite(pattern, keysOf, cut)
  }
  const target = Buffer.alloc(template.maxBytes)
  const reproduces = verified.every((at) =>
    target.subarray(0, template.write(at, target, 0)).equals(encodeBatch(operationsAt(pattern, at), naming))
  )
  return reproduces ? Either.right(template) : Either.left("its records differ in more than their keys")
}
