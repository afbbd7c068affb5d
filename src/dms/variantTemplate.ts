/**
 * Pre-encoded batches of records that differ in their key and their variant. Before the run, the operations of a pattern
 * are built and encoded once per variant; a batch of the run is a copy of those bytes with its record keys inserted.
 */
import * as Either from "effect/Either"
import type { BatchPattern } from "../domain/BatchPattern.ts"
import { recordKeyPrefix, recordKeySuffix, variantOf } from "../domain/RecordId.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { BatchTemplate } from "./BatchTemplate.ts"
import { deriveSegments, type KeyedText } from "./deriveSegments.ts"

/** A `KeyedText` in UTF-8. */
interface KeyedBytes {
  readonly constants: ReadonlyArray<Buffer>
  readonly keys: ReadonlyArray<number>
}

/** Adjacent operations that vary with the same record of the group, and their bytes for each variant of it. */
interface Segment {
  /** Position in the group. */
  readonly record: number
  readonly variants: ReadonlyArray<KeyedBytes>
}

/** Maximum length of a key: four numbers of up to 2^53 - 1 in base 36, and three separators. */
const maxKeyBytes = 4 * 11 + 3

const noBytes = Buffer.alloc(0)
const comma = 0x2c
const [open, close] = [0x5b, 0x5d]

const bytesOf = ({ constants, keys }: KeyedText): KeyedBytes => ({
  constants: constants.map((constant) => Buffer.from(constant, "utf8")),
  keys
})

/** The bytes of all variants; equal variants share theirs. */
const encodeVariants = (variants: ReadonlyArray<KeyedText>): ReadonlyArray<KeyedBytes> => {
  const known = new Map<string, KeyedBytes>()
  return variants.map((variant) => {
    const identity = JSON.stringify(variant)
    const bytes = known.get(identity) ?? bytesOf(variant)
    known.set(identity, bytes)
    return bytes
  })
}

const maxBytesOf = ({ variants }: Segment): number =>
  Math.max(
    ...variants.map(
      ({ constants, keys }) =>
        constants.reduce((sum, { byteLength }) => sum + byteLength, 0) + keys.length * maxKeyBytes
    )
  )

/** Writes batches from the segments of one group. */
const makeWrite = (
  { groups, recordsPerGroup, seed }: BatchPattern,
  segments: ReadonlyArray<Segment>
): BatchTemplate["write"] => {
  const suffixes = Array.from({ length: groups * recordsPerGroup }, (_, index) =>
    Buffer.from(recordKeySuffix(index))
  )
  const prefix = Buffer.alloc(maxKeyBytes)

  return ({ iteration, user }, target) => {
    const prefixLength = prefix.write(recordKeyPrefix({ seed, user, iteration }), "latin1")
    let to = 0
    for (let group = 0; group < groups; group++) {
      const first = group * recordsPerGroup
      for (const { record, variants } of segments) {
        target[to] = to === 0 ? open : comma
        to++
        const bytes = variants[variantOf({ seed, user, iteration, index: first + record })]
        if (bytes === undefined) continue
        const { constants, keys } = bytes
        for (let i = 0; i < constants.length; i++) {
          to += constants[i]?.copy(target, to) ?? 0
          const key = keys[i]
          if (key === undefined) break
          for (let k = 0; k < prefixLength; k++) target[to++] = prefix[k] ?? 0
          const suffix = suffixes[first + key] ?? noBytes
          for (let k = 0; k < suffix.length; k++) target[to++] = suffix[k] ?? 0
        }
      }
    }
    target[to++] = close
    return to
  }
}

/**
 * Derives the template of a pattern, which takes about 100 ms per record of a group.
 *
 * @returns the template, or why the pattern has none; its batches are then encoded one by one
 */
export const compileVariantTemplate = (
  pattern: BatchPattern,
  naming: ResourceNaming
): Either.Either<BatchTemplate, string> =>
  Either.map(deriveSegments(pattern, naming), (derived) => {
    const { groups } = pattern
    const segments: ReadonlyArray<Segment> = derived.segments.map(({ record, variants }) => ({
      record,
      variants: encodeVariants(variants)
    }))
    return {
      operations: Array.from({ length: groups }, () => derived.operations).flat(),
      maxBytes: 2 + groups * segments.reduce((sum, segment) => sum + 1 + maxBytesOf(segment), 0),
      write: makeWrite(pattern, segments)
    }
  })
