/** Reads the body of a response from an `HttpClient`: decoded, and with a maximum length. */
import type { ResponseError } from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { decodeBody, tooLongMessage } from "../wire/decodeBody.ts"

/**
 * Reads until the body ends or exceeds the maximum.
 *
 * @param maxBytes maximum length, before and after decoding
 * @returns the body, or why it cannot be used
 */
export const readBody = (
  { headers, stream }: HttpClientResponse.HttpClientResponse,
  maxBytes: number
): Effect.Effect<Either.Either<Uint8Array, string>, ResponseError> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let length = 0
    return Stream.runForEachWhile(stream, (chunk) =>
      Effect.sync(() => {
        chunks.push(chunk)
        length += chunk.length
        return length <= maxBytes
      })
    ).pipe(
      Effect.catchIf(
        ({ reason }) => reason === "EmptyBody",
        () => Effect.void
      ),
      Effect.map(() =>
        length > maxBytes
          ? Either.left(tooLongMessage(maxBytes))
          : decodeBody(headers, Buffer.concat(chunks), maxBytes)
      )
    )
  })
