/** Requests that a run sends once (discovery, login), over an HttpClient, with retries after transient failures. */
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { DmsConfig } from "./DmsConfig.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { isTransientStatus, retryTransient, retryAfterNote } from "./transientRetry.ts"
import { errorReason, proxyNote } from "../wire/errorReason.ts"
import { readBody } from "./readBody.ts"
import { type Redact, sanitizeWith } from "./readFailure.ts"
import { retryAfterOf } from "./retryAfter.ts"

/** No connection, a timeout, an unreadable response, or a response with a transient status. */
class NoResponse extends Data.TaggedError("NoResponse")<{
  /** Cleaned and redacted. */
  readonly detail: string
  /** Whether the same request may succeed in a moment. */
  readonly isTransient: boolean
  readonly retryAfterMillis?: number
}> {}

interface TextResponse {
  readonly status: number
  readonly text: string
  /** Target of a redirect, cleaned. Redirects are not followed, because the load would not follow them either. */
  readonly redirect: string | undefined
}

const utf8 = new TextDecoder()

/** The text of a response; fails if it is longer than `maxBytes`, compressed or decompressed. */
const readText = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
  redact: Redact
): Effect.Effect<string, NoResponse | HttpClientError> =>
  Effect.flatMap(
    readBody(response, maxBytes),
    Either.match({
      onLeft: (detail) =>
        Effect.fail(new NoResponse({ detail: sanitizeWith(redact)(detail), isTransient: false })),
      onRight: (body) => Effect.succeed(utf8.decode(body))
    })
  )

/** Fails for a transient status. */
const interpret = (
  { headers, status }: HttpClientResponse.HttpClientResponse,
  text: string,
  redact: Redact
): Effect.Effect<TextResponse, NoResponse> => {
  if (!isTransientStatus(status)) {
    const redirect =
      status >= 300 && status < 400
        ? shownAddress(redact(headers["location"] ?? "an unknown address (no Location header)"))
        : undefined
    return Effect.succeed({ status, text, redirect })
  }
  const detail = `it returned ${status} ${sanitizeWith(redact)(text)}`.trim()
  return Effect.flatMap(
    Clock.currentTimeMillis,
    (now) => new NoResponse({ detail, isTransient: true, ...retryAfterOf({ headers, status }, now) })
  )
}

const failedToConnect = (error: HttpClientError): Effect.Effect<never, NoResponse> =>
  Effect.flatMap(
    proxyNote,
    (note) => new NoResponse({ detail: `${errorReason(error.cause ?? error)}${note}`, isTransient: true })
  )

const failedToReceive = (error: HttpClientError) =>
  new NoResponse({ detail: errorReason(error.cause ?? error), isTransient: true })

/**
 * Makes a function that sends a request, and sends it again while the failure is transient (`retryTransient`).
 *
 * @param redact removes secrets from texts of the server
 */
export const makeFetchText = (redact: Redact) =>
  Effect.gen(function* () {
    const { maxResponseBytes, requestTimeout } = yield* DmsConfig
    const client = (yield* HttpClient.HttpClient).pipe(HttpClient.withTracerPropagation(false))
    return (request: HttpClientRequest.HttpClientRequest): Effect.Effect<TextResponse, NoResponse> =>
      client.execute(HttpClientRequest.setHeader(request, "accept-encoding", "identity")).pipe(
        Effect.flatMap((response) =>
          Effect.flatMap(readText(response, maxResponseBytes, redact), (text) =>
            interpret(response, text, redact)
          )
        ),
        Effect.catchTags({ RequestError: failedToConnect, ResponseError: failedToReceive }),
        Effect.timeoutFail({
          duration: requestTimeout,
          onTimeout: () =>
            new NoResponse({ detail: "no response within the request timeout", isTransient: true })
        }),
        (send) =>
          retryTransient(send, {
            target: shownAddress(request.url),
            isTransient: ({ isTransient }) => isTransient
          }),
        Effect.mapError(
          (error) => new NoResponse({ ...error, detail: `${error.detail}${retryAfterNote(error)}` })
        )
      )
  })
