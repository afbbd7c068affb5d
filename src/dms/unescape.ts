/** Undoes escapes of JSON, HTML and URLs. */
import { replaceMatches, type MappedText } from "./MappedText.ts"

const ascii: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
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

/** HTML's names for U+00A0 to U+00FF. */
const latin1 = `
  nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3
  acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml
  Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc
  Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml
  aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc
  otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
`

const named: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ascii),
  ...latin1
    .trim()
    .split(/\s+/)
    .map((name, i) => [name, String.fromCharCode(0xa0 + i)] as const),
  ["euro", "\u20ac"]
])

const short: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }

const character = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : "")

const utf8 = new TextDecoder()

/** Decodes UTF-8; a single byte is decoded as Latin-1. */
const bytes = (percents: string): string => {
  const decoded = Buffer.from(percents.replaceAll("%", ""), "hex")
  return decoded.length === 1 ? decoded.toString("latin1") : utf8.decode(decoded)
}

const fromJson = (escape: string): string => {
  if (escape.length > 2) return String.fromCharCode(Number.parseInt(escape.slice(2), 16))
  const letter = escape.slice(1)
  return short[letter] ?? letter
}

const fromHtml = (escape: string): string | undefined => {
  const [, hexadecimal, decimal, name = ""] = /^&(?:#x([0-9a-f]+)|#(\d+)|(\w+))/i.exec(escape) ?? []
  if (hexadecimal !== undefined) return character(Number.parseInt(hexadecimal, 16))
  if (decimal !== undefined) return character(Number(decimal))
  return named.get(name) ?? named.get(name.toLowerCase())
}

const continuationByte = "%[89ab][0-9a-f]"

/** Kinds of escapes: the first character, and the pattern. */
const kinds = {
  json: { mark: "\\", pattern: String.raw`\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["'\\/bfnrt])` },
  html: { mark: "&", pattern: String.raw`&(?:#\d{1,7};?|#x[0-9a-f]{1,6};?|[a-z]{2,6}\d{0,2};)` },
  /** A match is one character: all bytes of its UTF-8 encoding. */
  url: {
    mark: "%",
    pattern: `%(?:(?:c[2-9a-f]|d[0-9a-f])${continuationByte}|e[0-9a-f](?:${continuationByte}){2}|f[0-4](?:${continuationByte}){3}|[0-9a-f]{2})`
  }
}

const decode = ([escape]: RegExpExecArray): string | undefined => {
  if (escape.startsWith(kinds.json.mark)) return fromJson(escape)
  return escape.startsWith(kinds.html.mark) ? fromHtml(escape) : bytes(escape)
}

/** Undoes one layer of escapes; `undefined` if there are none. */
type Unescape = (text: MappedText) => MappedText | undefined

const undo = (...patterns: ReadonlyArray<string>): Unescape => {
  const pattern = new RegExp(patterns.join("|"), "gi")
  return (text) => replaceMatches(text, pattern, decode)
}

/** Undoes the escapes of JSON, HTML and URLs: `"a\u002Bb&#43;c%2Bd"` is `"a+b+c+d"`. */
export const unescape: Unescape = undo(...Object.values(kinds).map(({ pattern }) => pattern))

const latin1Byte = /%[0-9a-f]{2}/gi

/** URL escapes as Latin-1, where a byte and the one after it happen to be one character of UTF-8. */
const singleBytes: Unescape = (text) =>
  replaceMatches(text, latin1Byte, ([escape]) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)))

const ofOneKind = Object.values(kinds).map(({ mark, pattern }) => ({ mark, unescape: undo(pattern) }))

/**
 * The ways to undo the escapes of a text: all kinds together and, if several kinds seem to occur, each kind alone,
 * because `100%ab` in JSON does not contain a URL escape. URL escapes that may be UTF-8 are also read as Latin-1.
 */
export const unescapesOf = (text: string): ReadonlyArray<Unescape> => {
  const found = ofOneKind.filter(({ mark }) => text.includes(mark))
  if (found.length === 0) return []
  return [
    unescape,
    ...(found.length > 1 ? found.map(({ unescape }) => unescape) : []),
    ...(/%[c-f][0-9a-f]%[89ab]/i.test(text) ? [singleBytes] : [])
  ]
}
