/** Decompresses response bodies that a gateway compressed. */
import * as Either from "effect/Either"
import { brotliDecompressSync, gunzipSync, inflateSync, type ZlibOptions } from "node:zlib"
import { errorReason } from "./errorReason.ts"
import type { HttpResponse } from "./httpMessage.ts"

const decoders: ReadonlyMap<string, (body: Uint8Array, options: ZlibOptions) => Uint8Array> = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync]
])

/** Whether a body has a content coding. */
export const isEncoded = (headers: HttpResponse["headers"]): boolean =>
  headers["content-encoding"] !== undefined

/** The content codings of a body, in the order of decoding. */
const codingsOf = (header: string): ReadonlyArray<string> =>
  header
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")
    .reverse()

/** The message for a response that was cut off. */
export const tooLongMessage = (maxBytes: number): string =>
  `the response is longer than ${maxBytes} bytes and was cut off; --maxResponseBytes allows more`

/** One coding is usual. The limit bounds the work that a server can cause with a header. */
const maxCodings = 3

/**
 * Requests ask for `accept-encoding: identity`, but some gateways compress anyway. Decodes gzip, deflate and br.
 *
 * @param maxBytes maximum length of the decoded body
 * @returns the body, or why it cannot be decoded, not yet redacted: `content-encoding zstd, which was not asked for,
 * cannot be decoded`
 */
export const decodeBody = (
  headers: HttpResponse["headers"],
  body: Uint8Array,
  maxBytes: number
): Either.Either<Uint8Array, string> => {
  // An empty body, such as that of a 204, needs no decoding, whatever its header says.
  if (!isEncoded(headers) || body.length === 0) return Either.right(body)
  const header = String(headers["content-encoding"])
  const codings = codingsOf(header)
  const named = `content-encoding ${header}, which was not asked for, cannot be decoded`
  if (codings.length > maxCodings) return Either.left(named)
  let decoded = body
  for (const coding of codings) {
    const decode = decoders.get(coding)
    if (decode === undefined) return Either.left(named)
    const result = Either.try(() => decode(decoded, { maxOutputLength: maxBytes }))
    if (Either.isLeft(result)) {
      const isTooLong = result.left instanceof RangeError
      return Either.left(isTooLong ? tooLongMessage(maxBytes) : `${named}: ${errorReason(result.left)}`)
    }
    decoded = result.right
  }
  return Either.right(decoded)
}
