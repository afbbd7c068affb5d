/**
 * Derives from a pattern's `operationsOf` the texts that a batch template copies. The function is called with records
 * whose keys are known, and these keys are located in the encoded text. The result is verified against other records
 * of the same variants: a function whose documents depend on more than key and variant of a record is rejected.
 */
import * as Either from "effect/Either"
import type { BatchPattern } from "../domain/BatchPattern.ts"
import { type RecordId, recordKey, variantCount, variantOf } from "../domain/RecordId.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { SentOperation } from "./decode.ts"
import { encodeOperation } from "./encode.ts"

/** A text with record keys in it: `constants[0] key constants[1] key ... constants[n]`. */
export interface KeyedText {
  readonly constants: ReadonlyArray<string>
  /** The records whose keys separate the constants, by position in the group. */
  readonly keys: ReadonlyArray<number>
}

/** Adjacent operations that vary with the same record of the group, and their text for each variant of it. */
export interface TextSegment {
  /** Position in the group. */
  readonly record: number
  readonly variants: ReadonlyArray<KeyedText>
}

export interface DerivedGroup {
  readonly operations: ReadonlyArray<SentOperation>
  readonly segments: ReadonlyArray<TextSegment>
}

/** Users and iterations from which records are taken. */
interface RecordRange {
  readonly userOf: (turn: number) => number
  readonly firstIteration: number
}

/** The keys of this user do not occur in a document by chance. */
const probeRange: RecordRange = { userOf: () => 987_654_321, firstIteration: 1_000_000 }

/**
 * Records from the start of a run and from late in a large one: a function that depends on user or iteration returns
 * different documents for them.
 */
const verifiedRanges: ReadonlyArray<RecordRange> = [
  { userOf: (turn) => turn % 16, firstIteration: 0 },
  { userOf: (turn) => 1000 + ((turn * 7919) % 100_000), firstIteration: 50_000_000 }
]

const indexes = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, index) => index)

/** One record of each variant, in the order of variants, for a position in the group; positions differ in iteration. */
const recordsOf = (
  { groups, recordsPerGroup, seed }: BatchPattern,
  range: RecordRange,
  position: number
): ReadonlyArray<RecordId> => {
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

/** Splits texts at the keys of these records. */
const keySplitter = (records: ReadonlyArray<RecordId>): ((text: string) => KeyedText) => {
  const keys = records.map(recordKey)
  const anyKey = new RegExp(`(${keys.join("|")})`)
  return (text) => {
    const parts = text.split(anyKey)
    return {
      constants: parts.filter((_, i) => i % 2 === 0),
      keys: parts.filter((_, i) => i % 2 === 1).map((key) => keys.indexOf(key))
    }
  }
}

const insertKeys = (text: KeyedText, keys: ReadonlyArray<string>): string =>
  text.constants.map((constant, i) => constant + (keys[text.keys[i] ?? -1] ?? "")).join("")

/** Joins texts with commas, so that a batch is copied in fewer and longer parts. */
const concatenate = (texts: ReadonlyArray<KeyedText>): KeyedText => {
  const constants = [""]
  const keys: Array<number> = []
  texts.forEach((text, i) => {
    const [first = "", ...more] = text.constants
    constants.push(`${constants.pop() ?? ""}${i === 0 ? "" : ","}${first}`, ...more)
    keys.push(...text.keys)
  })
  return { constants, keys }
}

/** The operations of a group, encoded one by one. */
const encodeGroup = (pattern: BatchPattern, naming: ResourceNaming, records: ReadonlyArray<RecordId>) =>
  pattern.operationsOf(records).map((operation) => ({
    op: operation.op,
    resource: operation.resource,
    text: encodeOperation(operation, naming)
  }))

/** `[position][variant][operation]`: a group whose record at `position` has `variant`, and the others the first. */
type GroupTexts = ReadonlyArray<ReadonlyArray<ReadonlyArray<KeyedText>>>

/** Whether the text of an operation depends on the variant of the record at a position. */
const variesWith = (texts: GroupTexts, operation: number, position: number): boolean => {
  const keys = indexes(texts.length).map((each) => `<${each}>`)
  const variants = texts[position]?.map((group) => {
    const text = group[operation]
    return text === undefined ? "" : insertKeys(text, keys)
  })
  return new Set(variants).size > 1
}

/**
 * Groups adjacent operations by the record with which they vary; operations that vary with none join their neighbours.
 *
 * @returns the segments, or which operation varies with several records
 */
const segmentsOf = (
  texts: GroupTexts,
  operationCount: number
): Either.Either<ReadonlyArray<TextSegment>, string> => {
  const runs: Array<{ record: number | undefined; readonly operations: Array<number> }> = []
  for (const operation of indexes(operationCount)) {
    const [record, another] = [...texts.keys()].filter((position) => variesWith(texts, operation, position))
    if (another !== undefined) return Either.left(`operation ${operation} varies with more than one record`)
    const run = runs.at(-1)
    if (run === undefined || (record !== undefined && run.record !== undefined && run.record !== record)) {
      runs.push({ record, operations: [operation] })
    } else {
      run.record ??= record
      run.operations.push(operation)
    }
  }
  return Either.right(
    runs.map(({ operations, record = 0 }) => ({
      record,
      variants: indexes(variantCount).map((variant) =>
        concatenate(operations.flatMap((operation) => texts[record]?.[variant]?.[operation] ?? []))
      )
    }))
  )
}

/** Calls `operationsOf` once for each variant of each record of a group. */
const derive = (pattern: BatchPattern, naming: ResourceNaming): Either.Either<DerivedGroup, string> => {
  const records = indexes(pattern.recordsPerGroup).map((position) => recordsOf(pattern, probeRange, position))
  const first = records.flatMap((variants) => variants.slice(0, 1))
  const operations = encodeGroup(pattern, naming, first).map(({ op, resource }) => ({ op, resource }))
  if (operations.length === 0) return Either.left("it has no operations")
  const texts = records.map((variants, position) =>
    variants.map((record) => {
      const group = first.map((other, at) => (at === position ? record : other))
      const split = keySplitter(group)
      return encodeGroup(pattern, naming, group).map(({ text }) => split(text))
    })
  )
  return Either.map(segmentsOf(texts, operations.length), (segments) => ({ operations, segments }))
}

/** The variant of the record at a position in verification `turn`; over all turns each record has every variant. */
const variantAt = (turn: number, position: number): number => (turn + position * 457) % variantCount

/** Whether the segments reproduce what `operationsOf` returns for other records of every variant. */
const reproduces = (
  pattern: BatchPattern,
  naming: ResourceNaming,
  range: RecordRange,
  { operations, segments }: DerivedGroup
): boolean => {
  const records = indexes(pattern.recordsPerGroup).map((position) => recordsOf(pattern, range, position))
  return indexes(variantCount).every((turn) => {
    const group = records.flatMap((variants, position) => variants[variantAt(turn, position)] ?? [])
    const keys = group.map(recordKey)
    const encoded = encodeGroup(pattern, naming, group)
    const inserted = segments.map(({ record, variants }) => {
      const text = variants[variantAt(turn, record)]
      return text === undefined ? "" : insertKeys(text, keys)
    })
    return (
      encoded.map(({ op }) => op).join() === operations.map(({ op }) => op).join() &&
      encoded.map(({ text }) => text).join() === inserted.join()
    )
  })
}

/** @returns the operations and segments of one group, or why there are none */
export const deriveSegments = (
  pattern: BatchPattern,
  naming: ResourceNaming
): Either.Either<DerivedGroup, string> => {
  if (!Number.isInteger(pattern.groups)) return Either.left(`${pattern.groups} is not a number of groups`)
  return Either.filterOrLeft(
    derive(pattern, naming),
    (derived) => verifiedRanges.every((range) => reproduces(pattern, naming, range, derived)),
    () => "its operations depend on more of a record than its key and its variant"
  )
}
