/** Texts derived from another text, with the position of each character in the original. */

/** Character `i` represents the code units of the original from `from(i)` up to, but not including, `to(i)`. */
export interface MappedText {
  readonly text: string
  readonly from: (index: number) => number
  readonly to: (index: number) => number
}

export const mappedText = (text: string): MappedText => ({
  text,
  from: (index) => index,
  to: (index) => index + 1
})

/** A part of a derived text that begins at `at`, and the part of the original that it represents. */
interface Piece {
  readonly at: number
  readonly start: number
  readonly end: number
  /** The part is unchanged; otherwise each of its characters represents the whole part of the original. */
  readonly isKept: boolean
}

/** The piece that contains a character. */
const pieceAt = (pieces: ReadonlyArray<Piece>, index: number): Piece | undefined => {
  let low = 0
  let high = pieces.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((pieces[middle]?.at ?? 0) <= index) low = middle
    else high = middle
  }
  return pieces[low]
}

/**
 * Replaces the matches of a pattern.
 *
 * @param pattern global
 * @param replace returns `undefined` to keep a match
 * @returns `undefined` if nothing was replaced
 */
export const replaceMatches = (
  source: MappedText,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => string | undefined
): MappedText | undefined => {
  const pieces: Array<Piece> = []
  let text = ""
  let end = 0
  const add = (part: string, start: number, isKept: boolean) => {
    if (part !== "") pieces.push({ at: text.length, start, end, isKept })
    text += part
  }
  const keepUpTo = (start: number) => {
    const begin = end
    end = start
    add(source.text.slice(begin, start), begin, true)
  }
  for (const match of source.text.matchAll(pattern)) {
    const part = replace(match)
    if (part === undefined) continue
    keepUpTo(match.index)
    end = match.index + match[0].length
    add(part, match.index, false)
  }
  if (end === 0) return undefined
  keepUpTo(source.text.length)
  const placeOf = (index: number): { readonly first: number; readonly last: number } => {
    const { at, end, isKept, start } = pieceAt(pieces, index) ?? { at: 0, start: 0, end: 1, isKept: true }
    const same = start + index - at
    return isKept ? { first: same, last: same } : { first: start, last: end - 1 }
  }
  return {
    text,
    from: (index) => source.from(placeOf(index).first),
    to: (index) => source.to(placeOf(index).last)
  }
}
