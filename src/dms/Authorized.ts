/** Sends requests with the bearer token of the run. After a 401 it renews the token and sends the request once more. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { DmsConfig } from "./DmsConfig.ts"
import type { TransportFailed } from "../domain/BatchError.ts"
import { Tokens } from "./Tokens.ts"
import { Transport } from "./Transport.ts"
import type { HttpResponse, HttpRequest, Send } from "../wire/httpMessage.ts"

export class Authorized extends Context.Tag("edfi-perf/dms/Authorized")<
  Authorized,
  {
    /**
     * Sends a request and returns its response. If the token had to be renewed, the times of the response span both
     * attempts. A second 401 is returned as the response, and so is the first if the renewal fails or takes longer than
     * the request timeout. While the current token is known to be refused, requests wait for its renewal before they
     * are sent, up to the request timeout; their times include this wait.
     */
    readonly send: (request: AuthorizedRequest) => Effect.Effect<HttpResponse, TransportFailed>
  }
>() {
  static readonly layer: Layer.Layer<Authorized, never, DmsConfig | Tokens | Transport> = Layer.effect(
    Authorized,
    Effect.suspend(() => make)
  )
}

export type AuthorizedRequest = Pick<HttpRequest, "method" | "url" | "body" | "onSend"> & {
  /** Further headers, such as `if-match`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** The headers of requests with a token. They are made once per token: the same object serves every request. */
const makeHeadersOf = () => {
  let known: Redacted.Redacted | undefined
  let headersOfKnown: Readonly<Record<string, string>> = {}
  return (token: Redacted.Redacted): Readonly<Record<string, string>> => {
    if (token !== known) {
      headersOfKnown = {
        authorization: `Bearer ${Redacted.value(token)}`,
        "content-type": "application/json",
        accept: "application/json",
        // Decompression would cost the load generator CPU time.
        "accept-encoding": "identity"
      }
      known = token
    }
    return headersOfKnown
  }
}

const makeSendWith = (send: Send) => {
  const headersOf = makeHeadersOf()
  return (token: Redacted.Redacted, { body, headers, method, onSend, url }: AuthorizedRequest) => {
    const standard = headersOf(token)
    return send({
      method,
      url,
      body,
      onSend,
      headers: headers === undefined ? standard : { ...standard, ...headers }
    })
  }
}

const make = Effect.gen(function* () {
  const tokens = yield* Tokens
  const { send } = yield* Transport
  const { requestTimeout } = yield* DmsConfig
  const clock = yield* Effect.clock
  const sendWith = makeSendWith(send)

  /** Whether there is a new token. A request that waits too long gives up; the renewal continues for the others. */
  const renewed = (token: Redacted.Redacted): Effect.Effect<boolean> =>
    Effect.orElseSucceed(
      Effect.timeoutTo(tokens.renew(token), {
        duration: requestTimeout,
        onSuccess: () => true,
        onTimeout: () => false
      }),
      () => false
    )

  const sendSince = (startedNanos: bigint, request: AuthorizedRequest) =>
    Effect.flatMap(tokens.current, (token) =>
      Effect.map(sendWith(token, request), (response) => ({ ...response, startedNanos }))
    )

  return {
    send: (request) =>
      Effect.flatMap(tokens.current, (token) => {
        if (tokens.isRefused(token)) {
          const startedNanos = clock.unsafeCurrentTimeNanos()
          return Effect.zipRight(renewed(token), sendSince(startedNanos, request))
        }
        return Effect.flatMap(sendWith(token, request), (first) => {
          if (first.status !== 401) return Effect.succeed(first)
          const refused = Effect.sync(() => ({ ...first, endedNanos: clock.unsafeCurrentTimeNanos() }))
          return Effect.flatMap(renewed(token), (isNew) =>
            isNew ? sendSince(first.startedNanos, request) : refused
          )
        })
      })
  } satisfies Authorized["Type"]
})
