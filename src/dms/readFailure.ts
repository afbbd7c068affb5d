/** What a response says that is not the wanted success, whichever request it belongs to. */
import { TransportFailed } from "../domain/BatchError.ts"
import { excerpt } from "../domain/excerpt.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { parseJson, parseJsonOfAnyDepth } from "../domain/parseJson.ts"
import { type Problem, readProblem } from "../domain/Problem.ts"
import type { WireAnswer } from "./wire.ts"

type Response = Pick<WireAnswer, "status" | "headers" | "body">

/** Takes secrets out of a text of the server. */
export type Redact = (text: string) => string

const utf8 = new TextDecoder()

/** The longest body that is parsed whatever it holds; a problem with many errors is shorter. */
const maxPlainBytes = 65_536

/** What the outcomes of a large batch have in them. */
const ofOutcomes = '"documentId"'

/**
 * The value of a JSON body, `undefined` where it is none. Of a short one the depth is not counted, because here only
 * members of the first levels are read. A long one is parsed only if it may be the outcomes of a large batch: the
 * answers of ten users, megabytes of anything, would fill the memory otherwise.
 */
export const valueOf = ({ body, status }: Response): unknown => {
  if (body.length <= maxPlainBytes) return parseJsonOfAnyDepth(utf8.decode(body))
  const mayBeOutcomes =
    status === 200 && Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(ofOutcomes)
  return mayBeOutcomes ? parseJson(utf8.decode(body)) : undefined
}

/** Makes a text of the server fit to be kept and shown: without secrets, cleaned and cut. */
export const showWith =
  (redact: Redact) =>
  (text: string): string =>
    excerpt(redact(text))

/** Enough bytes for the characters that are searched for secrets, of up to three bytes each. */
const maxQuotedBytes = 50_000

/** What a message quotes of a body; bytes that are not UTF-8 are replaced. */
const quoteOf = ({ body }: Response, show: (text: string) => string): string =>
  show(utf8.decode(body.subarray(0, maxQuotedBytes)))

/** A redirect is not followed: every request of a load would be sent twice. */
const redirectOf = ({ headers: { location } }: Pick<WireAnswer, "headers">, redact: Redact): Problem => {
  const target = location === undefined ? "no Location" : shownAddress(redact(String(location)))
  return { detail: `it redirects to ${target}, which is not followed` }
}

/**
 * The problem details that a response has as its body; a body that has none is quoted as the detail, and of a
 * redirect that is where it leads.
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

/** The server did nothing of what was asked: it refused (4xx, 501), or it pointed elsewhere (3xx). */
export interface Refused {
  readonly _tag: "Refused"
  readonly status: number
  readonly problem: Problem
}

const isRefusal = (status: number): boolean => (status >= 300 && status < 500) || status === 501

/**
 * @param wrong what is wrong with the response, where its status is none of an error; it may quote the server
 * @param value what the body is as JSON: `valueOf(response)`
 * @returns `Refused` for what changed nothing; `server` for other 5xx, `answer` for everything else: both without
 * a verdict
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
