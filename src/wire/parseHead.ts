/** The head of an HTTP/1.1 response: its status line and its header section. */
import * as Either from "effect/Either"
import type { HttpResponse } from "./httpMessage.ts"

/** How the length of a body is known (RFC 9112, 6.3). */
export type Framing =
  | { readonly _tag: "None" }
  | { readonly _tag: "Length"; readonly length: number }
  | { readonly _tag: "Chunked" }
  /** The body ends with the connection. */
  | { readonly _tag: "Close" }

export interface ResponseHead {
  readonly status: number
  readonly headers: HttpResponse["headers"]
  readonly framing: Framing
  /** Whether the server leaves the connection open for another request. */
  readonly isKeptAlive: boolean
  /** How long it leaves the connection open without a request, by `Keep-Alive: timeout=5`. */
  readonly idleSeconds: number | undefined
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/

/** RFC 9110, 5.6.2. */
const token = /^[!#$%&'*+.^_`|~\w-]+$/

/** Visible characters, blanks and bytes above ASCII. */
const fieldValue = /^[\t -~\x80-\xff]*$/

const wholeNumber = /^\d{1,15}$/

type Value = string | ReadonlyArray<string>
type Headers = ReadonlyMap<string, Value>

/** A header that occurs several times has a list of values. */
const readHeaders = (lines: ReadonlyArray<string>): Either.Either<Headers, string> => {
  const headers = new Map<string, Value>()
  for (const line of lines) {
    const colon = line.indexOf(":")
    const name = line.slice(0, Math.max(0, colon))
    const value = line.slice(colon + 1)
    // A blank before the colon, or a line that continues the one before, could hide a header from another reader.
    if (!token.test(name) || !fieldValue.test(value)) return Either.left("a header line is not valid")
    const key = name.toLowerCase()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value.trim() : [before, value.trim()].flat())
  }
  return Either.right(headers)
}

/** The elements of a header that is a list, in lower case. */
const listOf = (value: Value | undefined): ReadonlyArray<string> =>
  value === undefined
    ? []
    : [value]
        .flat()
        .flatMap((part) => part.split(","))
        .map((part) => part.trim().toLowerCase())

/**
 * Two lengths of one body, or a coding beside a length, are how one response is smuggled into another: such a response is
 * invalid (RFC 9112, 6.3 and 11.2).
 */
const framingOf = (status: number, headers: Headers): Either.Either<Framing, string> => {
  const length = headers.get("content-length")
  const coding = headers.get("transfer-encoding")
  if (length !== undefined && coding !== undefined)
    return Either.left("it has both Content-Length and Transfer-Encoding")
  if (length !== undefined && (typeof length !== "string" || !wholeNumber.test(length)))
    return Either.left("its Content-Length is not valid")
  if (coding !== undefined && listOf(coding).join() !== "chunked")
    return Either.left("its Transfer-Encoding is not chunked")
  if (status === 204 || status === 304) return Either.right({ _tag: "None" })
  if (coding !== undefined) return Either.right({ _tag: "Chunked" })
  return Either.right(length === undefined ? { _tag: "Close" } : { _tag: "Length", length: Number(length) })
}

const idleSecondsOf = (headers: Headers): number | undefined => {
  const [, seconds] =
    listOf(headers.get("keep-alive"))
      .map((part) => /^timeout *= *(\d{1,9})$/.exec(part))
      .find((found) => found !== null) ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

/**
 * @param text the head as ISO 8859-1, without the empty line that ends it
 * @returns otherwise what is wrong, as a clause
 */
export const parseHead = (text: string): Either.Either<ResponseHead, string> =>
  Either.gen(function* () {
    const [first = "", ...lines] = text.split("\r\n")
    const [, minor, digits] = statusLine.exec(first) ?? []
    if (digits === undefined || !fieldValue.test(first))
      return yield* Either.left("its status line is not valid")
    const status = Number(digits)
    const headers = yield* readHeaders(lines)
    const framing = yield* framingOf(status, headers)
    const connection = listOf(headers.get("connection"))
    return {
      status,
      headers: Object.fromEntries(headers),
      framing,
      isKeptAlive:
        framing._tag !== "Close" &&
        (minor === "1" ? !connection.includes("close") : connection.includes("keep-alive")),
      idleSeconds: idleSecondsOf(headers)
    }
  })
