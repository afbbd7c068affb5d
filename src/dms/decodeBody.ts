/** The body of a response as it was before somebody on its way compressed it. */
import * as Either from "effect/Either"
import { brotliDecompressSync, gunzipSync, inflateSync, type ZlibOptions } from "node:zlib"
import { reasonOf } from "./reasonOf.ts"
import type { WireAnswer } from "./wire.ts"

const decoders: ReadonlyMap<string, (body: Uint8Array, options: ZlibOptions) => Uint8Array> = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync]
])

/** Whether a body has a content coding; few have. */
export const isEncoded = (headers: WireAnswer["headers"]): boolean =>
  headers["content-encoding"] !== undefined

/** The codings of a body, the last that was applied first. */
const codingsOf = (headers: WireAnswer["headers"]): ReadonlyArray<string> => {
  const header = headers["content-encoding"]
  if (header === undefined) return []
  return (typeof header === "string" ? header : header.join())
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")
    .reverse()
}

/** What is told of a response that was cut off. */
export const longerThan = (maxBytes: number): string =>
  `the response is longer than ${maxBytes} bytes and was cut off; --maxResponseBytes allows more`

/** One coding is usual; each further one is work that a server could cause by a header alone. */
const maxCodings = 3

/**
 * We ask for `accept-encoding: identity`; gateways compress all the same. gzip, deflate and br are undone.
 *
 * @param maxBytes how long the body may be when it is decoded
 * @returns the body, or why there is none, with secrets that the header may have: `content-encoding zstd, which was not asked for, cannot be decoded`
 */
export const decodeBody = (
  headers: WireAnswer["headers"],
  body: Uint8Array,
  maxBytes: number
): Either.Either<Uint8Array, string> => {
  // An empty body (of a 204, say) has nothing to decode, whatever its header says.
  if (!isEncoded(headers) || body.length === 0) return Either.right(body)
  const codings = codingsOf(headers)
  // As it came: what is shown of it goes through the same hands as every text of the server.
  const named = `content-encoding ${String(headers["content-encoding"])}, which was not asked for, cannot be decoded`
  if (codings.length > maxCodings) return Either.left(named)
  let decoded = body
  for (const coding of codings) {
    const decode = decoders.get(coding)
    if (decode === undefined) return Either.left(named)
    const result = Either.try(() => decode(decoded, { maxOutputLength: maxBytes }))
    if (Either.isLeft(result)) {
      const isTooLong = result.left instanceof RangeError
      return Either.left(isTooLong ? longerThan(maxBytes) : `${named}: ${reasonOf(result.left)}`)
    }
    decoded = result.right
  }
  return Either.right(decoded)
}
