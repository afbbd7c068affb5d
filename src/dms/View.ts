/** Texts derived from another text: each character knows its position in the original. */

/** Character `i` stands for the code units of the original from `from(i)` to before `to(i)`. */
export interface View {
  readonly text: string
  readonly from: (index: number) => number
  readonly to: (index: number) => number
}

export const viewOf = (text: string): View => ({ text, from: (index) => index, to: (index) => index + 1 })

/** A part of a view that begins at `at`, and the part of the original that it stands for. */
interface Piece {
  readonly at: number
  readonly start: number
  readonly end: number
  /** The part is unchanged; otherwise each of its characters stands for the whole part of the original. */
  readonly isKept: boolean
}

/** The piece that contains a character: the last one that begins at it or before it. */
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
 * A view in which the matches of a pattern are replaced.
 *
 * @param pattern global
 * @param replace returns `undefined` to keep a match
 * @returns `undefined` if nothing was replaced
 */
export const replaceIn = (
  view: View,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => string | undefined
): View | undefined => {
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
    add(view.text.slice(begin, start), begin, true)
  }
  for (const match of view.text.matchAll(pattern)) {
    const part = replace(match)
    if (part === undefined) continue
    keepUpTo(match.index)
    end = match.index + match[0].length
    add(part, match.index, false)
  }
  if (end === 0) return undefined
  keepUpTo(view.text.length)
  const placeOf = (index: number): { readonly first: number; readonly last: number } => {
    const { at, end, isKept, start } = pieceAt(pieces, index) ?? { at: 0, start: 0, end: 1, isKept: true }
    const same = start + index - at
    return isKept ? { first: same, last: same } : { first: start, last: end - 1 }
  }
  return {
    text,
    from: (index) => view.from(placeOf(index).first),
    to: (index) => view.to(placeOf(index).last)
  }
}
