/**
 * Pre-encoded batches of records that differ only in their keys, such as those generated from an API's own description:
 * the operations of one record are encoded once and cut at its keys, which are known.
 */
import * as Either from "effect/Either"
import { type BatchPattern, type KeysIn, operationsAt } from "../domain/BatchPattern.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { BatchTemplate } from "./BatchTemplate.ts"
import { copyFewBytes, makeViewOf, viewOf } from "./fewBytes.ts"
import { encodeBatch, encodeOperation } from "./encode.ts"

/** The text of a record's operations: `constants[0] key constants[1] key ... constants[n]`. */
interface CutText {
  readonly constants: ReadonlyArray<Buffer>
  /** The keys between the constants, by position in what `keysIn` returns. */
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

const [open, comma, close] = ["[", ",", "]"].map((text) => Buffer.from(text))

/** Where a key of a batch goes. */
interface Gap {
  /** Offset in the batch. */
  readonly at: number
  /** Offset in the keys of the batch, one after the other. */
  readonly from: number
  readonly length: number
}

/** The batches whose keys have certain lengths: their bytes with a gap for each key. */
interface Layout {
  /** Of the keys of all records, in order. */
  readonly lengths: ReadonlyArray<number>
  readonly bytes: Buffer
  readonly gaps: ReadonlyArray<Gap>
}

/** The lengths of keys change rarely; users whose numbers have other lengths send at the same time. */
const maxLayouts = 4

const makeLayout = ({ constants, keys }: CutText, groups: number, lengths: ReadonlyArray<number>): Layout => {
  const starts = [0]
  for (const [at, length] of lengths.entries()) starts.push((starts[at] ?? 0) + length)
  const pieces: Array<Buffer> = []
  const gaps: Array<Gap> = []
  let size = 0
  const add = (piece: Buffer | undefined): void => {
    if (piece === undefined) return
    pieces.push(piece)
    size += piece.byteLength
  }
  for (let group = 0; group < groups; group++) {
    add(group === 0 ? open : comma)
    for (const [position, constant] of constants.entries()) {
      add(constant)
      const key = keys[position]
      if (key === undefined) continue
      const at = (group * lengths.length) / groups + key
      const gap = { at: size, from: starts[at] ?? 0, length: lengths[at] ?? 0 }
      gaps.push(gap)
      add(Buffer.alloc(gap.length))
    }
  }
  add(close)
  return { lengths, bytes: Buffer.concat(pieces, size), gaps }
}

const areEqual = (some: ReadonlyArray<number>, others: ReadonlyArray<number>): boolean => {
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false
  return true
}

/** @returns the layout for keys of these lengths, which are always as many */
const rememberLayouts = (cut: CutText, groups: number): ((lengths: ReadonlyArray<number>) => Layout) => {
  let known: ReadonlyArray<Layout> = []
  return (lengths) => {
    for (const layout of known) if (areEqual(layout.lengths, lengths)) return layout
    const made = makeLayout(cut, groups, [...lengths])
    known = [made, ...known.slice(0, maxLayouts - 1)]
    return made
  }
}

/** The longest keys of a batch: those where all numbers are largest. */
const last = { user: 131_071, iteration: 67_108_863 } as const

/** Writes batches: a copy of the bytes that all have in common, in which the keys are written. */
const makeTemplate = ({ groups, seed }: BatchPattern, keysIn: KeysIn, cut: CutText) => {
  const layoutFor = rememberLayouts(cut, groups)
  const longest = keysIn({ seed, ...last })(groups - 1).map(({ length }) => length)
  const longestBatch = makeLayout(cut, groups, Array.from({ length: groups }, () => longest).flat())
  const keyBytes = Buffer.alloc(groups * longest.reduce((sum, length) => sum + length, 0))
  const keyView = viewOf(keyBytes)
  const targetView = makeViewOf()
  const lengths = Array.from({ length: groups * longest.length }, () => 0)

  const write: BatchTemplate["write"] = ({ iteration, user }, target, from) => {
    const keysAt = keysIn({ seed, user, iteration })
    let texts = ""
    let count = 0
    for (let index = 0; index < groups; index++) {
      for (const key of keysAt(index)) {
        texts += key
        lengths[count++] = key.length
      }
    }
    keyBytes.write(texts, "latin1")
    const { bytes, gaps } = layoutFor(lengths)
    target.set(bytes, from)
    const view = targetView(target)
    for (const { at, from: key, length } of gaps) copyFewBytes(keyView, key, view, from + at, length)
    return from + bytes.length
  }
  return { maxBytes: longestBatch.bytes.length, write }
}

/**
 * Derives the template of a pattern whose records differ only in what `keysIn` returns.
 *
 * @returns the template, or why the pattern has none; its batches are then encoded one by one
 */
export const compileKeyedTemplate = (
  pattern: BatchPattern,
  keysIn: KeysIn,
  naming: ResourceNaming
): Either.Either<BatchTemplate, string> => {
  const { groups, operationsOf, seed } = pattern
  const operations = operationsOf([{ seed, ...probe }])
  if (operations.length === 0) return Either.left("it has no operations")
  const text = operations.map((operation) => encodeOperation(operation, naming)).join(",")
  const cut = cutAt(text, keysIn({ seed, ...probe })(probe.index))
  const sent = operations.map(({ op, resource }) => ({ op, resource }))
  const template: BatchTemplate = {
    operations: Array.from({ length: groups }, () => sent).flat(),
    ...makeTemplate(pattern, keysIn, cut)
  }
  const target = Buffer.alloc(template.maxBytes)
  const reproduces = verified.every((at) =>
    target.subarray(0, template.write(at, target, 0)).equals(encodeBatch(operationsAt(pattern, at), naming))
  )
  return reproduces ? Either.right(template) : Either.left("its records differ in more than their keys")
}
