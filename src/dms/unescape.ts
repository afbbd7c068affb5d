/** Texts with their escapes undone, of which each character knows the place that it had. */

/** A text that was made from another one: character `i` stands for the other's code units `from[i]` to `to[i]`. */
export interface View {
  readonly text: string
  readonly from: (index: number) => number
  /** Behind the last code unit. */
  readonly to: (index: number) => number
}

export const viewOf = (text: string): View => ({ text, from: (index) => index, to: (index) => index + 1 })

const named: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  nbsp: " ",
  num: "#",
  dollar: "$",
  percnt: "%",
  plus: "+",
  quot: '"',
  equals: "=",
  sol: "/",
  bsol: "\\",
  colon: ":",
  semi: ";",
  comma: ",",
  period: ".",
  excl: "!",
  quest: "?",
  commat: "@",
  ast: "*",
  lpar: "(",
  rpar: ")",
  lsqb: "[",
  lbrack: "[",
  rsqb: "]",
  rbrack: "]",
  lcub: "{",
  lbrace: "{",
  rcub: "}",
  rbrace: "}",
  lowbar: "_",
  grave: "`",
  verbar: "|",
  vert: "|",
  Hat: "^"
}

const short: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }

const character = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : "")

const utf8 = new TextDecoder()

/** What is decoded at once: one escape, or percent escapes in a row, because their bytes make characters together. */
const escapes =
  /\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\(["'\\/bfnrt])|&#(\d{1,7});?|&#x([0-9a-f]{1,6});?|&([a-z]{2,6});|((?:%[0-9a-f]{2})+)/gi

const decodeEscape = (groups: ReadonlyArray<string | undefined>): string | undefined => {
  const [, unicode, hex, letter, decimal, hexadecimal, name, percents] = groups
  const code = unicode ?? hex
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
  if (letter !== undefined) return short[letter] ?? letter
  if (decimal !== undefined) return character(Number(decimal))
  if (hexadecimal !== undefined) return character(Number.parseInt(hexadecimal, 16))
  if (name !== undefined) return named[name] ?? named[name.toLowerCase()]
  return utf8.decode(Buffer.from((percents ?? "").replaceAll("%", ""), "hex"))
}

/**
 * Undoes the escapes of JSON, HTML and URLs, each once: `"a\u002Bb&#43;c%2Bd"` is `"a+b+c+d"`. What several escapes
 * together stand for keeps the place of all of them.
 *
 * @returns nothing where there is nothing to undo
 */
export const unescape = (view: View): View | undefined => {
  const pieces: Array<string> = []
  const from: Array<number> = []
  const to: Array<number> = []
  let end = 0
  const keep = (upTo: number) => {
    pieces.push(view.text.slice(end, upTo))
    for (let i = end; i < upTo; i++) {
      from.push(view.from(i))
      to.push(view.to(i))
    }
  }
  for (const match of view.text.matchAll(escapes)) {
    const decoded = decodeEscape(match)
    if (decoded === undefined) continue
    const start = match.index
    keep(start)
    end = start + match[0].length
    pieces.push(decoded)
    // One byte is three characters; where bytes and characters agree, each has a place of its own.
    const each = match[7] !== undefined && decoded.length * 3 === match[0].length ? 3 : undefined
    for (let i = 0; i < decoded.length; i++) {
      from.push(view.from(each === undefined ? start : start + i * each))
      to.push(view.to(each === undefined ? end - 1 : start + (i + 1) * each - 1))
    }
  }
  if (end === 0) return undefined
  keep(view.text.length)
  return {
    text: pieces.join(""),
    from: (index) => from[index] ?? 0,
    to: (index) => to[index] ?? 0
  }
}
