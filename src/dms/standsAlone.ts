/** Whether a part of a text is a whole value in it, and not a part of a word, a number or an address. */

/** The patterns before and behind a whole value. */
const surroundings: ReadonlyArray<readonly [before: RegExp, behind: RegExp]> = [
  // The whole text.
  [/(?<=^\s{0,4})/y, /\s{0,4}$/y],
  // In quotes, which may be cut off.
  [/(?<=")/y, /"|$/y],
  [/(?<=')/y, /'|$/y],
  [/(?<=`)/y, /`|$/y],
  // A JSON value that is not a string.
  [/(?<=["']\s{0,4}:\s{0,4})/y, /\s{0,4}(?:[,}\]]|$)/y],
  // `name=value`, also in a URL.
  [/(?<==\s{0,4})/y, /[\s"'`,;&<}\])]|$/y],
  // The whole content of an element.
  [/(?<=>)/y, /</y]
]

const matchesAt = (pattern: RegExp, text: string, index: number): boolean => {
  pattern.lastIndex = index
  return pattern.test(text)
}

export const standsAlone = (
  text: string,
  { end, start }: { readonly start: number; readonly end: number }
): boolean =>
  surroundings.some(([before, behind]) => matchesAt(before, text, start) && matchesAt(behind, text, end))
