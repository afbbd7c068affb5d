/** Where a database is, for people: of a URL that is one, without its password. */
import * as Redacted from "effect/Redacted"

/** @example addressOf(url) // "localhost:5432/edfi" */
export const addressOf = (url: Redacted.Redacted): string => {
  const { hostname, pathname, port, searchParams } = new URL(Redacted.value(url))
  const host = searchParams.get("host") ?? (hostname === "" ? "localhost" : hostname)
  return `${host}:${port === "" ? "5432" : port}${decodeURI(pathname)}`
}

/** The same with who logs in. @example "localhost:5432/edfi, user perf" */
export const loginOf = (url: Redacted.Redacted): string => {
  const { username } = new URL(Redacted.value(url))
  return `${addressOf(url)}${username === "" ? "" : `, user ${decodeURIComponent(username)}`}`
}
