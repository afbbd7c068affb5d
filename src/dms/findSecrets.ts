/** Finds where secrets occur in a text, in any form. */
import { isShort, type SecretForms } from "./secretForms.ts"
import { standsAlone } from "./standsAlone.ts"
import { unescapesOf } from "./unescape.ts"
import { replaceIn, type View, viewOf } from "./View.ts"

/** Code units of a text: from `start` to before `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Finds a secret in a text. */
type Find = (secret: SecretForms) => ReadonlyArray<Range>

/** Where any of the forms occurs in a text; the search for a form continues behind each match. */
const places = (text: string, forms: ReadonlyArray<string>): ReadonlyArray<Range> => {
  const found: Array<Range> = []
  for (const form of forms) {
    for (let start = text.indexOf(form); start !== -1;) {
      const end = start + form.length
      found.push({ start, end })
      start = text.indexOf(form, end)
    }
  }
  return found
}

/** A short form that is not a whole value is part of a word. */
const onlyAlone = (text: string, ranges: ReadonlyArray<Range>, short: boolean): ReadonlyArray<Range> =>
  short ? ranges.filter((range) => standsAlone(text, range)) : ranges

/** A blank may be a plus sign in forms and a no-break space in HTML; all three are equal here. */
const foldBlanks = (text: string): string => text.replaceAll(/[+\u00a0]/g, " ")

const findPlain = (text: string): Find => {
  const blanks = foldBlanks(text)
  return ({ isShort, plain }) => onlyAlone(text, places(blanks, plain.map(foldBlanks)), isShort)
}

const foldHex = (text: string): string => text.replaceAll(/[A-F]+/g, (digits) => digits.toLowerCase())

const findHex = (text: string): Find => {
  const digits = foldHex(text)
  return ({ hex, isShort }) => onlyAlone(text, places(digits, hex), isShort)
}

const isBase64 = (text: string, index: number): boolean => /^[A-Za-z0-9+/]$/.test(text.charAt(index))

/** One more character on both sides, which encodes a part of the secret, and the padding. */
const widen = (text: string, { end, start }: Range): Range => {
  const from = isBase64(text, start - 1) ? start - 1 : start
  let to = isBase64(text, end) ? end + 1 : end
  for (let padding = 0; padding < 2 && text.charAt(to) === "="; padding++) to++
  return { start: from, end: to }
}

const findBase64 = (text: string): Find => {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/")
  return ({ base64, isShort }) => {
    const found = places(standard, base64).map((range) => widen(standard, range))
    return onlyAlone(text, found, isShort)
  }
}

const numbers = /(?<!\w|\d\.)\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w|\.\d)/gi

/** Numbers equal to the secret: without its leading zeros, or with an exponent. */
const findNumber =
  (text: string): Find =>
  ({ number }) => {
    if (number === undefined) return []
    const found = [...text.matchAll(numbers)]
      .filter(([digits]) => Number(digits) === Math.abs(number))
      .map(({ 0: digits, index }) => ({ start: index, end: index + digits.length }))
    return onlyAlone(text, found, isShort(String(number)))
  }

/** Between the lines of base64. */
const lineBreaks = /(?<=[\w+/-])[\t ]*\r?\n[\t ]*(?=[\w+/=-])/g

/** Between the bytes of hex: `61-62`, `61:62`, `61 62`, `0x61, 0x62`. */
const betweenBytes = /(?<=[0-9a-f]{2})(?:[-:,\s]|[,;\s]{0,3}0x|,\s)(?=[0-9a-f]{2})/gi

const none = () => ""

/** How many layers of escapes are undone: JSON within JSON within an HTML page has three. */
const maxEscapes = 3

/** The texts to search: the text itself, and with its escapes undone. */
const viewsOf = (text: string): ReadonlyArray<View> => {
  const whole = viewOf(text)
  const views = [whole]
  for (const unescape of unescapesOf(text)) {
    let view = unescape(whole)
    for (let undone = 1; view !== undefined && undone <= maxEscapes; undone++) {
      views.push(view)
      view = unescape(view)
    }
  }
  return views
}

/** All occurrences of the secrets in a text, also in escaped parts. */
export const findSecrets = (text: string, secrets: ReadonlyArray<SecretForms>): ReadonlyArray<Range> => {
  const found: Array<Range> = []
  const possible = secrets.filter(({ minTextLength }) => minTextLength <= text.length)
  if (possible.length === 0) return found
  const look = (view: View | undefined, ...finders: ReadonlyArray<(text: string) => Find>) => {
    if (view === undefined) return
    for (const finder of finders) {
      for (const { end, start } of possible.flatMap(finder(view.text)))
        found.push({ start: view.from(start), end: view.to(end - 1) })
    }
  }
  for (const view of viewsOf(text)) {
    look(view, findPlain, findHex, findBase64, findNumber)
    if (view.text.includes("\n")) look(replaceIn(view, lineBreaks, none), findBase64)
    look(replaceIn(view, betweenBytes, none), findHex)
  }
  return found
}
