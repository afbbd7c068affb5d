/**
 * The load path's only access to a server: sends bytes, returns status and bytes. Everything that costs microseconds
 * per request is here or in a pure function.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { DmsConfig, type DmsOptions } from "./DmsConfig.ts"
import { TransportFailed } from "../domain/BatchError.ts"
import { readBody } from "./readBody.ts"
import { nodeSend } from "../wire/nodeSend.ts"
import { undiciSend } from "../wire/undiciSend.ts"
import {
  bytesOf,
  type HttpRequest,
  type HttpResponse,
  type Send,
  type SendWith
} from "../wire/httpMessage.ts"
import { sendKept } from "../wire/sendKept.ts"

export class Transport extends Context.Tag("edfi-perf/dms/Transport")<
  Transport,
  {
    /** Sends one request, and tells its listener; an interrupt closes its connection. */
    readonly sendWith: SendWith
    /** The same without a listener. */
    readonly send: Send
  }
>() {
  /**
   * The fast one: `DmsConfig.wire` names what sends. Without a limit (`connections`), there are as many keep-alive
   * connections as requests in flight, so that no user waits for a connection.
   */
  static readonly layer: Layer.Layer<Transport, never, DmsConfig> = Layer.scoped(
    Transport,
    Effect.flatMap(DmsConfig, (config) =>
      Effect.map((config.wire === "node" ? nodeSend : undiciSend)(config), sending)
    )
  )

  /**
   * Over the HttpClient of an application; costs about four times as much per request. A failure to send has the phase
   * `reset`, because this client does not report whether anything arrived.
   */
  static readonly layerHttpClient: Layer.Layer<Transport, never, HttpClient.HttpClient | DmsConfig> =
    Layer.effect(
      Transport,
      Effect.gen(function* () {
        const client = (yield* HttpClient.HttpClient).pipe(
          HttpClient.withTracerPropagation(false),
          HttpClient.withTracerDisabledWhen(() => true)
        )
        return sending(timed(yield* Effect.clock, httpClientSend(client, yield* DmsConfig)))
      })
    )

  /** For tests: responses come from a function, without sockets and at the speed of the clock in use. */
  static readonly layerMemory = (
    respond: (
      request: HttpRequest
    ) => Effect.Effect<
      { readonly status: number; readonly body: string; readonly headers?: HttpResponse["headers"] },
      TransportFailed
    >
  ): Layer.Layer<Transport> =>
    Layer.effect(
      Transport,
      Effect.map(Effect.clock, (clock) =>
        sending(
          timed(clock, (request) =>
            Effect.map(respond(request), ({ body, headers = {}, status }) => ({
              status,
              headers,
              body: new TextEncoder().encode(body)
            }))
          )
        )
      )
    )
}

type UntimedSend = (
  request: HttpRequest
) => Effect.Effect<Pick<HttpResponse, "status" | "headers" | "body">, TransportFailed>

const sending = (sendWith: SendWith): Transport["Type"] => ({
  sendWith,
  send: (request) => sendKept(sendWith, request)
})

/** Adds the times of a request to its response, and tells its listener. */
const timed =
  (clock: Clock.Clock, send: UntimedSend): SendWith =>
  (request, listener) =>
    Effect.suspend(() => {
      const startedNanos = clock.unsafeCurrentTimeNanos()
      const body = bytesOf(request.body)
      listener.onSend(body?.byteLength ?? 0)
      return Effect.matchEffect(send({ ...request, body }), {
        onFailure: (error) => listener.onEnd(error),
        onSuccess: ({ body, headers, status }) =>
          listener.onEnd({ status, headers, body, startedNanos, endedNanos: clock.unsafeCurrentTimeNanos() })
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => listener.onAbandon())))
    })

const httpClientSend =
  (client: HttpClient.HttpClient, { maxResponseBytes, requestTimeout }: DmsOptions): UntimedSend =>
  ({ body, headers, method, url }) => {
    const request = HttpClientRequest.make(method)(url, { headers })
    return client
      .execute(body === null ? request : HttpClientRequest.bodyUint8Array(request, body, "application/json"))
      .pipe(
        Effect.flatMap((response) =>
          Effect.map(readBody(response, maxResponseBytes), (body) => ({ response, body }))
        ),
        Effect.mapError((error) => new TransportFailed({ phase: "reset", detail: error.message })),
        Effect.flatMap(({ body, response: { headers, status } }) =>
          Either.match(body, {
            onLeft: (detail) => Effect.fail(new TransportFailed({ phase: "answer", status, detail })),
            onRight: (bytes) => Effect.succeed({ status, headers, body: bytes })
          })
        ),
        Effect.timeoutFail({
          duration: requestTimeout,
          onTimeout: () =>
            new TransportFailed({
              phase: "timeout",
              detail: "no complete response within the request timeout"
            })
        })
      )
  }
