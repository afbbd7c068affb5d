/** Addresses for messages and reports: without parts that may be credentials. */
import { excerpt } from "./excerpt.ts"

/** In a text that is no URL the user ends at the last `@`, because a password may contain any character. */
const withoutUser = (text: string): string => {
  if (URL.canParse(text)) return text.replace(/^([^:]*:[/\\]*)[^/\\?#]*@/, "$1<redacted>@")
  const [start, end] = [text.indexOf("//"), text.lastIndexOf("@")]
  return start === -1 || end < start ? text : `${text.slice(0, start)}//<redacted>${text.slice(end)}`
}

/**
 * A URL or a path without its user, its query and its fragment; also a text that is not a valid one.
 *
 * @example withoutCredentials("https://me:p/w@host") // "https://<redacted>@host"
 */
export const withoutCredentials = (text: string): string =>
  withoutUser(text).replace(/[?#].+$/s, (rest) => `${rest.charAt(0)}<redacted>`)

/**
 * An address for a message: without credentials, cleaned and cut.
 *
 * @example shownAddress("https://me:pw@host/batch?code=abc") // "https://<redacted>@host/batch?<redacted>"
 */
export const shownAddress = (address: string): string => excerpt(withoutCredentials(address))
