/** Sends requests with the bearer token of the run; a refused token is renewed and the request sent once more. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { DmsConfig } from "./DmsConfig.ts"
import type { TransportFailed } from "../domain/BatchError.ts"
import { Tokens } from "./Tokens.ts"
import { Transport } from "./Transport.ts"
import type { HttpResponse, HttpRequest } from "./httpMessage.ts"

export type AuthorizedRequest = Pick<HttpRequest, "method" | "url" | "body" | "onSend"> & {
  /** Further headers, such as `if-match`. */
  readonly headers?: Readonly<Record<string, string>>
}

export class Authorized extends Context.Tag("edfi-perf/dms/Authorized")<
  Authorized,
  {
    /**
     * One answer; its times span both attempts where the token had to be renewed. A second 401 is the answer, and so is
     * the first if the renewal takes longer than the request timeout. While a token is known to be refused, requests
     * wait for the renewal before they are sent, up to the request timeout; the wait is part of their time.
     */
    readonly send: (request: AuthorizedRequest) => Effect.Effect<HttpResponse, TransportFailed>
  }
>() {
  static readonly layer: Layer.Layer<Authorized, never, DmsConfig | Tokens | Transport> = Layer.effect(
    Authorized,
    Effect.gen(function* () {
      const tokens = yield* Tokens
      const { send } = yield* Transport
      const { requestTimeout } = yield* DmsConfig
      const clock = yield* Effect.clock
      // Made once per token: the same header object serves every request.
      let known: Redacted.Redacted | undefined
      let headersOfKnown: Readonly<Record<string, string>> = {}
      const headersOf = (token: Redacted.Redacted) => {
        if (token !== known) {
          headersOfKnown = {
            authorization: `Bearer ${Redacted.value(token)}`,
            "content-type": "application/json",
            accept: "application/json",
            // Decompression would be work of the load generator that the times of the server do not include.
            "accept-encoding": "identity"
          }
          known = token
        }
        return headersOfKnown
      }
      const sendWith = (
        token: Redacted.Redacted,
        { body, headers, method, onSend, url }: AuthorizedRequest
      ) => {
        const standard = headersOf(token)
        return send({
          method,
          url,
          body,
          onSend,
          headers: headers === undefined ? standard : { ...standard, ...headers }
        })
      }
      /**
       * Whether there is a new token; a request that waits too long gives up, and the renewal continues for the others.
       */
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
      }
    })
  )
}
