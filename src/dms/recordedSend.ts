/** Sends requests under load, checks their responses and records one sample for each request. */
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import { TransportFailed } from "../domain/BatchError.ts"
import { failureOf, type RequestError, type SampleOutcome, SampleSink } from "../domain/Sample.ts"
import { Authorized, type AuthorizedRequest } from "./Authorized.ts"
import { DmsConfig } from "./DmsConfig.ts"
import { type Redact, sanitizedFailure } from "./readFailure.ts"
import { Tokens } from "./Tokens.ts"
import type { HttpResponse, RequestListener } from "../wire/httpMessage.ts"

export interface SendOptions {
  readonly authorized: Authorized["Type"]
  /** Removes secrets from texts that are shown. */
  readonly redact: Redact
  /** Sends a request without a verdict once more; both are recorded. */
  readonly retryTransport: boolean
  readonly clock: Clock.Clock
}

/** A request and how its responses are interpreted. */
export interface RecordedRequest<A, E extends RequestError> extends AuthorizedRequest {
  /** Name in reports. */
  readonly name: string
  readonly operationCount: number
  /** Called where the last byte arrives: the bytes of the response are valid during the call only. */
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

/** Checks and records one request where its response arrives, before the fiber of its user runs. */
class RecordedCall<A, E extends RequestError> implements RequestListener<A, E | TransportFailed> {
  private readonly beganNanos: bigint
  private sentBytes = 0
  private isSent = false
  private isRecorded = false

  constructor(
    private readonly options: SendOptions,
    private readonly sink: SampleSink["Type"],
    private readonly request: RecordedRequest<A, E>
  ) {
    this.beganNanos = options.clock.unsafeCurrentTimeNanos()
  }

  onSend(bodyBytes: number): void {
    this.isSent = true
    this.sentBytes = bodyBytes
  }

  onEnd(end: HttpResponse | TransportFailed): Effect.Effect<A, E | TransportFailed> {
    if (end instanceof TransportFailed) return this.fail(end)
    const { check, operationCount, outcomeOf } = this.request
    const result = check(end)
    this.record(
      end.startedNanos,
      end.endedNanos,
      end.body.byteLength,
      Either.isRight(result) ? outcomeOf(result.right) : failed(result.left, operationCount)
    )
    return result
  }

  onAbandon(): void {
    this.recordFailure(interrupted(this.isSent))
  }

  private fail(error: TransportFailed): Effect.Effect<never, TransportFailed> {
    const shown = sanitizedFailure(error, this.options.redact)
    this.recordFailure(shown)
    const failure = Effect.fail(shown)
    return shown.phase === "connect" ? Effect.delay(failure, connectFailureDelay) : failure
  }

  private recordFailure(error: TransportFailed): void {
    const { operationCount } = this.request
    this.record(
      this.beganNanos,
      this.options.clock.unsafeCurrentTimeNanos(),
      0,
      failed(error, operationCount)
    )
  }

  private record(sentNanos: bigint, endedNanos: bigint, receivedBytes: number, outcome: SampleOutcome): void {
    // An interrupt can follow the response.
    if (this.isRecorded) return
    this.isRecorded = true
    const { method, name } = this.request
    this.sink.unsafeRecord({
      name,
      method,
      sentNanos,
      latencyMicros: Number(endedNanos - sentNanos) / 1000,
      sentBytes: this.sentBytes,
      receivedBytes,
      outcome
    })
  }
}

/** The `send` of the load path: each request is recorded once in the `SampleSink`, however it ends. */
export const makeRecordedSend = (options: SendOptions) => {
  const { authorized } = options
  const sendOnce = <A, E extends RequestError>(
    request: RecordedRequest<A, E>,
    sinkOf: (sink: SampleSink["Type"]) => SampleSink["Type"]
  ) =>
    // One step of the fiber; `Effect.flatMap(SampleSink, ...)` would be three.
    Effect.withFiberRuntime<A, E | TransportFailed>(({ currentContext }) => {
      const sink = sinkOf(Context.get(currentContext, SampleSink))
      return authorized.sendWith(request, new RecordedCall(options, sink, request))
    })
  return <A, E extends RequestError>(
    request: RecordedRequest<A, E>
  ): Effect.Effect<A, E | TransportFailed> =>
    options.retryTransport
      ? Effect.catchIf(
          sendOnce(request, identity),
          (error) => error._tag === "TransportFailed",
          () => sendOnce(request, retrySink)
        )
      : sendOnce(request, identity)
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
