/**
 * Batches as bytes that are copied: the operations of a pattern are built and encoded once per variant, before the
 * run, and a batch of the run is those bytes with its keys spliced in.
 *
 * The pattern's plain function stays the definition. A template is derived from it by calling it with records whose
 * keys are known, finding these keys in the text, and held against it with other records of the same variants; a
 * function that does more with its records than to draw from the variant and to put the key in is told apart and has
 * no template.
 */
import * as Either from "effect/Either"
import type { BatchAt, BatchPattern } from "../domain/BatchPattern.ts"
import {
  type RecordId,
  recordKey,
  recordKeyPrefix,
  recordKeySuffix,
  variantCount,
  variantOf
} from "../domain/RecordId.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { Sent } from "./decode.ts"
import { encodeOperation } from "./encode.ts"

export interface BatchTemplate {
  /** What every batch asks for, in order. */
  readonly operations: ReadonlyArray<Sent>
  /** No batch of the pattern is longer than this. */
  readonly maxBytes: number
  /**
   * Writes a batch as UTF-8 JSON, the very bytes that the plain operations are encoded to.
   *
   * @param target at least `maxBytes` long
   * @returns how many bytes were written
   */
  readonly write: (at: BatchAt, target: Buffer) => number
}

/** A text with keys in it: `constants[0] key constants[1] key ... constants[n]`. */
interface Spliced {
  readonly constants: ReadonlyArray<string>
  /** Whose key, by position in the group; one less than constants. */
  readonly holes: ReadonlyArray<number>
}

/** The same as bytes. */
interface Piece {
  readonly constants: ReadonlyArray<Buffer>
  readonly holes: ReadonlyArray<number>
}

/** Neighbouring operations that vary with the same record of the group, and their bytes for each of its variants. */
interface Segment {
  /** By position in the group. */
  readonly record: number
  readonly pieces: ReadonlyArray<Piece>
}

/** Where records are looked for: their users, and the iteration to begin with. */
interface Range {
  readonly userOf: (turn: number) => number
  readonly firstIteration: number
}

/** The keys of this user turn up nowhere by chance. */
const probed: Range = { userOf: () => 987_654_321, firstIteration: 1_000_000 }

/**
 * Records as a run begins with, and as a large and long one comes to: a function that looks at more tells them apart.
 */
const compared: ReadonlyArray<Range> = [
  { userOf: (turn) => turn % 16, firstIteration: 0 },
  { userOf: (turn) => 1000 + ((turn * 7919) % 100_000), firstIteration: 50_000_000 }
]

/** The longest key: what 2^53 - 1 takes in base 36, four times, and what is between. */
const maxKeyBytes = 4 * 11 + 3

/** For each variant a record at a position of a group; positions differ in their iterations. */
const recordsOf = (pattern: BatchPattern, range: Range, position: number): ReadonlyArray<RecordId> => {
  const { groups, recordsPerGroup, seed } = pattern
  const found = new Map<number, RecordId>()
  for (let turn = 0; found.size < variantCount; turn++) {
    const index = (turn % groups) * recordsPerGroup + position
    const iteration = range.firstIteration + position * 1_000_000 + turn
    const record = { seed, user: range.userOf(turn), iteration, index }
    const variant = variantOf(record)
    if (!found.has(variant)) found.set(variant, record)
  }
  return [...found].sort(([a], [b]) => a - b).map(([, record]) => record)
}

/** What takes texts about these records apart at their keys. */
const splicer = (records: ReadonlyArray<RecordId>): ((text: string) => Spliced) => {
  const keys = records.map(recordKey)
  const anyKey = new RegExp(`(${keys.join("|")})`)
  return (text) => {
    const parts = text.split(anyKey)
    return {
      constants: parts.filter((_, i) => i % 2 === 0),
      holes: parts.filter((_, i) => i % 2 === 1).map((key) => keys.indexOf(key))
    }
  }
}

const textOf = ({ constants, holes }: Spliced, keys: ReadonlyArray<string>): string =>
  constants.map((constant, i) => constant + (keys[holes[i] ?? -1] ?? "")).join("")

/** Neighbours as one, so that fewer and longer stretches are copied. */
const join = (parts: ReadonlyArray<Spliced>): Spliced => {
  const constants = [""]
  const holes: Array<number> = []
  parts.forEach((part, i) => {
    const [first = "", ...more] = part.constants
    constants.push(`${constants.pop() ?? ""}${i === 0 ? "" : ","}${first}`, ...more)
    holes.push(...part.holes)
  })
  return { constants, holes }
}

const pieceOf = ({ constants, holes }: Spliced): Piece => ({
  constants: constants.map((constant) => Buffer.from(constant, "utf8")),
  holes
})

const indexes = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, index) => index)

/** The operations of a group as plain encoding makes them. */
const encoded = (pattern: BatchPattern, naming: ResourceNaming, records: ReadonlyArray<RecordId>) =>
  pattern.operationsOf(records).map((operation) => ({
    op: operation.op,
    resource: operation.resource,
    text: encodeOperation(operation, naming)
  }))

/**
 * Calls the pattern's function once for each variant of each record of a group.
 *
 * @returns the segments of a group and what it asks for, or why there is no template
 */
const derive = (pattern: BatchPattern, naming: ResourceNaming) => {
  const positions = indexes(pattern.recordsPerGroup)
  const records = positions.map((position) => recordsOf(pattern, probed, position))
  const first = records.flatMap((variants) => variants.slice(0, 1))
  if (!Number.isInteger(pattern.groups)) return Either.left(`${pattern.groups} is no number of groups`)
  const operations = encoded(pattern, naming, first).map(({ op, resource }): Sent => ({ op, resource }))
  if (operations.length === 0) return Either.left("it makes no operations")

  /** What the operations of a group are when the record at one position has one variant and the others the first. */
  const spliced = records.map((variants, position) =>
    variants.map((record) => {
      const group = first.map((other, at) => (at === position ? record : other))
      const splice = splicer(group)
      return encoded(pattern, naming, group).map(({ text }) => splice(text))
    })
  )
  const keys = positions.map((position) => `<${position}>`)
  const variesWith = (operation: number, position: number): boolean => {
    const texts = spliced[position]?.map((group) => {
      const part = group[operation]
      return part === undefined ? "" : textOf(part, keys)
    })
    return new Set(texts).size > 1
  }

  const runs: Array<{ record: number | undefined; readonly operations: Array<number> }> = []
  for (const operation of operations.keys()) {
    const [record, another] = positions.filter((position) => variesWith(operation, position))
    if (another !== undefined) return Either.left(`operation ${operation} varies with more than one record`)
    const run = runs.at(-1)
    if (run === undefined || (record !== undefined && run.record !== undefined && run.record !== record)) {
      runs.push({ record, operations: [operation] })
    } else {
      run.record ??= record
      run.operations.push(operation)
    }
  }
  const segments = runs.map(({ operations, record = 0 }) => ({
    record,
    variants: indexes(variantCount).map((variant) =>
      join(operations.flatMap((operation) => spliced[record]?.[variant]?.[operation] ?? []))
    )
  }))
  return Either.right({ operations, segments })
}

type Derived = Either.Either.Right<ReturnType<typeof derive>>

/** In the comparison number `turn` the record at a position has this variant: over all turns it has each of them. */
const variantAt = (turn: number, position: number): number => (turn + position * 457) % variantCount

/** Whether the derived template makes what the function makes, for other records of every variant. */
const agrees = (
  pattern: BatchPattern,
  naming: ResourceNaming,
  range: Range,
  { operations, segments }: Derived
): boolean => {
  const others = indexes(pattern.recordsPerGroup).map((position) => recordsOf(pattern, range, position))
  return indexes(variantCount).every((turn) => {
    const group = others.flatMap((records, position) => records[variantAt(turn, position)] ?? [])
    const keys = group.map(recordKey)
    const plain = encoded(pattern, naming, group)
    const made = segments.map(({ record, variants }) => {
      const part = variants[variantAt(turn, record)]
      return part === undefined ? "" : textOf(part, keys)
    })
    return (
      plain.map(({ op }) => op).join() === operations.map(({ op }) => op).join() &&
      plain.map(({ text }) => text).join() === made.join()
    )
  })
}

/** The bytes of the variants; those that are equal are kept once. */
const piecesOf = (variants: ReadonlyArray<Spliced>): ReadonlyArray<Piece> => {
  const known = new Map<string, Piece>()
  return variants.map((variant) => {
    const identity = JSON.stringify(variant)
    const piece = known.get(identity) ?? pieceOf(variant)
    known.set(identity, piece)
    return piece
  })
}

const maxBytesOf = ({ pieces }: Segment): number =>
  Math.max(
    ...pieces.map(
      ({ constants, holes }) =>
        constants.reduce((sum, { byteLength }) => sum + byteLength, 0) + holes.length * maxKeyBytes
    )
  )

const nothing = Buffer.alloc(0)
const comma = 0x2c
const [open, close] = [0x5b, 0x5d]

/**
 * Derives the template of a pattern, which takes about a hundred milliseconds per record of a group.
 *
 * @returns the template, or why there is none: encode the plain operations of each batch then
 */
export const compileTemplate = (
  pattern: BatchPattern,
  naming: ResourceNaming
): Either.Either<BatchTemplate, string> =>
  Either.flatMap(derive(pattern, naming), (derived) => {
    if (!compared.every((range) => agrees(pattern, naming, range, derived))) {
      return Either.left("its operations hold more of a record than its key and what its variant decides")
    }
    const { groups, recordsPerGroup, seed } = pattern
    const segments: ReadonlyArray<Segment> = derived.segments.map(({ record, variants }) => ({
      record,
      pieces: piecesOf(variants)
    }))
    const suffixes = indexes(groups * recordsPerGroup).map((index) => Buffer.from(recordKeySuffix(index)))
    const prefix = Buffer.alloc(maxKeyBytes)

    const write: BatchTemplate["write"] = ({ iteration, user }, target) => {
      const prefixLength = prefix.write(recordKeyPrefix({ seed, user, iteration }), "latin1")
      let to = 0
      for (let group = 0; group < groups; group++) {
        const first = group * recordsPerGroup
        for (const { pieces, record } of segments) {
          target[to] = to === 0 ? open : comma
          to++
          const piece = pieces[variantOf({ seed, user, iteration, index: first + record })]
          if (piece === undefined) continue
          const { constants, holes } = piece
          for (let i = 0; i < constants.length; i++) {
            to += constants[i]?.copy(target, to) ?? 0
            const hole = holes[i]
            if (hole === undefined) break
            for (let k = 0; k < prefixLength; k++) target[to++] = prefix[k] ?? 0
            const suffix = suffixes[first + hole] ?? nothing
            for (let k = 0; k < suffix.length; k++) target[to++] = suffix[k] ?? 0
          }
        }
      }
      target[to++] = close
      return to
    }
    return Either.right({
      operations: indexes(groups).flatMap(() => derived.operations),
      maxBytes: 2 + groups * segments.reduce((sum, segment) => sum + 1 + maxBytesOf(segment), 0),
      write
    })
  })
