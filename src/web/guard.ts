/** Who is answered: only those who asked for this server by its own address, and no other site's page. */
import { timingSafeEqual } from "node:crypto"
import { isIP } from "node:net"

const bracketed = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

/** `127.0.0.1:8089`, `[::1]:8089` */
export const authority = (host: string, port: number): string => `${bracketed(host)}:${port}`

const everyAddress = new Set(["0.0.0.0", "::"])

/** An address to open in a browser of this machine. */
export const ownUrl = (host: string, port: number): string =>
  `http://${authority(everyAddress.has(host) ? "127.0.0.1" : host, port)}/`

/** Only this machine reaches it. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))

/**
 * Whether a Host header names this server. A name that somebody else's DNS made point at this machine does not
 * (DNS rebinding). One who listens on every address cannot know under which ones others reach it, through a forwarded
 * port say; any address in digits will do then, because DNS has no part in those.
 *
 * @param hosts that we listen on: as it was given, and what it turned out to be
 */
export const isOwnHost =
  (hosts: ReadonlyArray<string>, port: number) =>
  (header: string | undefined): boolean => {
    if (header === undefined) return false
    const asked = (/:\d+$/.test(header) ? header : `${header}:80`).toLowerCase()
    if ([...hosts, "localhost"].some((host) => asked === authority(host.toLowerCase(), port))) return true
    const address = asked.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")
    return hosts.some((host) => everyAddress.has(host)) && isIP(address) !== 0
  }

/** Pages of other sites say where they come from; who is no page says nothing. */
export const isOwnOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  origin === undefined || origin.toLowerCase() === `http://${host?.toLowerCase()}`

/**
 * Whether a request may be our own page's by what its browser says of it, which no page can change. It tells of those
 * in which no Origin stands: an image or a script of another site. `none` is what somebody typed.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export const isOwnSite = (secFetchSite: string | undefined): boolean =>
  secFetchSite === undefined || secFetchSite === "same-origin" || secFetchSite === "none"

/** Takes as long for a wrong token as for the right one. */
export const isToken = (token: string, given: string | undefined): boolean => {
  const [right, asked] = [Buffer.from(token), Buffer.from(given ?? "")]
  return right.length === asked.length && timingSafeEqual(right, asked)
}

/** On every answer. */
export const safeHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin"
} as const
