/** Sends a request without a listener, and keeps the body of its response. */
import * as Effect from "effect/Effect"
import { TransportFailed } from "../domain/BatchError.ts"
import type { HttpResponse, RequestListener } from "./httpMessage.ts"

const keep: RequestListener<HttpResponse, TransportFailed> = {
  onSend: () => {},
  onAbandon: () => {},
  onEnd: (end) =>
    end instanceof TransportFailed
      ? Effect.fail(end)
      : Effect.succeed({ ...end, body: Buffer.from(end.body) })
}

export const sendKept = <R>(
  sendWith: (request: R, listener: typeof keep) => Effect.Effect<HttpResponse, TransportFailed>,
  request: R
): Effect.Effect<HttpResponse, TransportFailed> => sendWith(request, keep)
