/** Finds where secrets occur in a text, in any form. */
import { isShort, type SecretForms } from "./secretForms.ts"
import { isWholeValue } from "./isWholeValue.ts"
import { unescapesOf } from "./unescape.ts"
import { replaceMatches, type MappedText, mappedText } from "./MappedText.ts"

/** Code units of a text: from `start` to before `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Finds a secret in a text. */
type Find = (secret: SecretForms) => ReadonlyArray<Range>

/** All occurrences of the forms in a text; those of the same form do not overlap. */
const occurrencesOf = (text: string, forms: ReadonlyArray<string>): ReadonlyArray<Range> => {
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

/** For a short form, removes matches that are not whole values. */
const onlyWholeValues = (text: string, ranges: ReadonlyArray<Range>, short: boolean): ReadonlyArray<Range> =>
  short ? ranges.filter((range) => isWholeValue(text, range)) : ranges

/** A space may be a plus sign in forms and a no-break space in HTML; makes all three equal. */
const foldSpaces = (text: string): string => text.replaceAll(/[+\u00a0]/g, " ")

const findPlain = (text: string): Find => {
  const blanks = foldSpaces(text)
  return ({ isShort, plain }) => onlyWholeValues(text, occurrencesOf(blanks, plain.map(foldSpaces)), isShort)
}

const foldHex = (text: string): string => text.replaceAll(/[A-F]+/g, (digits) => digits.toLowerCase())

const findHex = (text: string): Find => {
  const digits = foldHex(text)
  return ({ hex, isShort }) => onlyWholeValues(text, occurrencesOf(digits, hex), isShort)
}

const isBase64 = (text: string, index: number): boolean => /^[A-Za-z0-9+/]$/.test(text.charAt(index))

/** Adds one character on both sides, which encodes a part of the secret, and the padding. */
const widen = (text: string, { end, start }: Range): Range => {
  const from = isBase64(text, start - 1) ? start - 1 : start
  let to = isBase64(text, end) ? end + 1 : end
  for (let padding = 0; padding < 2 && text.charAt(to) === "="; padding++) to++
  return { start: from, end: to }
}

const findBase64 = (text: string): Find => {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/")
  return ({ base64, isShort }) => {
    const found = occurrencesOf(standard, base64).map((range) => widen(standard, range))
    return onlyWholeValues(text, found, isShort)
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
    return onlyWholeValues(text, found, isShort(String(number)))
  }

/** Line breaks within base64. */
const lineBreaks = /(?<=[\w+/-])[\t ]*\r?\n[\t ]*(?=[\w+/=-])/g

/** Separators of hex bytes: `61-62`, `61:62`, `61 62`, `0x61, 0x62`. */
const betweenBytes = /(?<=[0-9a-f]{2})(?:[-:,\s]|[,;\s]{0,3}0x|,\s)(?=[0-9a-f]{2})/gi

const none = () => ""

/** Maximum number of nested escapes to undo: JSON within JSON within an HTML page has three. */
const maxEscapes = 3

/** The texts to search: the text itself, and the text without its escapes. */
const searchedTextsOf = (text: string): ReadonlyArray<MappedText> => {
  const whole = mappedText(text)
  const texts = [whole]
  for (const unescape of unescapesOf(text)) {
    let derivedText = unescape(whole)
    for (let undone = 1; derivedText !== undefined && undone <= maxEscapes; undone++) {
      texts.push(derivedText)
      derivedText = unescape(derivedText)
    }
  }
  return texts
}

/** All occurrences of the secrets in a text, including escaped and encoded ones. */
export const findSecrets = (text: string, secrets: ReadonlyArray<SecretForms>): ReadonlyArray<Range> => {
  const found: Array<Range> = []
  const possible = secrets.filter(({ minTextLength }) => minTextLength <= text.length)
  if (possible.length === 0) return found
  const search = (derivedText: MappedText | undefined, ...finders: ReadonlyArray<(text: string) => Find>) => {
    if (derivedText === undefined) return
    for (const finder of finders) {
      for (const { end, start } of possible.flatMap(finder(derivedText.text)))
        found.push({ start: derivedText.from(start), end: derivedText.to(end - 1) })
    }
  }
  for (const derivedText of searchedTextsOf(text)) {
    search(derivedText, findPlain, findHex, findBase64, findNumber)
    if (derivedText.text.includes("\n")) search(replaceMatches(derivedText, lineBreaks, none), findBase64)
    search(replaceMatches(derivedText, betweenBytes, none), findHex)
  }
  return found
}
