/** Sends batches, checks their answers and reports each request as one sample. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type BatchError, TransportFailed } from "../domain/BatchError.ts"
import { type BatchAt, type BatchPattern, operationsAt } from "../domain/BatchPattern.ts"
import type { Operation } from "../domain/Operation.ts"
import type { OperationOutcome } from "../domain/OperationOutcome.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import { failureOf, type OperationCounts, type SampleOutcome, SampleSink } from "../domain/Sample.ts"
import { AnswerLayout } from "./AnswerLayout.ts"
import type { Authorized } from "./Authorized.ts"
import { compileTemplate } from "./BatchTemplate.ts"
import { decodeBatch, type Sent } from "./decode.ts"
import { encodeBatch } from "./encode.ts"
import type { WireAnswer } from "./wire.ts"

const utf8 = new TextDecoder()

/**
 * Who finds nobody listening waits so long before hearing of it: a thousand refused connections a second would say
 * nothing of the server, and a run survives the restart of one.
 */
const unreachablePause = "1 second"

/** So many answers of a pattern are learned from; where none is like the one before, all the others are only read. */
const mostLayouts = 10

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

/** Sends the batch of a user's iteration and tells what the server confirmed. */
export type PostBatchAt = (at: BatchAt) => Effect.Effect<OperationCounts, BatchError>

/** What both ways of posting need; all but the naming, which may have to be asked of the server first. */
export interface PostOptions {
  readonly authorized: Authorized["Type"]
  readonly url: URL
  readonly redact: (text: string) => string
  readonly retryTransport: boolean
  readonly strictDecoding: boolean
  readonly clock: Clock.Clock
}

/** An answer that was checked. */
interface Confirmed {
  readonly counts: OperationCounts
}

interface Batch<A extends Confirmed> {
  readonly name: string
  readonly body: Uint8Array
  readonly operationCount: number
  readonly check: (answer: WireAnswer) => Either.Either<A, BatchError>
}

const failedSample = (error: BatchError, operationCount: number): SampleOutcome => ({
  _tag: "Failed",
  failure: failureOf(error),
  operationCount
})

const makeSend = ({ authorized, clock, redact, retryTransport, url }: PostOptions) => {
  const sendOnce = <A extends Confirmed>(sink: SampleSink["Type"], batch: Batch<A>) => {
    const { body, check, name, operationCount } = batch
    const beganNanos = clock.unsafeCurrentTimeNanos()
    let counted = false
    const record = (sentNanos: bigint, endedNanos: bigint, receivedBytes: number, outcome: SampleOutcome) => {
      // An interrupt may still strike between counting the answer and handing it on.
      if (counted) return
      counted = true
      sink.unsafeRecord({
        name,
        method: "POST",
        sentNanos,
        latencyMicros: Number(endedNanos - sentNanos) / 1000,
        sentBytes: body.byteLength,
        receivedBytes,
        outcome
      })
    }
    const recordUnanswered = (error: BatchError) =>
      record(beganNanos, clock.unsafeCurrentTimeNanos(), 0, failedSample(error, operationCount))
    return authorized.send({ method: "POST", url, body }).pipe(
      Effect.matchEffect({
        onFailure: (error) => {
          const shown = new TransportFailed({ ...error, detail: redact(error.detail) })
          recordUnanswered(shown)
          const failure = Effect.fail<BatchError>(shown)
          return shown.phase === "connect" ? Effect.delay(failure, unreachablePause) : failure
        },
        onSuccess: (answer) => {
          const result = check(answer)
          record(
            answer.startedNanos,
            answer.endedNanos,
            answer.body.byteLength,
            Either.isRight(result)
              ? { _tag: "Succeeded", operations: result.right.counts }
              : failedSample(result.left, operationCount)
          )
          return result
        }
      }),
      Effect.onInterrupt(() =>
        Effect.sync(() =>
          recordUnanswered(
            new TransportFailed({ phase: "abandoned", detail: "the run ended before the answer came" })
          )
        )
      )
    )
  }

  return <A extends Confirmed>(batch: Batch<A>): Effect.Effect<A, BatchError> => {
    const send = Effect.flatMap(SampleSink, (sink) => sendOnce(sink, batch))
    return retryTransport ? Effect.catchTag(send, "TransportFailed", () => send) : send
  }
}

const makeRead =
  ({ redact, strictDecoding }: PostOptions) =>
  (sent: ReadonlyArray<Sent>, answer: WireAnswer) =>
    Either.map(
      decodeBatch(sent, answer.status, utf8.decode(answer.body), redact, strictDecoding),
      (outcomes) => ({
        outcomes,
        counts: countOps(outcomes)
      })
    )

/** Posts operations that are given one by one. */
export const makePostBatch = (options: PostOptions, naming: ResourceNaming): PostBatch => {
  const send = makeSend(options)
  const read = makeRead(options)
  return (operations, name = `batch-${operations.length}`) =>
    Effect.suspend(() =>
      Effect.map(
        send({
          name,
          body: encodeBatch(operations, naming),
          operationCount: operations.length,
          check: (answer) => read(operations, answer)
        }),
        ({ outcomes }) => outcomes
      )
    )
}

/**
 * Posts the batches of a pattern: the same requests as one by one, at a fraction of the cost. Bodies are copied from a
 * template into buffers that are used again; answers are compared with one that was read.
 */
export const makePostPattern =
  (options: PostOptions, naming: ResourceNaming) =>
  (pattern: BatchPattern): Effect.Effect<PostBatchAt> =>
    Effect.suspend(() => {
      const template = compileTemplate(pattern, naming)
      if (Either.isLeft(template)) {
        const postBatch = makePostBatch(options, naming)
        return Effect.as(
          Effect.logWarning(`${pattern.name} is encoded batch by batch, which is slower: ${template.left}`),
          (at) => Effect.map(postBatch(operationsAt(pattern, at), pattern.name), countOps)
        )
      }
      const { mostBytes, operations, write } = template.right
      const send = makeSend(options)
      const read = makeRead(options)
      const free: Array<Buffer> = []
      let learned = options.strictDecoding ? mostLayouts : 0
      let known: (Confirmed & { readonly layout: AnswerLayout }) | undefined

      const check = (answer: WireAnswer): Either.Either<Confirmed, BatchError> => {
        if (known !== undefined && answer.status === 200 && known.layout.matches(answer.body)) {
          return Either.right(known)
        }
        const result = read(operations, answer)
        if (Either.isRight(result) && learned < mostLayouts) {
          learned++
          const { counts, outcomes } = result.right
          const layout = AnswerLayout.learn(answer.body, outcomes)
          if (layout !== undefined) known = { counts, layout }
        }
        return result
      }

      return Effect.succeed((at) =>
        Effect.suspend(() => {
          const buffer = free.pop() ?? Buffer.allocUnsafeSlow(mostBytes)
          return Effect.map(
            send({
              name: pattern.name,
              body: buffer.subarray(0, write(at, buffer)),
              operationCount: operations.length,
              check
            }),
            ({ counts }) => {
              // Only who has read all of a batch can have answered it so: nothing of the buffer is still to be sent.
              free.push(buffer)
              return counts
            }
          )
        })
      )
    })
