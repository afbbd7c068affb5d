/** Refuses requests that were not meant for this server: those to another host name, and those of other sites' pages. */
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { timingSafeEqual } from "node:crypto"
import { isIP } from "node:net"
import { pathOf, plainText } from "./plainText.ts"

const bracketed = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

/** `127.0.0.1:8089`, `[::1]:8089` */
export const authority = (host: string, port: number): string => `${bracketed(host)}:${port}`

const everyAddress = new Set(["0.0.0.0", "::"])

/** The URL to open in a browser on this machine. */
export const ownUrl = (host: string, port: number): string =>
  `http://${authority(everyAddress.has(host) ? "127.0.0.1" : host, port)}/`

/**
 * Whether a Host header names this server. A foreign name that resolves to this machine does not (DNS rebinding).
 * A server that listens on every address cannot know the addresses under which others reach it, for example through a
 * forwarded port; it accepts any numeric address, because DNS plays no part in those.
 *
 * @param hosts on which the server listens: as configured, and as bound
 */
export const isOwnHost =
  (hosts: ReadonlyArray<string>, port: number) =>
  (header: string | undefined): boolean => {
    if (header === undefined) return false
    const named = (/:\d+$/.test(header) ? header : `${header}:80`).toLowerCase()
    if ([...hosts, "localhost"].some((host) => named === authority(host.toLowerCase(), port))) return true
    const address = named.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")
    return hosts.some((host) => everyAddress.has(host)) && isIP(address) !== 0
  }

/** Browsers send the Origin of a page; other clients send none. */
export const isOwnOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  origin === undefined || origin.toLowerCase() === `http://${host?.toLowerCase()}`

/**
 * Whether the Sec-Fetch-Site header allows the request to be from our own page. Browsers set it, and no page can change
 * it; it also covers requests without an Origin, such as an image or a script of another site. `none` is a URL that was
 * typed in.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export const isOwnSite = (secFetchSite: string | undefined): boolean =>
  secFetchSite === undefined || secFetchSite === "same-origin" || secFetchSite === "none"

/** Compares in constant time. */
export const isToken = (token: string, given: string | undefined): boolean => {
  const [expected, actual] = [Buffer.from(token), Buffer.from(given ?? "")]
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** Headers of every response. */
const safeHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin"
} as const

/**
 * Passes on only requests to this server's own address from its own page or from no page at all, and sets the headers
 * that keep browsers from caching, framing and sharing the responses.
 *
 * @param isOurs whether a Host header names this server
 */
export const guard = (isOurs: (host: string | undefined) => boolean) =>
  HttpMiddleware.make((app) =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { host, origin, "sec-fetch-mode": mode, "sec-fetch-site": site } = request.headers
      if (!isOurs(host)) return plainText(403, "this is not the address of the page")
      // Any site may link to the page.
      const isLink = pathOf(request) === "/" && mode === "navigate"
      if (!isOwnOrigin(origin, host) || (!isOwnSite(site) && !isLink)) {
        return plainText(403, "requests from pages of other sites are not allowed")
      }
      return yield* app
    }).pipe(Effect.map(HttpServerResponse.setHeaders(safeHeaders)))
  )
