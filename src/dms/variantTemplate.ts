/**
 * Pre-encoded batches of records that differ in their key and their variant. Before the run, the operations of a pattern
 * are built and encoded once per variant; a batch of the run is a copy of those bytes with its record keys inserted.
 */
import * as Either from "effect/Either"
import type { BatchPattern } from "../domain/BatchPattern.ts"
import { keyPrefixWriter, recordKeySuffix, variantsIn } from "../domain/RecordId.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { BatchTemplate } from "./BatchTemplate.ts"
import { copyFewBytes, makeViewOf, viewOf } from "./fewBytes.ts"
import { deriveSegments, type KeyedText, type TextSegment } from "./deriveSegments.ts"

/** Maximum length of a key: four numbers of up to 2^53 - 1 in base 36, and three separators. */
const maxKeyBytes = 4 * 11 + 3

const comma = ","
const [open, close] = [0x5b, 0x5d]

/** A `KeyedText` after a comma, in UTF-8. */
interface EncodedText {
  readonly constants: ReadonlyArray<Buffer>
  /** The records whose keys are between the constants, by position in the group. */
  readonly keys: ReadonlyArray<number>
}

const encodeText = ({ constants, keys }: KeyedText): EncodedText => ({
  constants: constants.map((text, at) => Buffer.from(at === 0 ? comma + text : text, "utf8")),
  keys
})

const maxBytesOf = ({ constants, keys }: EncodedText): number =>
  constants.reduce((sum, { byteLength }) => sum + byteLength, keys.length * maxKeyBytes)

/** Equal texts once. @returns them, and for each of `texts` its position among them */
const distinct = (texts: ReadonlyArray<KeyedText>) => {
  const found = new Map<string, { readonly text: KeyedText; readonly position: number }>()
  const positions = texts.map((text) => {
    const identity = JSON.stringify(text)
    const known = found.get(identity) ?? { text, position: found.size }
    found.set(identity, known)
    return known.position
  })
  return { positions, texts: [...found.values()].map(({ text }) => text) }
}

/** The texts of a segment for keys of certain lengths, with a gap for each key. */
interface Layout {
  /** A number that stands for these lengths. */
  readonly keyLengths: number
  /** By text; made when they are first sent. */
  readonly bytes: Array<Buffer | undefined>
  /** Offsets of all gaps, each in its text. */
  readonly gapOffsets: Int32Array
}

/**
 * Adjacent operations that vary with the same record of the group. The lengths of keys change rarely, so that a batch is a
 * copy of few long pieces, in which the keys are written. What is read of a text that is not in the processor's cache is
 * little more than its bytes, because the rest is in tables of numbers.
 */
class Segment {
  /** Position in the group. */
  readonly record: number
  readonly maxBytes: number
  /** By variant. */
  readonly textOf: Uint16Array
  private readonly texts: ReadonlyArray<EncodedText>
  /** For each text the position of its first gap among all gaps, and at last their number. */
  readonly firstGap: Int32Array
  /** For each gap the record whose key belongs there, by position in the group. */
  readonly gapRecords: Int32Array
  /** Two, because users with numbers of two lengths send at the same time; older ones are forgotten. */
  private latest: Layout | undefined
  private other: Layout | undefined

  constructor({ record, variants }: TextSegment) {
    const { positions, texts } = distinct(variants)
    this.record = record
    this.textOf = Uint16Array.from(positions)
    this.texts = texts.map(encodeText)
    this.maxBytes = Math.max(...this.texts.map(maxBytesOf))
    this.gapRecords = Int32Array.from(texts.flatMap(({ keys }) => keys))
    let gaps = 0
    this.firstGap = Int32Array.from([0, ...texts.map(({ keys }) => (gaps += keys.length))])
  }

  /** @param lengthOf the length of the key of a record of the group */
  layout(keyLengths: number, lengthOf: (record: number) => number): Layout {
    const { latest, other } = this
    if (latest?.keyLengths === keyLengths) return latest
    if (other?.keyLengths === keyLengths) return other
    const gapOffsets = this.texts.flatMap(({ constants, keys }) => {
      let at = 0
      return keys.map((key, i) => {
        const offset = at + (constants[i]?.byteLength ?? 0)
        at = offset + lengthOf(key)
        return offset
      })
    })
    this.other = latest
    this.latest = {
      keyLengths,
      bytes: this.texts.map(() => undefined),
      gapOffsets: Int32Array.from(gapOffsets)
    }
    return this.latest
  }

  /** The bytes of a text with its gaps. */
  bytesOf(text: number, { bytes }: Layout, lengthOf: (record: number) => number): Buffer {
    const known = bytes[text]
    if (known !== undefined) return known
    const { constants = [], keys = [] } = this.texts[text] ?? {}
    const pieces = constants.flatMap((constant, i) => {
      const key = keys[i]
      return key === undefined ? [constant] : [constant, Buffer.alloc(lengthOf(key))]
    })
    return (bytes[text] = Buffer.concat(pieces))
  }
}

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
  const prefixView = viewOf(prefix)
  const writePrefix = keyPrefixWriter(seed, prefix)
  let prefixLength = 0
  let first = 0
  const lengthOf = (record: number): number => prefixLength + (suffixes[first + record]?.length ?? 0)
  const targetView = makeViewOf()

  return ({ iteration, user }, target, from) => {
    prefixLength = writePrefix({ user, iteration })
    const variantAt = variantsIn({ seed, user, iteration })
    const view = targetView(target)
    let to = from
    for (let group = 0; group < groups; group++) {
      first = group * recordsPerGroup
      const keyLengths = (shapes[group] ?? 0) * maxKeyBytes + prefixLength
      for (const segment of segments) {
        const { firstGap, gapRecords, record, textOf } = segment
        const text = textOf[variantAt(first + record)] ?? 0
        const layout = segment.layout(keyLengths, lengthOf)
        const bytes = segment.bytesOf(text, layout, lengthOf)
        target.set(bytes, to)
        const end = firstGap[text + 1] ?? 0
        for (let gap = firstGap[text] ?? 0; gap < end; gap++) {
          const at = to + (layout.gapOffsets[gap] ?? 0)
          copyFewBytes(prefixView, 0, view, at, prefixLength)
          const suffix = suffixes[first + (gapRecords[gap] ?? 0)]
          if (suffix !== undefined)
            for (let i = 0; i < suffix.length; i++) target[at + prefixLength + i] = suffix[i] ?? 0
        }
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
    const segments = derived.segments.map((segment) => new Segment(segment))
    return {
      operations: Array.from({ length: groups }, () => derived.operations).flat(),
      maxBytes: 2 + groups * segments.reduce((sum, { maxBytes }) => sum + maxBytes, 0),
      write: makeWrite(pattern, segments)
    }
  })
