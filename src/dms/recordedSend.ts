/** Sends requests under load, checks their responses and records one sample for each request. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { TransportFailed } from "../domain/BatchError.ts"
import { failureOf, type RequestError, type SampleOutcome, SampleSink } from "../domain/Sample.ts"
import { Authorized } from "./Authorized.ts"
import { DmsConfig } from "./DmsConfig.ts"
import { type Redact, sanitizedFailure } from "./readFailure.ts"
import { Tokens } from "./Tokens.ts"
import type { HttpResponse, HttpRequest } from "../wire/httpMessage.ts"

export interface SendOptions {
  readonly authorized: Authorized["Type"]
  /** Removes secrets from texts that are shown. */
  readonly redact: Redact
  /** Sends a request without a verdict once more; both are recorded. */
  readonly retryTransport: boolean
  readonly clock: Clock.Clock
}

/** A request and how its responses are interpreted. */
export interface RecordedRequest<A, E extends RequestError> extends Pick<
  HttpRequest,
  "method" | "url" | "body"
> {
  /** Name in reports. */
  readonly name: string
  readonly operationCount: number
  /** Further headers, such as `if-none-match`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly check: (response: HttpResponse) => Either.Either<A, E>
  /** The outcome to record for a successful response. */
  readonly outcomeOf: (confirmed: A) => SampleOutcome
}

/** Delay after a refused connection, so that a stopped server does not cause thousands of failures a second. */
const connectFailureDelay = "1 second"

/** A document that the server should have refused is always a create. */
const oneCreated = { create: 1, update: 0, delete: 0 }

/** Marks each sample as one of a repeated request. */
const retrySink = (sink: SampleSink["Type"]): SampleSink["Type"] => ({
  unsafeRecord: (sample) => sink.unsafeRecord({ ...sample, again: true })
})

const failed = (error: RequestError, operationCount: number): SampleOutcome => ({
  _tag: "Failed",
  failure: failureOf(error),
  operationCount,
  ...(error._tag === "NotRefused" ? { written: oneCreated } : {})
})

/** The failure of a request that was interrupted because the run ended. */
const interrupted = (isSent: boolean): TransportFailed =>
  isSent
    ? new TransportFailed({ phase: "abandoned", detail: "the run ended before the response arrived" })
    : new TransportFailed({ phase: "connect", detail: "the run ended before the request was sent" })

const makeSendOnce =
  ({ authorized, clock, redact }: SendOptions) =>
  <A, E extends RequestError>(sink: SampleSink["Type"], request: RecordedRequest<A, E>) => {
    const { body, check, headers, method, name, operationCount, outcomeOf, url } = request
    const beganNanos = clock.unsafeCurrentTimeNanos()
    let isRecorded = false
    let isSent = false
    const onSend = () => {
      isSent = true
    }
    const record = (sentNanos: bigint, endedNanos: bigint, receivedBytes: number, outcome: SampleOutcome) => {
      // An interrupt can occur after the sample is recorded and before the result is returned.
      if (isRecorded) return
      isRecorded = true
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
    const recordFailure = (error: TransportFailed) =>
      record(beganNanos, clock.unsafeCurrentTimeNanos(), 0, failed(error, operationCount))
    return authorized.send({ method, url, body, onSend, headers }).pipe(
      Effect.matchEffect({
        onFailure: (error) => {
          const shown = sanitizedFailure(error, redact)
          recordFailure(shown)
          const failure = Effect.fail<E | TransportFailed>(shown)
          return shown.phase === "connect" ? Effect.delay(failure, connectFailureDelay) : failure
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
      Effect.onInterrupt(() => Effect.sync(() => recordFailure(interrupted(isSent))))
    )
  }

/** The `send` of the load path: each request is recorded once in the `SampleSink`, however it ends. */
export const makeRecordedSend = (options: SendOptions) => {
  const sendOnce = makeSendOnce(options)
  return <A, E extends RequestError>(
    request: RecordedRequest<A, E>
  ): Effect.Effect<A, E | TransportFailed> => {
    const send = Effect.flatMap(SampleSink, (sink) => sendOnce(sink, request))
    return options.retryTransport
      ? Effect.catchIf(
          send,
          (error) => error._tag === "TransportFailed",
          () => Effect.flatMap(SampleSink, (sink) => sendOnce(retrySink(sink), request))
        )
      : send
  }
}

/** The same with the services of a connection. */
export const recordedSend = Effect.gen(function* () {
  const { retryTransport } = yield* DmsConfig
  const { redact } = yield* Tokens
  return makeRecordedSend({
    authorized: yield* Authorized,
    redact,
    retryTransport,
    clock: yield* Effect.clock
  })
})
