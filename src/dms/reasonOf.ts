/** The message of an error of Node or undici, with a hint how to solve it. */
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

/** `ECONNREFUSED`, `ERR_SSL_WRONG_VERSION_NUMBER`; empty where an error has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""

/** The text of an error, cleaned and cut; a failed connection to a name with several addresses has only a code. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return excerpt(String(error))
  const code = codeOf(error)
  const reason = excerpt(error.message || code || error.name)
  const [, hint] = hints.find(([pattern]) => pattern.test(code)) ?? []
  return hint === undefined ? reason : `${reason}; ${hint}`
}
