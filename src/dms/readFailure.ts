/** Decodes responses that are not the expected success, for all kinds of requests. */
import { TransportFailed } from "../domain/BatchError.ts"
import { excerpt } from "../domain/excerpt.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { parseJson, parseJsonOfAnyDepth } from "../domain/parseJson.ts"
import { type Problem, readProblem } from "../domain/Problem.ts"
import type { HttpResponse } from "../wire/httpMessage.ts"

type Response = Pick<HttpResponse, "status" | "headers" | "body">

/** Removes secrets from a text of the server. */
export type Redact = (text: string) => string

const utf8 = new TextDecoder()

/** Bodies up to this length are parsed whatever they contain; even a problem with many errors is shorter. */
const maxShortBytes = 65_536

/** A member of every outcome of a batch. */
const outcomeMember = '"documentId"'

/**
 * The value of a JSON body; `undefined` for other bodies. The nesting depth of a short body is not limited, because only
 * the top levels are read. A long body is parsed only if it may contain the outcomes of a large batch: otherwise ten
 * users that receive megabytes of arbitrary JSON would exhaust the memory.
 */
export const jsonOf = ({ body, status }: Response): unknown => {
  if (body.length <= maxShortBytes) return parseJsonOfAnyDepth(utf8.decode(body))
  const mayBeOutcomes =
    status === 200 && Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(outcomeMember)
  return mayBeOutcomes ? parseJson(utf8.decode(body)) : undefined
}

/** Makes a text of the server safe to store and show: redacted, cleaned and truncated. */
export const sanitizeWith =
  (redact: Redact) =>
  (text: string): string =>
    excerpt(redact(text))

/** The same failure with a detail that is safe to store and show. */
export const sanitizedFailure = (error: TransportFailed, redact: Redact): TransportFailed =>
  new TransportFailed({ ...error, detail: sanitizeWith(redact)(error.detail) })

/** The characters that are searched for secrets take at most this many bytes, three each. */
const maxQuotedBytes = 50_000

/** The part of a body to quote in a message; invalid UTF-8 is replaced. */
const quoteOf = ({ body }: Response, show: (text: string) => string): string =>
  show(utf8.decode(body.subarray(0, maxQuotedBytes)))

/** Redirects are not followed, because every request of the load would be sent twice. */
const redirectOf = ({ headers: { location } }: Pick<HttpResponse, "headers">, redact: Redact): Problem => {
  if (location === undefined) return { detail: "it redirects without a Location header" }
  return { detail: `it redirects to ${shownAddress(redact(String(location)))}, which is not followed` }
}

/**
 * The problem details of a response. Without problem details, the detail quotes the body; for a redirect, it is the
 * target.
 *
 * @param value `jsonOf(response)`
 */
export const problemOf = (response: Response, redact: Redact, value: unknown): Problem => {
  if (response.status >= 300 && response.status < 400) return redirectOf(response, redact)
  const show = sanitizeWith(redact)
  const problem = readProblem(value, show)
  if (Object.keys(problem).length > 0) return problem
  const detail = quoteOf(response, show)
  return detail === "" ? {} : { detail }
}

/** The server changed nothing: it refused the request (4xx, 501) or redirected it (3xx). */
export interface Refused {
  readonly _tag: "Refused"
  readonly status: number
  readonly problem: Problem
}

const isRefusal = (status: number): boolean => (status >= 300 && status < 500) || status === 501

/**
 * @param wrong why a response without an error status is not a success; may quote the server
 * @param value `jsonOf(response)`
 * @returns `Refused` if the server changed nothing; otherwise a failure with an unknown effect: `server` for 5xx,
 * `answer` for all others
 */
export const readFailure = (
  response: Response,
  wrong: string,
  redact: Redact,
  value: unknown
): Refused | TransportFailed => {
  const { status } = response
  if (isRefusal(status)) return { _tag: "Refused", status, problem: problemOf(response, redact, value) }
  const show = sanitizeWith(redact)
  const said = quoteOf(response, show) || "empty body"
  return status >= 500
    ? new TransportFailed({ phase: "server", status, detail: said })
    : new TransportFailed({ phase: "answer", status, detail: `${show(wrong)}: ${said}` })
}
