/** Texts of servers as messages show them: on one line, and not for ever. */

const longest = 300

/** The first 300 characters, white space folded. */
export const excerpt = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim()
  return line.length > longest ? `${line.slice(0, longest)}...` : line
}
