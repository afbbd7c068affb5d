/** Sends requests under load, checks their answers and reports each as one sample. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { TransportFailed } from "../domain/BatchError.ts"
import { failureOf, type RequestError, type SampleOutcome, SampleSink } from "../domain/Sample.ts"
import type { Authorized } from "./Authorized.ts"
import { type Redact, shownFailure } from "./readFailure.ts"
import type { HttpResponse, HttpRequest } from "./httpMessage.ts"

/**
 * Who finds nobody listening waits so long before hearing of it: a thousand refused connections a second would say
 * nothing of the server, and a run survives the restart of one.
 */
const unreachablePause = "1 second"

/** A document that was to be refused is always one to create. */
const oneCreated = { create: 1, update: 0, delete: 0 }

export interface SendOptions {
  readonly authorized: Authorized["Type"]
  /** Takes secrets out of what is shown. */
  readonly redact: Redact
  /** Sends once more what got no verdict; both are counted. */
  readonly retryTransport: boolean
  readonly clock: Clock.Clock
}

/** A request, and what its answers mean. */
export interface CountedRequest<A, E extends RequestError> extends Pick<
  HttpRequest,
  "method" | "url" | "body"
> {
  /** What it is called in reports. */
  readonly name: string
  /** How many operations it carries. */
  readonly operationCount: number
  readonly check: (response: HttpResponse) => Either.Either<A, E>
  /** What a good answer is counted as. */
  readonly outcomeOf: (confirmed: A) => SampleOutcome
}

/** Says of what it is told that it was sent before. */
const sinkOfRetry = (sink: SampleSink["Type"]): SampleSink["Type"] => ({
  unsafeRecord: (sample) => sink.unsafeRecord({ ...sample, again: true })
})

const failed = (error: RequestError, operationCount: number): SampleOutcome => ({
  _tag: "Failed",
  failure: failureOf(error),
  operationCount,
  ...(error._tag === "NotRefused" ? { written: oneCreated } : {})
})

/** The load path's way to send: whatever becomes of a request, the `SampleSink` hears of it once. */
export const makeSendCounted = ({ authorized, clock, redact, retryTransport }: SendOptions) => {
  const sendOnce = <A, E extends RequestError>(sink: SampleSink["Type"], request: CountedRequest<A, E>) => {
    const { body, check, method, name, operationCount, outcomeOf, url } = request
    const beganNanos = clock.unsafeCurrentTimeNanos()
    let counted = false
    let isSent = false
    const onSend = () => {
      isSent = true
    }
    const record = (sentNanos: bigint, endedNanos: bigint, receivedBytes: number, outcome: SampleOutcome) => {
      // An interrupt may still strike between counting the answer and handing it on.
      if (counted) return
      counted = true
      sink.unsafeRecord({
        name,
        method,
        sentNanos,
        latencyMicros: Number(endedNanos - sentNanos) / 1000,
        sentBytes: body === null ? 0 : body.byteLength,
        receivedBytes,
        outcome
      })
    }
    const recordUnanswered = (error: TransportFailed) =>
      record(beganNanos, clock.unsafeCurrentTimeNanos(), 0, failed(error, operationCount))
    return authorized.send({ method, url, body, onSend }).pipe(
      Effect.matchEffect({
        onFailure: (error) => {
          const shown = shownFailure(error, redact)
          recordUnanswered(shown)
          const failure = Effect.fail<E | TransportFailed>(shown)
          return shown.phase === "connect" ? Effect.delay(failure, unreachablePause) : failure
        },
        onSuccess: (response): Effect.Effect<A, E | TransportFailed> => {
          const result = check(response)
          record(
            response.startedNanos,
            response.endedNanos,
            response.body.byteLength,
            Either.isRight(result) ? outcomeOf(result.right) : failed(result.left, operationCount)
          )
          return result
        }
      }),
      Effect.onInterrupt(() =>
        Effect.sync(() =>
          recordUnanswered(
            isSent
              ? new TransportFailed({ phase: "abandoned", detail: "the run ended before the answer came" })
              : new TransportFailed({ phase: "connect", detail: "the run ended before the request was sent" })
          )
        )
      )
    )
  }

  return <A, E extends RequestError>(
    request: CountedRequest<A, E>
  ): Effect.Effect<A, E | TransportFailed> => {
    const send = Effect.flatMap(SampleSink, (sink) => sendOnce(sink, request))
    return retryTransport
      ? Effect.catchIf(
          send,
          (error) => error._tag === "TransportFailed",
          () => Effect.flatMap(SampleSink, (sink) => sendOnce(sinkOfRetry(sink), request))
        )
      : send
  }
}
