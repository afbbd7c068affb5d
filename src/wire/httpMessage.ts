/** A request and its response as bytes. */
import type * as Effect from "effect/Effect"
import type { TransportFailed } from "../domain/BatchError.ts"

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Absolute. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
  /** Called when writing the request begins; before that, it cannot have changed anything on the server. */
  readonly onSend?: (() => void) | undefined
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: Uint8Array
  /** Monotonic; when `send` was called. */
  readonly startedNanos: bigint
  /** Monotonic; when the last byte of the response had arrived. */
  readonly endedNanos: bigint
}

/** Sends one request; an interrupt closes its connection. */
export type Send = (request: HttpRequest) => Effect.Effect<HttpResponse, TransportFailed>
