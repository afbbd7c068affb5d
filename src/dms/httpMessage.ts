/** A request and its answer as bytes. */
import type * as Effect from "effect/Effect"
import type { TransportFailed } from "../domain/BatchError.ts"

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Absolute. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
  /** Called when the request begins to be written: until then it has changed nothing on the server. */
  readonly onSend?: (() => void) | undefined
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: Uint8Array
  /** By the monotonic clock, when the request was handed over. */
  readonly startedNanos: bigint
  /** By the monotonic clock, when the last byte of the answer had arrived. */
  readonly endedNanos: bigint
}

/** One request, one answer, or why there is none; an interrupt gives the connection up. */
export type Send = (request: HttpRequest) => Effect.Effect<HttpResponse, TransportFailed>
