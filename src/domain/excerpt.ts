/** Texts of other parties (servers, files of other programs), made harmless in the moment in which they come in. */

const defaultLength = 300

/**
 * Characters that a terminal, a spreadsheet or a page obeys instead of showing them: control characters, lone halves
 * of a surrogate pair, marks that change the direction of a line, line separators and the byte order mark.
 */
const obeyed = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\uFEFF]/gu

const shown = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`

/**
 * A text of another party as we keep and show it: white space folded, what would act on an output shown as `\u001B`,
 * and cut.
 *
 * @param text with secrets already taken out: a half of one could not be found any more
 * @param maxLength in UTF-16 code units, > 0; what is cut off is shown as `...`, which comes on top
 * @example excerpt("two\n lines\x1b[2J") // "two lines\u001B[2J", with a backslash in place of the escape character
 */
export const excerpt = (text: string, maxLength = defaultLength): string => {
  // Looked through as far as is needed: a text may be megabytes of blanks.
  const line = text
    .slice(0, 40 * maxLength)
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll(obeyed, shown)
  if (line.length <= maxLength) return line
  return `${line.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, "")}...`
}
