/** What a response says that is not the wanted success, whichever request it belongs to. */
import { TransportFailed } from "../domain/BatchError.ts"
import { excerpt } from "../domain/excerpt.ts"
import { parseJson } from "../domain/parseJson.ts"
import { type Problem, readProblem } from "../domain/Problem.ts"
import type { WireAnswer } from "./wire.ts"

type Response = Pick<WireAnswer, "status" | "headers" | "body">

/** Takes secrets out of a text of the server. */
export type Redact = (text: string) => string

const utf8 = new TextDecoder()

/** The text of a response; bytes that are not UTF-8 are replaced. */
export const textOf = ({ body }: Pick<WireAnswer, "body">): string => utf8.decode(body)

/** Of a longer text only so much is looked at for a message. */
const maxShownLength = 65_536

/** Makes a text of the server fit to be kept and shown: without secrets, cleaned and cut. */
export const showWith =
  (redact: Redact) =>
  (text: string): string =>
    excerpt(redact(text.slice(0, maxShownLength)))

/** A redirect is not followed: every request of a load would be sent twice. */
const redirectOf = ({ headers: { location } }: Pick<WireAnswer, "headers">, show: Redact): Problem => {
  const target = typeof location === "string" ? show(location) : "no Location"
  return { detail: `it redirects to ${target}, which is not followed` }
}

/**
 * The problem details that a response has as its body; a body that is no JSON object is quoted as the detail, and of
 * a redirect that is where it leads.
 *
 * @param value what the body is as JSON, where the caller has parsed it
 */
export const problemOf = (response: Response, redact: Redact, value?: unknown): Problem => {
  const show = showWith(redact)
  if (response.status >= 300 && response.status < 400) return redirectOf(response, show)
  const text = textOf(response)
  const body = value ?? parseJson(text)
  if (typeof body === "object" && body !== null) return readProblem(body, show)
  const detail = show(text)
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
 * @param wrong what is wrong with the response, where its status is none of an error
 * @param value what the body is as JSON, where the caller has parsed it
 * @returns `Refused` for what changed nothing; `server` for other 5xx, `answer` for everything else: both without
 * a verdict
 */
export const readFailure = (
  response: Response,
  wrong: string,
  redact: Redact,
  value?: unknown
): Refused | TransportFailed => {
  const { status } = response
  if (isRefusal(status)) return { _tag: "Refused", status, problem: problemOf(response, redact, value) }
  const said = showWith(redact)(textOf(response)) || "empty body"
  return status >= 500
    ? new TransportFailed({ phase: "server", status, detail: said })
    : new TransportFailed({ phase: "answer", status, detail: `${wrong}: ${said}` })
}
