/** Posts batches, as single operations or from a pattern, and checks the responses. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type BatchError, BatchRefused, TransportFailed } from "../domain/BatchError.ts"
import { type BatchAt, type BatchPattern, operationsAt, recordsOf } from "../domain/BatchPattern.ts"
import type { Operation } from "../domain/Operation.ts"
import type { OperationOutcome } from "../domain/OperationOutcome.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { OperationCounts, SampleOutcome } from "../domain/Sample.ts"
import { ResponseTemplate } from "./ResponseTemplate.ts"
import type { BatchTemplate } from "./BatchTemplate.ts"
import { compileTemplate } from "./compileTemplate.ts"
import { decodeBatch, type SentOperation } from "./decode.ts"
import { encodeBatch } from "./encode.ts"
import { retryAfterOf } from "./retryAfter.ts"
import { makeRecordedSend, type SendOptions } from "./recordedSend.ts"
import type { HttpResponse, WrittenBody } from "../wire/httpMessage.ts"

export type PostBatch = (
  operations: ReadonlyArray<Operation>,
  name?: string
) => Effect.Effect<ReadonlyArray<OperationOutcome>, BatchError>

/** Sends the batch of a user's iteration; returns the operations that the server confirmed. */
export type PostBatchAt = (at: BatchAt) => Effect.Effect<OperationCounts, BatchError>

/** Options of both ways of posting, apart from the naming, which may have to be detected first. */
export interface PostOptions extends SendOptions {
  readonly url: URL
  readonly strictDecoding: boolean
}

const countOps = (outcomes: ReadonlyArray<OperationOutcome>): OperationCounts => {
  const counts = { create: 0, update: 0, delete: 0 }
  for (const { op } of outcomes) {
    if (op === "create" || op === "update" || op === "delete") counts[op]++
  }
  return counts
}

const succeeded = (operations: OperationCounts): SampleOutcome => ({ _tag: "Succeeded", operations })

/** Adds the time of `Retry-After` to an error, unless the batch was rolled back: that is no reason to wait. */
const withRetryAfter = (error: BatchError, response: HttpResponse, nowMillis: number): BatchError => {
  const retryAfter = retryAfterOf(response, nowMillis)
  if (retryAfter.retryAfterMillis === undefined || error._tag === "BatchRolledBack") return error
  return error._tag === "BatchRefused"
    ? new BatchRefused({ ...error, ...retryAfter })
    : new TransportFailed({ ...error, ...retryAfter })
}

const makeDecode =
  ({ clock, redact, strictDecoding }: PostOptions) =>
  (sent: ReadonlyArray<SentOperation>, response: HttpResponse) =>
    Either.mapBoth(decodeBatch(sent, response, redact, strictDecoding), {
      onLeft: (error) => withRetryAfter(error, response, clock.unsafeCurrentTimeMillis()),
      onRight: (outcomes) => ({ outcomes, counts: countOps(outcomes) })
    })

/** Posts batches of operations. */
export const makePostBatch = (options: PostOptions, naming: ResourceNaming): PostBatch => {
  const send = makeRecordedSend(options)
  const { url } = options
  const decode = makeDecode(options)
  return (operations, name = `batch-${operations.length}`) =>
    Effect.suspend(() =>
      Effect.map(
        send({
          method: "POST",
          url,
          name,
          body: encodeBatch(operations, naming),
          operationCount: operations.length,
          check: (response) => decode(operations, response),
          outcomeOf: ({ counts }) => succeeded(counts)
        }),
        ({ outcomes }) => outcomes
      )
    )
}

/** Maximum number of responses to learn from; if they all differ, later responses are only decoded. */
const maxLearned = 10

/** Checks the responses to the batches of one pattern: compares them with a decoded one, and decodes those that differ. */
const makeCheck = (options: PostOptions, operations: ReadonlyArray<SentOperation>) => {
  const decode = makeDecode(options)
  let learned = options.strictDecoding ? maxLearned : 0
  let known:
    | {
        readonly template: ResponseTemplate
        readonly result: Either.Either<OperationCounts, BatchError>
      }
    | undefined

  return (response: HttpResponse): Either.Either<OperationCounts, BatchError> => {
    if (known !== undefined && response.status === 200 && known.template.matches(response.body))
      return known.result
    const decoded = decode(operations, response)
    const result = Either.map(decoded, ({ counts }) => counts)
    if (Either.isRight(decoded) && learned < maxLearned) {
      learned++
      const template = ResponseTemplate.learn(response.body, decoded.right.outcomes)
      if (template !== undefined) known = { template, result }
    }
    return result
  }
}

/** A batch that is written from its template. */
class TemplateBody implements WrittenBody {
  readonly maxBytes: number

  constructor(
    private readonly template: BatchTemplate,
    private readonly at: BatchAt
  ) {
    this.maxBytes = template.maxBytes
  }

  write(target: Buffer, from: number): number {
    return this.template.write(this.at, target, from)
  }
}

const postFromTemplate = (options: PostOptions, name: string, template: BatchTemplate): PostBatchAt => {
  const send = makeRecordedSend(options)
  const { url } = options
  const { operations } = template
  const operationCount = operations.length
  const check = makeCheck(options, operations)
  return (at) =>
    send({
      method: "POST",
      url,
      name,
      operationCount,
      check,
      outcomeOf: succeeded,
      body: new TemplateBody(template, at)
    })
}

/**
 * Posts the batches of a pattern: the same requests as `makePostBatch`, at a fraction of the cost. Bodies are written
 * from a template into the buffer of the socket; responses are compared with one that was decoded. Smaller batches, which are rare,
 * are encoded and decoded in full.
 */
export const makePostPattern =
  (options: PostOptions, naming: ResourceNaming) =>
  (pattern: BatchPattern): Effect.Effect<PostBatchAt> =>
    Effect.suspend(() => {
      const template = compileTemplate(pattern, naming)
      const postBatch = makePostBatch(options, naming)
      const postEncoded: PostBatchAt = (at) =>
        Effect.map(postBatch(operationsAt(pattern, at), pattern.name), countOps)
      if (Either.isRight(template)) {
        const postWhole = postFromTemplate(options, pattern.name, template.right)
        const whole = recordsOf(pattern)
        return Effect.succeed((at) => ((at.records ?? whole) < whole ? postEncoded(at) : postWhole(at)))
      }
      return Effect.as(
        Effect.logWarning(
          `the batches of ${pattern.name} are encoded one by one, which is slower: ${template.left}`
        ),
        postEncoded
      )
    })
