/** An HttpClient that responds with a list of replies, without sockets. */
import * as HttpClient from "@effect/platform/HttpClient"
import { RequestError } from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export type FakeReply =
  | {
      readonly status?: number
      readonly body?: string | Uint8Array<ArrayBuffer>
      readonly headers?: Readonly<Record<string, string>>
      /** Delay of the reply, by the clock in use. */
      readonly afterMillis?: number
    }
  /** No connection. */
  | "failed"

export interface Request extends Pick<HttpClientRequest.HttpClientRequest, "url" | "headers" | "body"> {
  /** Since 1970. */
  readonly atMillis: number
}

/** Returns these replies in turn, then the last one repeatedly, and records the requests. */
export const repliesInTurn = (...replies: ReadonlyArray<FakeReply>) => {
  const requests: Array<Request> = []
  const client = HttpClient.make((request) =>
    Effect.gen(function* () {
      const reply = replies[requests.length] ?? replies.at(-1) ?? "failed"
      const { body, headers, url } = request
      requests.push({ url, headers, body, atMillis: yield* Clock.currentTimeMillis })
      if (reply === "failed") {
        return yield* new RequestError({ request, reason: "Transport", cause: new Error("connect refused") })
      }
      const { afterMillis = 0, status = 200 } = reply
      yield* Effect.sleep(afterMillis)
      return HttpClientResponse.fromWeb(
        request,
        new Response(reply.body ?? null, { status, headers: reply.headers ?? {} })
      )
    })
  )
  return { layer: Layer.succeed(HttpClient.HttpClient, client), requests }
}
