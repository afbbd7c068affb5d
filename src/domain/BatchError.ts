/**
 * Why a batch did not succeed. There are three classes, for three reactions: count a conflict, stop a wrong set-up, treat
 * the state of the server as unknown. None of them depends on the wording of `detail`.
 */
import * as Schema from "effect/Schema"
import { excerpt } from "./excerpt.ts"
import { describeProblem, Problem } from "./Problem.ts"

/** The operation that failed, as the server described it. */
export const FailedOperation = Schema.Struct({
  /** 0-based position in the request. */
  index: Schema.Int,
  op: Schema.String,
  /** As spelled in the request. */
  resource: Schema.String,
  /** The problem that a single request would have received; every member is optional. */
  problem: Problem
})
export interface FailedOperation extends Schema.Schema.Type<typeof FailedOperation> {}

/** One operation failed and the server rolled the whole batch back: nothing was written. */
export class BatchRolledBack extends Schema.TaggedError<BatchRolledBack>()("BatchRolledBack", {
  /** HTTP status, on today's servers that of the failed operation. */
  status: Schema.Int,
  failedOperation: FailedOperation
}) {
  readonly written = "nothing"
  override get message(): string {
    const { index, op, resource, problem } = this.failedOperation
    const subject = `operation ${index} (${op} ${resource}) failed with ${problem.status ?? this.status}`
    return excerpt(`${subject} ${describeProblem(problem)}`)
  }
}

/**
 * The server responded before it ran any operation: 400 without `failedOperation`, 401, 403, 404 (no `/batch`
 * there), 413 (too many operations), 429, 501 (the backend knows no batches). Nothing was written.
 */
export class BatchRefused extends Schema.TaggedError<BatchRefused>()("BatchRefused", {
  status: Schema.Int,
  problem: Problem,
  /** The wait that the server requested (`Retry-After` of a 429). */
  retryAfterMillis: Schema.optional(Schema.Number)
}) {
  readonly written = "nothing"
  override get message(): string {
    return excerpt(`refused with ${this.status} ${describeProblem(this.problem)}`)
  }
}

/**
 * Where a request broke off:
 * `connect` no connection could be made, or the run ended before the request was sent; `reset` the connection broke
 * after the request was sent; `timeout` the response was not complete in time; `server` a 5xx without
 * `failedOperation`; `answer` a response that cannot be read, or a 200 that does not match the request; `abandoned`
 * the run ended before the response arrived.
 */
export const TransportPhase = Schema.Literal("connect", "reset", "timeout", "server", "answer", "abandoned")
export type TransportPhase = typeof TransportPhase.Type

/** No verdict came back. Unless no connection was made, the batch may have been committed all the same. */
export class TransportFailed extends Schema.TaggedError<TransportFailed>()("TransportFailed", {
  phase: TransportPhase,
  /** HTTP status, if a response began. */
  status: Schema.optional(Schema.Int),
  detail: Schema.String,
  /** The wait that the server requested (`Retry-After` of a 503). */
  retryAfterMillis: Schema.optional(Schema.Number)
}) {
  get written(): "nothing" | "unknown" {
    return this.phase === "connect" ? "nothing" : "unknown"
  }
  override get message(): string {
    return `${this.phase}${this.status === undefined ? "" : ` (status ${this.status})`}: ${this.detail}`
  }
}

/** Whether the server decided about a request that failed: it rolled it back or refused it. */
export const hadVerdict = (error: unknown): boolean => !(error instanceof TransportFailed)

export type BatchError = BatchRolledBack | BatchRefused | TransportFailed
