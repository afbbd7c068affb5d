/** Posts batches, given one by one or as a pattern, and checks their answers. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type BatchError, BatchRefused, TransportFailed } from "../domain/BatchError.ts"
import { type BatchAt, type BatchPattern, operationsAt } from "../domain/BatchPattern.ts"
import type { Operation } from "../domain/Operation.ts"
import type { OperationOutcome } from "../domain/OperationOutcome.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { OperationCounts, SampleOutcome } from "../domain/Sample.ts"
import { ResponseTemplate } from "./ResponseTemplate.ts"
import { compileTemplate } from "./BatchTemplate.ts"
import { decodeBatch, type Sent } from "./decode.ts"
import { encodeBatch } from "./encode.ts"
import { retryAfterOf } from "./retryAfter.ts"
import { type CountedRequest, makeSendCounted, type SendOptions } from "./recordedSend.ts"
import type { HttpResponse } from "./httpMessage.ts"

/** So many answers of a pattern are learned from; where none is like the one before, all the others are only read. */
const maxLayouts = 10

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
export interface PostOptions extends SendOptions {
  readonly url: URL
  readonly strictDecoding: boolean
}

/** An answer that was checked. */
interface Confirmed {
  readonly counts: OperationCounts
}

type Batch<A extends Confirmed> = Pick<
  CountedRequest<A, BatchError>,
  "name" | "body" | "operationCount" | "check"
>

const succeeded = ({ counts }: Confirmed): SampleOutcome => ({ _tag: "Succeeded", operations: counts })

const makeSend = (options: PostOptions) => {
  const send = makeSendCounted(options)
  const { url } = options
  return <A extends Confirmed>({ body, check, name, operationCount }: Batch<A>) =>
    send({ method: "POST", url, name, body, operationCount, check, outcomeOf: succeeded })
}

/** Keeps the time of `Retry-After`; a batch that was rolled back is no reason to wait. */
const withRetryAfter = (error: BatchError, response: HttpResponse, nowMillis: number): BatchError => {
  const asked = retryAfterOf(response, nowMillis)
  if (asked.retryAfterMillis === undefined || error._tag === "BatchRolledBack") return error
  return error._tag === "BatchRefused"
    ? new BatchRefused({ ...error, ...asked })
    : new TransportFailed({ ...error, ...asked })
}

const makeRead =
  ({ clock, redact, strictDecoding }: PostOptions) =>
  (sent: ReadonlyArray<Sent>, response: HttpResponse) =>
    Either.mapBoth(decodeBatch(sent, response, redact, strictDecoding), {
      onLeft: (error) => withRetryAfter(error, response, clock.unsafeCurrentTimeMillis()),
      onRight: (outcomes) => ({ outcomes, counts: countOps(outcomes) })
    })

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
          check: (response) => read(operations, response)
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
      const { maxBytes, operations, write } = template.right
      const send = makeSend(options)
      const read = makeRead(options)
      const free: Array<Buffer> = []
      let learned = options.strictDecoding ? maxLayouts : 0
      let known: (Confirmed & { readonly layout: ResponseTemplate }) | undefined

      const check = (response: HttpResponse): Either.Either<Confirmed, BatchError> => {
        if (known !== undefined && response.status === 200 && known.layout.matches(response.body)) {
          return Either.right(known)
        }
        const result = read(operations, response)
        if (Either.isRight(result) && learned < maxLayouts) {
          learned++
          const { counts, outcomes } = result.right
          const layout = ResponseTemplate.learn(response.body, outcomes)
          if (layout !== undefined) known = { counts, layout }
        }
        return result
      }

      return Effect.succeed((at) =>
        Effect.suspend(() => {
          const buffer = free.pop() ?? Buffer.allocUnsafeSlow(maxBytes)
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
