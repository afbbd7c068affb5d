/** Sends one batch, checks its answer and reports it as one sample per request. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type BatchError, TransportFailed } from "../domain/BatchError.ts"
import type { Operation } from "../domain/Operation.ts"
import type { OperationOutcome } from "../domain/OperationOutcome.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import { failureOf, type OperationCounts, type SampleOutcome, SampleSink } from "../domain/Sample.ts"
import type { Authorized } from "./Authorized.ts"
import { decodeBatch } from "./decode.ts"
import { encodeBatch } from "./encode.ts"

const utf8 = new TextDecoder()

/**
 * Who finds nobody listening waits so long before hearing of it: a thousand refused connections a second would say
 * nothing of the server, and a run survives the restart of one.
 */
const unreachablePause = "1 second"

const countOps = (outcomes: ReadonlyArray<OperationOutcome>): OperationCounts => {
  const counts = { create: 0, update: 0, delete: 0 }
  for (const { op } of outcomes) {
    if (op === "create" || op === "update" || op === "delete") counts[op]++
  }
  return counts
}

export type PostBatch = (
  operations: ReadonlyArray<Operation>,
  name?: string
) => Effect.Effect<ReadonlyArray<OperationOutcome>, BatchError>

/** Everything but the naming, which may have to be asked of the server first. */
export const makePostBatch = (
  authorized: Authorized["Type"],
  options: {
    readonly url: URL
    readonly naming: ResourceNaming
    readonly redact: (text: string) => string
    readonly retryTransport: boolean
    readonly clock: Clock.Clock
  }
): PostBatch => {
  const { clock, naming, redact, retryTransport, url } = options

  const sendOnce = (
    sink: SampleSink["Type"],
    operations: ReadonlyArray<Operation>,
    body: Uint8Array,
    name: string
  ) => {
    const beganNanos = clock.unsafeCurrentTimeNanos()
    let counted = false
    const record = (latencyNanos: bigint, receivedBytes: number, outcome: SampleOutcome) => {
      // An interrupt may still strike between counting the answer and handing it on.
      if (counted) return
      counted = true
      sink.unsafeRecord({
        name,
        method: "POST",
        latencyMicros: Number(latencyNanos) / 1000,
        sentBytes: body.byteLength,
        receivedBytes,
        outcome
      })
    }
    const failed = (error: BatchError): SampleOutcome => ({
      _tag: "Failed",
      failure: failureOf(error),
      operationCount: operations.length
    })
    const sinceBegin = () => clock.unsafeCurrentTimeNanos() - beganNanos
    return authorized.send({ method: "POST", url, body }).pipe(
      Effect.matchEffect({
        onFailure: (error) => {
          const detail = redact(error.detail)
          const shown = new TransportFailed({ ...error, detail })
          record(sinceBegin(), 0, failed(shown))
          const failure = Effect.fail<BatchError>(shown)
          return shown.phase === "connect" ? Effect.delay(failure, unreachablePause) : failure
        },
        onSuccess: (answer) => {
          const result = decodeBatch(operations, answer.status, utf8.decode(answer.body), redact)
          record(
            answer.endedNanos - answer.startedNanos,
            answer.body.byteLength,
            Either.isRight(result)
              ? { _tag: "Succeeded", operations: countOps(result.right) }
              : failed(result.left)
          )
          return result
        }
      }),
      Effect.onInterrupt(() =>
        Effect.sync(() => {
          const error = new TransportFailed({
            phase: "abandoned",
            detail: "the run ended before the answer came"
          })
          record(sinceBegin(), 0, failed(error))
        })
      )
    )
  }

  return (operations, name = `batch-${operations.length}`) =>
    Effect.flatMap(SampleSink, (sink) => {
      const body = encodeBatch(operations, naming)
      const send = Effect.suspend(() => sendOnce(sink, operations, body, name))
      return retryTransport ? Effect.catchTag(send, "TransportFailed", () => send) : send
    })
}
