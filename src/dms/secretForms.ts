/** The forms of a secret that are looked for in texts. */
import { unescape } from "./unescape.ts"
import { viewOf } from "./View.ts"

/** A secret, and what is looked for in texts because of it. */
export interface SecretForms {
  readonly text: string
  /** Found as they are, or with escapes. */
  readonly plain: ReadonlyArray<string>
  /** Lower case. */
  readonly hex: ReadonlyArray<string>
  /** The standard alphabet, without padding. */
  readonly base64: ReadonlyArray<string>
  /** Its value, where it is a number: JSON has `007` as `7`. */
  readonly number: number | undefined
  /** No text with fewer characters has any of these. */
  readonly minTextLength: number
  /** So short that it is a part of ordinary words; it counts only where it stands alone. */
  readonly isShort: boolean
}

/** One or two characters are in many words: a secret `s` must not blot out every `s` of a sentence. */
const minLength = 3

export const isShort = (text: string): boolean => text.length < minLength

const unicode = (character: string): string =>
  `\\u${character
    .charCodeAt(character.length - 1)
    .toString(16)
    .toUpperCase()
    .padStart(4, "0")}`

/** The contents of a JSON string: as JavaScript writes it, and as `System.Text.Json` does. */
const jsonOf = (text: string): ReadonlyArray<string> => {
  const json = JSON.stringify(text).slice(1, -1)
  return [json, json.replaceAll(/\\"|[^ -~]|[&'+<>`]/g, unicode)]
}

/** As JavaScript, .NET and forms write it. */
const percentOf = (text: string): ReadonlyArray<string> => {
  // Half a surrogate pair has no UTF-8.
  const encoded = encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\uFFFD"))
  return [
    encoded,
    encoded.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    new URLSearchParams({ "": text }).toString().slice(1)
  ]
}

/** What base64 and hex may be of: the secret as it is or escaped, in UTF-8, and as it is in Latin-1. */
const bytesOf = (text: string): ReadonlyArray<Buffer> => {
  const texts = [...new Set([text, ...jsonOf(text), ...percentOf(text)])]
  const isLatin1 = /[\u0080-\u00ff]/.test(text) && !/[^\0-\u00ff]/.test(text)
  return [
    ...texts.map((each) => Buffer.from(each, "utf8")),
    ...(isLatin1 ? [Buffer.from(text, "latin1")] : [])
  ]
}

const toBase64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "")

/**
 * What base64 of a longer text has of these bytes, which may begin at each of three places of a group. The characters
 * at both ends depend on the neighbours as well and are left out.
 */
const insideBase64 = (bytes: Buffer): ReadonlyArray<string> =>
  [0, 1, 2].map((offset) => {
    const whole = toBase64(Buffer.concat([Buffer.alloc(offset), bytes]))
    return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })

const numberOf = (text: string): number | undefined => {
  const value = /^\s*[+-]?[\d.]/.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

/** @param text not empty */
export const formsOf = (text: string): SecretForms => {
  const bytes = bytesOf(text)
  const unescaped = unescape(viewOf(text))?.text
  const plain = [text, ...(unescaped === undefined || unescaped === "" ? [] : [unescaped])]
  const hex = bytes.map((each) => each.toString("hex"))
  const base64 = bytes.flatMap((each) => (isShort(text) ? [toBase64(each)] : insideBase64(each)))
  const number = numberOf(text)
  const lengths = [...plain, ...hex, ...base64].map(({ length }) => length)
  return {
    text,
    plain,
    hex,
    base64,
    number,
    minTextLength: number === undefined ? Math.min(...lengths) : 1,
    isShort: isShort(text)
  }
}
