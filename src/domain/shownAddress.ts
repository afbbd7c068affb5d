/** Addresses as messages and reports show them: without what may be a credential. */
import { excerpt } from "./excerpt.ts"

/**
 * A URL or a path without its user, its query and its fragment, cleaned and cut.
 *
 * @example shownAddress("https://me:pw@host/batch?code=abc") // "https://<redacted>@host/batch?<redacted>"
 */
export const shownAddress = (address: string): string =>
  excerpt(
    address
      .replace(/[?#].*$/s, (rest) => `${rest.charAt(0)}<redacted>`)
      .replace(/\/\/[^/\s]*@/, "//<redacted>@")
  )
