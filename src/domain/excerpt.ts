/** Makes texts from other programs (servers, files) safe to keep and show, as soon as they are read. */

const defaultLength = 300

/**
 * Characters that a terminal, a spreadsheet or a page obeys instead of showing them: control characters, lone halves
 * of a surrogate pair, marks that change the direction of a line, line separators and the byte order mark.
 */
const obeyed = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\uFEFF]/gu

const shown = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`

/**
 * A text of another party as we keep and show it: white space folded, control characters shown as `\u001B`, and cut.
 *
 * @param text already redacted, because half a secret could not be found after the cut
 * @param maxLength in UTF-16 code units, > 0; a cut text ends with `...`, which is not counted
 * @example excerpt("two\n lines\x1b[2J") // "two lines\u001B[2J", with a backslash in place of the escape character
 */
export const excerpt = (text: string, maxLength = defaultLength): string => {
  // Reads only as much as needed: a text may be megabytes of blanks.
  const line = text
    .slice(0, 40 * maxLength)
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll(obeyed, shown)
  if (line.length <= maxLength) return line
  return `${line.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, "")}...`
}
