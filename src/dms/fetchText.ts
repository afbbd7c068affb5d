/** Requests that a run needs once (discovery, login), through HttpClient: sent again after transient faults. */
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
import { isTransientStatus, retryTransient, waitNote } from "./transientRetry.ts"
import { proxyNote } from "./proxyNote.ts"
import { readBody } from "./readBody.ts"
import { type Redact, showWith } from "./readFailure.ts"
import { reasonOf } from "./reasonOf.ts"
import { retryAfterOf } from "./retryAfter.ts"

/** No connection, no response in time, a response that cannot be read, or one with a transient status. */
class NoResponse extends Data.TaggedError("NoAnswer")<{
  /** Cleaned, and without secrets. */
  readonly detail: string
  /** Whether the same request may succeed in a moment. */
  readonly isTransient: boolean
  readonly retryAfterMillis?: number
}> {}

interface Said {
  readonly status: number
  readonly text: string
  /** Where a redirect leads, cleaned; redirects are not followed, because the load would not follow them either. */
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
        Effect.fail(new NoResponse({ detail: showWith(redact)(detail), isTransient: false })),
      onRight: (body) => Effect.succeed(utf8.decode(body))
    })
  )

/** A status that is not transient is an answer. */
const responseOf = (
  { headers, status }: HttpClientResponse.HttpClientResponse,
  text: string,
  redact: Redact
): Effect.Effect<Said, NoResponse> => {
  if (!isTransientStatus(status)) {
    const redirect =
      status >= 300 && status < 400 ? shownAddress(redact(headers["location"] ?? "nowhere")) : undefined
    return Effect.succeed({ status, text, redirect })
  }
  const detail = `it answered ${status} ${showWith(redact)(text)}`.trim()
  return Effect.flatMap(
    Clock.currentTimeMillis,
    (now) => new NoResponse({ detail, isTransient: true, ...retryAfterOf({ headers, status }, now) })
  )
}

const failedToConnect = (error: HttpClientError): Effect.Effect<never, NoResponse> =>
  Effect.flatMap(
    proxyNote,
    (note) => new NoResponse({ detail: `${reasonOf(error.cause ?? error)}${note}`, isTransient: true })
  )

const brokenOff = (error: HttpClientError) =>
  new NoResponse({ detail: reasonOf(error.cause ?? error), isTransient: true })

/**
 * Sends a request, and again while the failure is transient (`retryTransient`).
 *
 * @param redact removes secrets from texts of the server
 */
export const makeAsk = (redact: Redact) =>
  Effect.gen(function* () {
    const { maxResponseBytes, requestTimeout } = yield* DmsConfig
    const client = (yield* HttpClient.HttpClient).pipe(HttpClient.withTracerPropagation(false))
    return (request: HttpClientRequest.HttpClientRequest): Effect.Effect<Said, NoResponse> =>
      client.execute(HttpClientRequest.setHeader(request, "accept-encoding", "identity")).pipe(
        Effect.flatMap((response) =>
          Effect.flatMap(readText(response, maxResponseBytes, redact), (text) =>
            responseOf(response, text, redact)
          )
        ),
        Effect.catchTags({ RequestError: failedToConnect, ResponseError: brokenOff }),
        Effect.timeoutFail({
          duration: requestTimeout,
          onTimeout: () =>
            new NoResponse({ detail: "no answer within the request timeout", isTransient: true })
        }),
        (send) =>
          retryTransient(send, {
            what: shownAddress(request.url),
            isTransient: ({ isTransient }) => isTransient
          }),
        Effect.mapError((error) => new NoResponse({ ...error, detail: `${error.detail}${waitNote(error)}` }))
      )
  })
