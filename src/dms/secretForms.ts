/** The forms in which a text may hold a secret, and where in a text they are. */
import { unescape, type View, viewOf } from "./unescape.ts"

/** Code units of a text: from `start` to before `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A secret, and what is looked for in texts because of it. */
export interface SecretForms {
  readonly text: string
  /** Found as they are, or with escapes. */
  readonly plain: ReadonlyArray<string>
  /** Lower case. */
  readonly hex: string
  /** The standard alphabet, without padding. */
  readonly base64: ReadonlyArray<string>
  /** So short that it is a part of ordinary words; it counts only where it stands alone. */
  readonly isShort: boolean
}

/** Three characters and fewer are in many words: a secret `s` must not blot out every `s` of a sentence. */
const minLength = 4

/** A blank may be a plus sign in forms; both count as the same. */
const foldBlanks = (text: string): string => text.replaceAll("+", " ")
const foldAlphabets = (text: string): string => text.replaceAll("-", "+").replaceAll("_", "/")
const foldHex = (text: string): string => text.replaceAll(/[A-F]+/g, (digits) => digits.toLowerCase())

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "")

/**
 * What base64 of a longer text has of these bytes, which may begin at each of three places of a group. The characters
 * at both ends depend on the neighbours as well and are left out.
 */
const insideBase64 = (bytes: Uint8Array): ReadonlyArray<string> =>
  [0, 1, 2].map((offset) => {
    const whole = toBase64(Buffer.concat([Buffer.alloc(offset), bytes]))
    return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })

/** @param text not empty */
export const formsOf = (text: string): SecretForms => {
  const isShort = text.length < minLength
  const bytes = Buffer.from(text, "utf8")
  const unescaped = unescape(viewOf(text))?.text
  return {
    text,
    plain: [text, ...(unescaped === undefined || unescaped === "" ? [] : [unescaped])],
    hex: bytes.toString("hex"),
    base64: isShort ? [toBase64(bytes)] : insideBase64(bytes),
    isShort
  }
}

/** Where a needle is in a text; the next is looked for behind it. */
const places = (text: string, needle: string): ReadonlyArray<Range> => {
  const found: Array<Range> = []
  for (let start = text.indexOf(needle); start !== -1;) {
    const end = start + needle.length
    found.push({ start, end })
    start = text.indexOf(needle, end)
  }
  return found
}

const isBase64 = (text: string, index: number): boolean => /^[A-Za-z0-9+/]$/.test(text.charAt(index))

/** One character more on both sides, which holds a part of the secret, and the padding. */
const widen = (text: string, { end, start }: Range): Range => {
  const from = isBase64(text, start - 1) ? start - 1 : start
  let to = isBase64(text, end) ? end + 1 : end
  for (let padding = 0; padding < 2 && text.charAt(to) === "="; padding++) to++
  return { start: from, end: to }
}

/** Whether a short secret is a whole value: all of a text, in quotes, or what a `=`, a `:` or a `>` leads to. */
const standsAlone = (text: string, { end, start }: Range): boolean => {
  const before = text.slice(0, start).trimEnd()
  const after = text.slice(end).trimStart()
  return (before === "" || /["'`=:>]$/.test(before)) && (after === "" || /^["'`,;&<}\]]/.test(after))
}

/** A text in the spellings in which forms are looked for; they are all of its length. */
const spellingsOf = (text: string) => ({
  text,
  blanks: foldBlanks(text),
  digits: foldHex(text),
  alphabets: foldAlphabets(text)
})

const findIn = (
  { alphabets, blanks, digits, text }: ReturnType<typeof spellingsOf>,
  { base64, hex, isShort, plain }: SecretForms
): ReadonlyArray<Range> => {
  const found = [
    ...plain.flatMap((form) => places(blanks, foldBlanks(form))),
    ...places(digits, hex),
    ...base64.flatMap((form) => places(alphabets, form).map((range) => widen(alphabets, range)))
  ]
  return isShort ? found.filter((range) => standsAlone(text, range)) : found
}

/** How often escapes are undone: what was JSON, was put into JSON and then into a page has three. */
const maxEscapes = 3

/** All places of some secrets in a text, also where it is escaped. */
export const findSecrets = (whole: string, secrets: ReadonlyArray<SecretForms>): ReadonlyArray<Range> => {
  const found: Array<Range> = []
  let view: View | undefined = viewOf(whole)
  for (let undone = 0; view !== undefined && undone <= maxEscapes; undone++) {
    const { from, text, to } = view
    const spellings = spellingsOf(text)
    for (const secret of secrets) {
      for (const { end, start } of findIn(spellings, secret))
        found.push({ start: from(start), end: to(end - 1) })
    }
    view = unescape(view)
  }
  return found
}
