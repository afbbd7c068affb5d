/** Parses JSON like System.Text.Json: at most 64 levels, and repeated members are detected. */
import * as Either from "effect/Either"
import type { Json, JsonObject } from "../domain/Json.ts"

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const isArray = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

const byteOrderMark = "\uFEFF"

/** A body without the byte order mark with which it may begin, as .NET reads it. */
export const withoutByteOrderMark = (body: string): string =>
  body.startsWith(byteOrderMark) ? body.slice(byteOrderMark.length) : body

const loneSurrogate = /\p{Surrogate}/u

/** Whether a text is one for PostgreSQL and for .NET: no U+0000 and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => {
  // Faster than the pattern, which is needed only for texts with surrogates at all.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0) return false
    if (code >= 0xd800 && code <= 0xdfff) return !text.includes("\u0000") && !loneSurrogate.test(text)
  }
  return true
}

/** Maximum nesting. @see contract section 3, "JSON depth 64" */
const maxDepth = 64

const maxDuplicates = 1000

export interface ParsedJson {
  readonly value: Json
  /** Paths of repeated members, `[["0", "document", "firstName"]]`; at most 1000. */
  readonly duplicates: ReadonlyArray<ReadonlyArray<string>>
}

/**
 * Parses a text. `JSON.parse` silently keeps the last of two equal members, so the members in the text are counted
 * first; only if the value has fewer, the text is searched for duplicates.
 */
export const parseJson = (text: string): Either.Either<ParsedJson, "not JSON"> => {
  const written = measure(text)
  if (written.depth > maxDepth) return Either.left("not JSON")
  const value = Either.try((): Json => JSON.parse(text))
  if (Either.isLeft(value)) return Either.left("not JSON")
  const duplicates = countMembers(value.right) === written.members ? [] : findDuplicates(text)
  return Either.right({ value: value.right, duplicates })
}

/** Whether two values have the same text: the order of members matters. */
export const sameJson = (one: Json | undefined, other: Json | undefined): boolean => {
  if (one === other) return true
  if (isArray(one)) {
    return (
      isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => sameJson(item, other[index]))
    )
  }
  if (!isObject(one) || !isObject(other)) return false
  const [names, otherNames] = [Object.keys(one), Object.keys(other)]
  return (
    names.length === otherNames.length &&
    names.every((name, index) => name === otherNames[index] && sameJson(one[name], other[name]))
  )
}

const quote = 34
const backslash = 92

/** The position of the quote that ends the string starting at `start`; the end of the text if there is none. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1)
  while (end !== -1) {
    let before = end - 1
    while (text.charCodeAt(before) === backslash) before--
    if ((end - before) % 2 === 1) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

/** Depth and number of members of a text, valid JSON or not, in one pass without recursion. */
const measure = (text: string): { readonly depth: number; readonly members: number } => {
  let open = 0
  let depth = 0
  let members = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at)
        break
      case 58: // :
        members++
        break
      case 91: // [
      case 123: // {
        open++
        if (open > depth) depth = open
        break
      case 93: // ]
      case 125: // }
        open--
        break
    }
  }
  return { depth, members }
}

const countMembers = (value: Json | undefined): number => {
  if (typeof value !== "object" || value === null) return 0
  let count = 0
  if (isArray(value)) for (const item of value) count += countMembers(item)
  else {
    for (const name of Object.keys(value)) count += 1 + countMembers(value[name])
  }
  return count
}

/** The paths of repeated members in valid JSON of at most 64 levels. */
const findDuplicates = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const found: Array<ReadonlyArray<string>> = []
  let at = 0
  const string = (): string => {
    const start = at
    at = endOfString(text, at) + 1
    return text.slice(start, at)
  }
  /** Skips blanks, commas and colons. */
  const skip = () => {
    while (" \t\r\n,:".includes(text.charAt(at)) && at < text.length) at++
  }
  const value = (path: ReadonlyArray<string>): void => {
    skip()
    const first = text.charAt(at)
    if (first === "{") {
      at++
      const seen = new Set<string>()
      for (skip(); text.charAt(at) !== "}"; skip()) {
        const name: string = JSON.parse(string())
        if (seen.has(name) && found.length < maxDuplicates) found.push([...path, name])
        seen.add(name)
        value([...path, name])
      }
      at++
    } else if (first === "[") {
      at++
      let index = 0
      for (skip(); text.charAt(at) !== "]"; skip()) value([...path, String(index++)])
      at++
    } else if (first === '"') string()
    else while (at < text.length && !",]}".includes(text.charAt(at))) at++
  }
  value([])
  return found
}
