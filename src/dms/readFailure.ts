/** Reads a response that is not the expected success, for every kind of request. */
import { TransportFailed } from "../domain/BatchError.ts"
import { excerpt } from "../domain/excerpt.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { parseJson, parseJsonOfAnyDepth } from "../domain/parseJson.ts"
import { type Problem, readProblem } from "../domain/Problem.ts"
import type { HttpResponse } from "./httpMessage.ts"

type Response = Pick<HttpResponse, "status" | "headers" | "body">

/** Removes secrets from a text of the server. */
export type Redact = (text: string) => string

const utf8 = new TextDecoder()

/** Bodies up to this length are parsed whatever they contain; a problem with many errors is shorter. */
const maxPlainBytes = 65_536

/** A text that the outcomes of a batch contain. */
const ofOutcomes = '"documentId"'

/**
 * The value of a JSON body, `undefined` where it is none. The depth of a short body is not checked, because only
 * members of its first levels are read. A long body is parsed only if it may be the outcomes of a large batch:
 * otherwise ten users that receive megabytes of arbitrary JSON would fill the memory.
 */
export const valueOf = ({ body, status }: Response): unknown => {
  if (body.length <= maxPlainBytes) return parseJsonOfAnyDepth(utf8.decode(body))
  const mayBeOutcomes =
    status === 200 && Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(ofOutcomes)
  return mayBeOutcomes ? parseJson(utf8.decode(body)) : undefined
}

/** Makes a text of the server safe to keep and show: redacted, cleaned and cut. */
export const showWith =
  (redact: Redact) =>
  (text: string): string =>
    excerpt(redact(text))

/** The same failure, whose detail may quote the server or the machine, safe to keep and show. */
export const shownFailure = (error: TransportFailed, redact: Redact): TransportFailed =>
  new TransportFailed({ ...error, detail: showWith(redact)(error.detail) })

/** Enough bytes for the characters that are searched for secrets, of up to three bytes each. */
const maxQuotedBytes = 50_000

/** What a message quotes of a body; bytes that are not UTF-8 are replaced. */
const quoteOf = ({ body }: Response, show: (text: string) => string): string =>
  show(utf8.decode(body.subarray(0, maxQuotedBytes)))

/** A redirect is not followed: every request of a load would be sent twice. */
const redirectOf = ({ headers: { location } }: Pick<HttpResponse, "headers">, redact: Redact): Problem => {
  const target = location === undefined ? "no Location" : shownAddress(redact(String(location)))
  return { detail: `it redirects to ${target}, which is not followed` }
}

/**
 * The problem details in the body of a response. A body without any is quoted as the detail; the detail of a redirect
 * is its target.
 *
 * @param value what the body is as JSON: `valueOf(response)`
 */
export const problemOf = (response: Response, redact: Redact, value: unknown): Problem => {
  if (response.status >= 300 && response.status < 400) return redirectOf(response, redact)
  const show = showWith(redact)
  const problem = readProblem(value, show)
  if (Object.keys(problem).length > 0) return problem
  const detail = quoteOf(response, show)
  return detail === "" ? {} : { detail }
}

/** The server changed nothing: it refused (4xx, 501) or redirected (3xx). */
export interface Refused {
  readonly _tag: "Refused"
  readonly status: number
  readonly problem: Problem
}

const isRefusal = (status: number): boolean => (status >= 300 && status < 500) || status === 501

/**
 * @param wrong what is wrong with a response whose status is not an error; may quote the server
 * @param value what the body is as JSON: `valueOf(response)`
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
  const show = showWith(redact)
  const said = quoteOf(response, show) || "empty body"
  return status >= 500
    ? new TransportFailed({ phase: "server", status, detail: said })
    : new TransportFailed({ phase: "answer", status, detail: `${show(wrong)}: ${said}` })
}
