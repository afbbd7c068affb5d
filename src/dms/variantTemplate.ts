/**
 * Pre-encoded batches of records that differ in their key and their variant. Before the run, the operations of a pattern
 * are built and encoded once per variant; a batch of the run is a copy of those bytes with its record keys inserted.
 */
import * as Either from "effect/Either"
import type { BatchPattern } from "../domain/BatchPattern.ts"
import { recordKeyPrefix, recordKeySuffix, variantsIn } from "../domain/RecordId.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { BatchTemplate } from "./BatchTemplate.ts"
import { deriveSegments, type KeyedText } from "./deriveSegments.ts"

/** A variant for keys of certain lengths: its bytes with a gap for each key. */
interface Layout {
  readonly keyLengths: number
  readonly bytes: Buffer
  /** Offset of each gap. */
  readonly gaps: ReadonlyArray<number>
}

/** Adjacent operations that vary with the same record of the group, and their bytes for each variant of it. */
interface Segment {
  /** Position in the group. */
  readonly record: number
  readonly variants: ReadonlyArray<VariantBytes>
}

/** Maximum length of a key: four numbers of up to 2^53 - 1 in base 36, and three separators. */
const maxKeyBytes = 4 * 11 + 3

const noBytes = Buffer.alloc(0)
const comma = ","
const [open, close] = [0x5b, 0x5d]

/**
 * A `KeyedText` after a comma, in UTF-8. The lengths of keys change rarely, so that a batch is a copy of few long pieces, in
 * which the keys are written.
 */
class VariantBytes {
  private readonly constants: ReadonlyArray<Buffer>
  /** The records whose keys are in the gaps, by position in the group. */
  readonly keys: ReadonlyArray<number>
  readonly constantBytes: number
  /** Two, because users with numbers of two lengths send at the same time; older ones are forgotten. */
  private latest: Layout | undefined
  private other: Layout | undefined

  constructor({ constants, keys }: KeyedText) {
    this.constants = constants.map((text, at) => Buffer.from(at === 0 ? comma + text : text, "utf8"))
    this.constantBytes = this.constants.reduce((sum, { byteLength }) => sum + byteLength, 0)
    this.keys = keys
  }

  /**
   * @param keyLengths a number that stands for these lengths
   * @param lengthOf the length of the key of a record of the group
   */
  layout(keyLengths: number, lengthOf: (record: number) => number): Layout {
    const { latest, other } = this
    if (latest?.keyLengths === keyLengths) return latest
    if (other?.keyLengths === keyLengths) return other
    const pieces: Array<Buffer> = []
    const gaps: Array<number> = []
    let length = 0
    for (const [at, constant] of this.constants.entries()) {
      pieces.push(constant)
      length += constant.byteLength
      const key = this.keys[at]
      if (key === undefined) break
      gaps.push(length)
      pieces.push(Buffer.alloc(lengthOf(key)))
      length += lengthOf(key)
    }
    const made = { keyLengths, bytes: Buffer.concat(pieces, length), gaps }
    this.other = latest
    this.latest = made
    return made
  }
}

/** The bytes of all variants; equal variants share theirs. */
const encodeVariants = (variants: ReadonlyArray<KeyedText>): ReadonlyArray<VariantBytes> => {
  const known = new Map<string, VariantBytes>()
  return variants.map((variant) => {
    const identity = JSON.stringify(variant)
    const bytes = known.get(identity) ?? new VariantBytes(variant)
    known.set(identity, bytes)
    return bytes
  })
}

const maxBytesOf = ({ variants }: Segment): number =>
  Math.max(...variants.map(({ constantBytes, keys }) => constantBytes + keys.length * maxKeyBytes))

/** For each group, a number from 0 on that is the same for groups whose suffixes have the same lengths. */
const shapesOf = (suffixes: ReadonlyArray<Buffer>, { groups, recordsPerGroup }: BatchPattern) => {
  const known = new Map<string, number>()
  return Array.from({ length: groups }, (_, group) => {
    const first = group * recordsPerGroup
    const lengths = suffixes.slice(first, first + recordsPerGroup).map(({ length }) => length)
    const shape = known.get(lengths.join()) ?? known.size
    known.set(lengths.join(), shape)
    return shape
  })
}

/** Writes batches from the segments of one group. */
const makeWrite = (pattern: BatchPattern, segments: ReadonlyArray<Segment>): BatchTemplate["write"] => {
  const { groups, recordsPerGroup, seed } = pattern
  const suffixes = Array.from({ length: groups * recordsPerGroup }, (_, index) =>
    Buffer.from(recordKeySuffix(index))
  )
  const shapes = shapesOf(suffixes, pattern)
  const prefix = Buffer.alloc(maxKeyBytes)
  let prefixLength = 0
  let first = 0
  const lengthOf = (record: number): number => prefixLength + (suffixes[first + record]?.length ?? 0)

  const writeKey = (suffix: Buffer, target: Buffer, at: number): void => {
    for (let i = 0; i < prefixLength; i++) target[at + i] = prefix[i] ?? 0
    const rest = at + prefixLength
    for (let i = 0; i < suffix.length; i++) target[rest + i] = suffix[i] ?? 0
  }

  return ({ iteration, user }, target, from) => {
    prefixLength = prefix.write(recordKeyPrefix({ seed, user, iteration }), "latin1")
    const variantAt = variantsIn({ seed, user, iteration })
    let to = from
    for (let group = 0; group < groups; group++) {
      first = group * recordsPerGroup
      const keyLengths = (shapes[group] ?? 0) * maxKeyBytes + prefixLength
      for (const { record, variants } of segments) {
        const variant = variants[variantAt(first + record)]
        if (variant === undefined) continue
        const { bytes, gaps } = variant.layout(keyLengths, lengthOf)
        target.set(bytes, to)
        for (let i = 0; i < gaps.length; i++)
          writeKey(suffixes[first + (variant.keys[i] ?? 0)] ?? noBytes, target, to + (gaps[i] ?? 0))
        to += bytes.length
      }
    }
    target[from] = open
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
      maxBytes: 2 + groups * segments.reduce((sum, segment) => sum + maxBytesOf(segment), 0),
      write: makeWrite(pattern, segments)
    }
  })
