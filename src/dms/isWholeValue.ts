/** Recognizes whole values in a text, as opposed to parts of a word, a number or an address. */

/** Patterns before and after a whole value. */
const surroundings: ReadonlyArray<readonly [before: RegExp, after: RegExp]> = [
  // The whole text.
  [/(?<=^\s{0,4})/y, /\s{0,4}$/y],
  // In quotes; the closing one may be cut off.
  [/(?<=")/y, /"|$/y],
  [/(?<=')/y, /'|$/y],
  [/(?<=`)/y, /`|$/y],
  // A JSON value that is not a string.
  [/(?<=["']\s{0,4}:\s{0,4})/y, /\s{0,4}(?:[,}\]]|$)/y],
  // `name=value`, also in a URL.
  [/(?<==\s{0,4})/y, /[\s"'`,;&<}\])]|$/y],
  // The content of an element.
  [/(?<=>)/y, /</y]
]

const matchesAt = (pattern: RegExp, text: string, index: number): boolean => {
  pattern.lastIndex = index
  return pattern.test(text)
}

export const isWholeValue = (
  text: string,
  { end, start }: { readonly start: number; readonly end: number }
): boolean =>
  surroundings.some(([before, after]) => matchesAt(before, text, start) && matchesAt(after, text, end))
