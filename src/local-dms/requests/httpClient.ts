/** An `HttpClient` that passes requests to the handler in memory, without a socket. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Buffer } from "node:buffer"
import * as Exchange from "../Exchange.ts"

/** A connection reset fails with a `RequestError` of reason `Transport`, as with a real client. */
export const makeHttpClient = (
  respond: (request: Exchange.Request) => Effect.Effect<Exchange.Reply>
): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const bytes = yield* bodyBytes(request)
      const tooLong = bytes.length > Exchange.maxBodyBytes
      const reply = yield* respond({
        method: request.method,
        target: url.pathname + url.search,
        root: url.origin,
        headers: { ...contentType(request), ...request.headers, host: url.host },
        body: tooLong ? "" : decoder.decode(bytes),
        tooLong
      })
      if (reply._tag === "Reset") {
        const cause = new Error("read ECONNRESET")
        return yield* new HttpClientError.RequestError({ request, reason: "Transport", cause })
      }
      const { body, headers, status } = reply
      const response = new Response(body === "" ? null : body, { status, headers: { ...headers } })
      return HttpClientResponse.fromWeb(request, response)
    })
  )

/** Keeps a byte order mark, as the socket server does. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
const encoder = new TextEncoder()

const contentType = ({ body }: HttpClientRequest.HttpClientRequest): { readonly [name: string]: string } =>
  body.contentType === undefined ? {} : { "content-type": body.contentType }

const bodyBytes = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Uint8Array, HttpClientError.RequestError> => {
  const { body } = request
  const fail = (cause: unknown) => new HttpClientError.RequestError({ request, reason: "Encode", cause })
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(new Uint8Array())
    case "Uint8Array":
      return Effect.succeed(body.body)
    case "Raw":
      if (typeof body.body === "string") return Effect.succeed(encoder.encode(body.body))
      return body.body instanceof Uint8Array
        ? Effect.succeed(body.body)
        : Effect.fail(fail("the local DMS reads raw bodies that are a string or bytes"))
    case "Stream":
      return Effect.mapBoth(Stream.runCollect(body.stream), {
        onSuccess: (chunks) => Buffer.concat(Chunk.toReadonlyArray(chunks)),
        onFailure: fail
      })
    case "FormData":
      return Effect.fail(fail("the local DMS reads no multipart bodies"))
  }
}
