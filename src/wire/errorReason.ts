/** Describes errors of Node, OpenSSL and undici: the message of the error, and a hint how to solve it. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { closeSync, openSync } from "node:fs"
import { devNull } from "node:os"
import { TransportFailed } from "../domain/BatchError.ts"
import { excerpt } from "../domain/excerpt.ts"

/** Hints by error code of Node or OpenSSL. */
const hints: ReadonlyArray<readonly [code: RegExp, hint: string]> = [
  [
    /^(CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/,
    "NODE_EXTRA_CA_CERTS adds a file of trusted authorities, -i (--ignoreCertificateErrors) accepts any certificate"
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL)$/,
    "the server speaks plain HTTP at this port; try http://"
  ]
]

/** `ECONNREFUSED`, `ERR_SSL_WRONG_VERSION_NUMBER`; empty for an error without a code. */
const errorCode = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""

/**
 * The message of an error, cleaned and truncated, with a hint if there is one. A failed connection to a name with
 * several addresses has no message, only a code.
 */
export const errorReason = (error: unknown): string => {
  if (!(error instanceof Error)) return excerpt(String(error))
  const code = errorCode(error)
  const reason = excerpt(error.message || code || error.name)
  const [, hint] = hints.find(([pattern]) => pattern.test(code)) ?? []
  return hint === undefined ? reason : `${reason}; ${hint}`
}

const isOutOfDescriptors = (error: unknown): boolean => ["EMFILE", "ENFILE"].includes(errorCode(error))

/** A failed name lookup. Without a free file descriptor, it cannot read its files and reports an unknown name. */
const isLookup = (error: unknown): boolean => /^(ENOTFOUND|EAI_)/.test(errorCode(error))

/** Tries to open a file descriptor: the error, or `undefined` if one is free. */
const tryDescriptor = (): unknown => {
  try {
    closeSync(openSync(devNull, "r"))
    return undefined
  } catch (error) {
    return error
  }
}

/**
 * `errorReason` for an error that occurred before anything was sent: also detects that the process has no free file
 * descriptor.
 *
 * @param descriptor the error of opening a file descriptor, if any; tests replace it
 */
export const connectErrorReason = (error: unknown, descriptor: () => unknown = tryDescriptor): string => {
  const reason = errorReason(error)
  const cause = isOutOfDescriptors(error) ? error : isLookup(error) ? descriptor() : undefined
  return isOutOfDescriptors(cause)
    ? `${reason}: no file descriptor is left (${errorCode(cause)}); raise the limit with ulimit -n, or lower --connections`
    : reason
}

const proxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase()
])

/** A note for failed connections: edfi-perf ignores the proxy variables that are set. Empty if none is. */
export const proxyNote: Effect.Effect<string> = Effect.gen(function* () {
  const set: Array<string> = []
  for (const name of proxyVariables) {
    const value = Option.getOrElse(yield* Effect.option(Config.string(name)), () => "")
    if (value !== "") set.push(name)
  }
  return set.length === 0 ? "" : `; edfi-perf connects directly and does not use ${set.join(", ")}`
})

/** Fails with the same error; adds `proxyNote` to it if no connection was made. */
export const withProxyNote = (error: TransportFailed): Effect.Effect<never, TransportFailed> =>
  error.phase === "connect"
    ? Effect.flatMap(proxyNote, (note) => new TransportFailed({ ...error, detail: `${error.detail}${note}` }))
    : Effect.fail(error)
