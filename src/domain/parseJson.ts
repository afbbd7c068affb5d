/**
 * JSON texts of other parties, with a limited depth, so that recursive code on their values cannot overflow the stack.
 */
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** The default limit of `System.Text.Json`, which a DMS reads and writes JSON with. */
export const maxJsonDepth = 64

const quote = 0x22
const backslash = 0x5c
const isOpening = (code: number): boolean => code === 0x5b || code === 0x7b
const isClosing = (code: number): boolean => code === 0x5d || code === 0x7d

/** The end of the string that begins at a quote; the end of the text if it is not closed. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}

/** Whether arrays and objects are nested more than `maxDepth` deep; brackets in strings do not count. */
const isDeeperThan = (text: string, maxDepth: number): boolean => {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (isOpening(code)) {
      if (++depth > maxDepth) return true
    } else if (isClosing(code)) depth--
  }
  return false
}

/**
 * The value of a JSON text of any depth; `undefined` for invalid JSON. `JSON.parse` accepts any depth, but recursive
 * code on its result may overflow the stack: only for a short text of which a few members are read.
 */
export const parseJsonOfAnyDepth = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The value of a JSON text; `undefined` if it is invalid or nested more than 64 deep. */
export const parseJson = (text: string): unknown =>
  isDeeperThan(text, maxJsonDepth) ? undefined : parseJsonOfAnyDepth(text)

/** A JSON text that `parseJson` reads. */
const JsonText = Schema.transformOrFail(Schema.String, Schema.Unknown, {
  strict: true,
  decode: (text, _, ast) => {
    const value = parseJson(text)
    return value === undefined
      ? ParseResult.fail(
          new ParseResult.Type(ast, text, `is not JSON, or nested more than ${maxJsonDepth} deep`)
        )
      : ParseResult.succeed(value)
  },
  encode: (value) => ParseResult.succeed(JSON.stringify(value))
})

/** `Schema.parseJson` for texts from other programs, with a maximum depth. */
export const parseJsonTo = <A, I, R>(schema: Schema.Schema<A, I, R>): Schema.Schema<A, string, R> =>
  Schema.compose(JsonText, schema, { strict: false })
