/** A request and its response as bytes, and how a request is followed until it ends. */
import type * as Effect from "effect/Effect"
import type { TransportFailed } from "../domain/BatchError.ts"

/** A body that is written where it is sent from, without a copy. */
export interface WrittenBody {
  /** Maximum length. */
  readonly maxBytes: number
  /**
   * Writes the body, the same bytes at every call.
   *
   * @param target has room for `maxBytes` from `from` on
   * @returns the offset of its end
   */
  readonly write: (target: Buffer, from: number) => number
}

export type RequestBody = Uint8Array | WrittenBody | null

export interface HttpRequest<Body extends RequestBody = Uint8Array | null> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Absolute. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: Uint8Array
  /** Monotonic; when the request was passed to the transport. */
  readonly startedNanos: bigint
  /** Monotonic; when the last byte of the response had arrived. */
  readonly endedNanos: bigint
}

/**
 * Follows a request where things happen to it: in the callbacks of its socket, before the fiber that waits for it runs.
 * Exactly one of `onEnd` and `onAbandon` is called; only an `onAbandon` may follow an `onEnd`, and means nothing.
 */
export interface RequestListener<A, E> {
  /**
   * Writing the request begins; before that, it cannot have changed anything on the server.
   *
   * @param bodyBytes length of its body
   */
  readonly onSend: (bodyBytes: number) => void
  /**
   * @param end the bytes of its `body` are valid during the call only: they are those of the socket's buffer
   * @returns what the waiting fiber continues with
   */
  readonly onEnd: (end: HttpResponse | TransportFailed) => Effect.Effect<A, E>
  /** An interrupt ended the request. */
  readonly onAbandon: () => void
}

/** Sends one request, and tells its listener; an interrupt closes its connection. */
export type SendWith = <A, E>(
  request: HttpRequest<RequestBody>,
  listener: RequestListener<A, E>
) => Effect.Effect<A, E>

/** Sends one request; an interrupt closes its connection. */
export type Send = (request: HttpRequest) => Effect.Effect<HttpResponse, TransportFailed>

/** The bytes of a body, which may be those of its request. */
export const bytesOf = (body: RequestBody): Uint8Array | null => {
  if (body === null || body instanceof Uint8Array) return body
  const bytes = Buffer.allocUnsafe(body.maxBytes)
  return bytes.subarray(0, body.write(bytes, 0))
}
