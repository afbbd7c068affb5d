/** `Retry-After`: the delay that a busy server asks its clients to observe. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { HttpResponse } from "../wire/httpMessage.ts"

/** Statuses with a `Retry-After` that applies to the same request (RFC 9110, 10.2.3; RFC 6585, 4). */
const statuses: ReadonlySet<number> = new Set([429, 503])

/** One year, the maximum. */
const maxSeconds = 31_536_000

/**
 * @param headers names in lower case
 * @param nowMillis since 1970, because the header may contain a date
 * @returns milliseconds >= 0; `undefined` if the header is absent or contains neither seconds nor an HTTP date
 * @example retryAfterMillis({ "retry-after": "3" }, 0) // 3000
 * @example retryAfterMillis({ "retry-after": "Thu, 01 Jan 1970 00:00:05 GMT" }, 2000) // 3000
 */
export const retryAfterMillis = (headers: HttpResponse["headers"], nowMillis: number): number | undefined => {
  const header = headers["retry-after"]
  const text = (typeof header === "string" ? header : (header?.[0] ?? "")).trim()
  if (/^\d+$/.test(text)) return Math.min(Number(text), maxSeconds) * 1000
  // DateTime also parses texts that are not an HTTP date, such as "-5".
  if (!/^[A-Z][a-z]+, .* GMT$/.test(text)) return undefined
  return Option.match(DateTime.make(text.replace(/GMT$/, "Z")), {
    onNone: () => undefined,
    onSome: (date) => Math.max(0, DateTime.toEpochMillis(date) - nowMillis)
  })
}

/**
 * `retryAfterMillis` as a member of an error; an empty object without the header, and for statuses other than 429 and
 * 503.
 */
export const retryAfterOf = (
  { headers, status }: Pick<HttpResponse, "headers" | "status">,
  nowMillis: number
): { readonly retryAfterMillis?: number } => {
  const millis = statuses.has(status) ? retryAfterMillis(headers, nowMillis) : undefined
  return millis === undefined ? {} : { retryAfterMillis: millis }
}
