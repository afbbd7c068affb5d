/** What messages and reports show of a database URL: never the password. */
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"

/** The text as it is where it is not valid percent-encoding. */
const decoded = (text: string, decode: (text: string) => string): string =>
  Either.getOrElse(
    Either.try(() => decode(text)),
    () => text
  )

/**
 * Host, port and database of a valid URL.
 *
 * @example addressOf("postgres://perf:secret@localhost/edfi") // "localhost:5432/edfi"
 */
export const addressOf = (url: Redacted.Redacted): string => {
  const { hostname, pathname, port, searchParams } = new URL(Redacted.value(url))
  const host = searchParams.get("host") ?? (hostname === "" ? "localhost" : hostname)
  return `${host}:${port === "" ? "5432" : port}${decoded(pathname, decodeURI)}`
}

/** The address and the user. @example "localhost:5432/edfi, user perf" */
export const loginOf = (url: Redacted.Redacted): string => {
  const { username } = new URL(Redacted.value(url))
  return `${addressOf(url)}${username === "" ? "" : `, user ${decoded(username, decodeURIComponent)}`}`
}
