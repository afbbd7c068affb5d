/** The forms in which a secret may occur in a text. */
import { unescape } from "./unescape.ts"
import { mappedText } from "./MappedText.ts"

/** A secret and its searchable forms. */
export interface SecretForms {
  readonly text: string
  /** Searched in the text and in the text without escapes. */
  readonly plain: ReadonlyArray<string>
  /** Lower case. */
  readonly hex: ReadonlyArray<string>
  /** Standard alphabet, without padding. */
  readonly base64: ReadonlyArray<string>
  /** The value of a numeric secret: JSON writes `007` as `7`. */
  readonly number: number | undefined
  /** Texts shorter than this contain none of the forms. */
  readonly minTextLength: number
  /** The secret is so short that it occurs in ordinary words; it matches only as a whole value. */
  readonly isShort: boolean
}

/** Shorter secrets occur in many words: a secret `s` must not redact every `s` of a sentence. */
const minSearchLength = 3

export const isShort = (text: string): boolean => text.length < minSearchLength

const unicode = (character: string): string =>
  `\\u${character
    .charCodeAt(character.length - 1)
    .toString(16)
    .toUpperCase()
    .padStart(4, "0")}`

/** The content of a JSON string, as JavaScript and `System.Text.Json` write it. */
const jsonFormsOf = (text: string): ReadonlyArray<string> => {
  const json = JSON.stringify(text).slice(1, -1)
  return [json, json.replaceAll(/\\"|[^ -~]|[&'+<>`]/g, unicode)]
}

/** Percent-encoded, as JavaScript, .NET and HTML forms do. */
const percentFormsOf = (text: string): ReadonlyArray<string> => {
  // A lone surrogate has no UTF-8 encoding.
  const encoded = encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\uFFFD"))
  return [
    encoded,
    encoded.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    new URLSearchParams({ "": text }).toString().slice(1)
  ]
}

/** The bytes that base64 and hex may encode: the secret, plain or escaped, in UTF-8, and the plain secret in Latin-1. */
const bytesOf = (text: string): ReadonlyArray<Buffer> => {
  const texts = [...new Set([text, ...jsonFormsOf(text), ...percentFormsOf(text)])]
  const isLatin1 = /[\u0080-\u00ff]/.test(text) && !/[^\0-\u00ff]/.test(text)
  return [
    ...texts.map((each) => Buffer.from(each, "utf8")),
    ...(isLatin1 ? [Buffer.from(text, "latin1")] : [])
  ]
}

const toBase64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "")

/**
 * The base64 characters of these bytes within a longer text, for each of the three offsets in a group. The characters
 * at both ends depend on neighbouring bytes as well and are left out.
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
  const unescaped = unescape(mappedText(text))?.text
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
