/** One request as it was measured, and where measurements go. */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import type { BatchError } from "./BatchError.ts"
import type { Op } from "./Operation.ts"
import type { NotRefused, SingleError } from "./SingleError.ts"

/** What is known of a request that failed: enough to group it with others of its kind. */
export const Failure = Schema.Struct({
  kind: Schema.Literal("rolledBack", "refused", "transport"),
  /** HTTP status; `null` where no answer began. */
  status: Schema.NullOr(Schema.Number),
  op: Schema.NullOr(Schema.String),
  resource: Schema.NullOr(Schema.String),
  /** 0-based position of the failed operation in its batch. */
  index: Schema.NullOr(Schema.Number),
  /** `problem.type` of the server, or where the transport broke off (`timeout`, `reset`, ...). */
  problemType: Schema.NullOr(Schema.String),
  /** One readable line of this very failure. */
  example: Schema.String
})
export interface Failure extends Schema.Schema.Type<typeof Failure> {}

/** How many operations of each kind the server confirmed. */
export type OperationCounts = { readonly [K in Op]: number }

/** Of all kinds together. */
export const countOf = ({ create, delete: deleted, update }: OperationCounts): number =>
  create + update + deleted

export type SampleOutcome =
  | { readonly _tag: "Succeeded"; readonly operations: OperationCounts }
  | {
      readonly _tag: "Failed"
      readonly failure: Failure
      readonly operationCount: number
      /** What the server confirmed although it was to refuse it: the request failed, and its operations are known. */
      readonly written?: OperationCounts
    }
  /** Refused, as it was meant to be: no operation succeeded and nothing went wrong. */
  | { readonly _tag: "ExpectedFailure" }

/**
 * One request: `students-batch-10` was sent, 27,914 bytes, and answered after 4,215 microseconds. A request that
 * was sent again because its token had to be renewed is one sample, whose latency spans both.
 */
export interface Sample {
  readonly name: string
  readonly method: string
  /** When it was handed over, by the monotonic clock. */
  readonly sentNanos: bigint
  /** Service time: from handing the request over (a new connection included) to the last byte of the answer. */
  readonly latencyMicros: number
  /**
   * Open model: how long after its due time it was handed over, >= 0; both together are its response time. Left out
   * in the closed model, where nothing is due.
   */
  readonly waitedMicros?: number
  /** The request of the sample before it, sent once more: due when that was. */
  readonly again?: true
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly outcome: SampleOutcome
}

/**
 * Where the clients report every request that they sent, in the moment in which it ends. The engine provides its
 * recorder here; a program that only wants the clients provides nothing and the samples go nowhere.
 */
export class SampleSink extends Context.Reference<SampleSink>()("edfi-perf/domain/SampleSink", {
  defaultValue: () => ({ unsafeRecord: (_sample: Sample): void => {} })
}) {}

/** Every way in which a request can fail. */
export type RequestError = BatchError | SingleError | NotRefused

/** The failure that an error is counted as. */
export const failureOf = (error: RequestError): Failure => {
  switch (error._tag) {
    case "BatchRolledBack": {
      const { index, op, problem, resource } = error.failedOperation
      const problemType = problem.type ?? null
      return {
        kind: "rolledBack",
        status: error.status,
        op,
        resource,
        index,
        problemType,
        example: error.message
      }
    }
    case "BatchRefused":
      return {
        kind: "refused",
        status: error.status,
        op: null,
        resource: null,
        index: null,
        problemType: error.problem.type ?? null,
        example: error.message
      }
    case "OperationRefused":
      return {
        kind: "refused",
        status: error.status,
        op: error.op,
        resource: error.resource,
        index: null,
        problemType: error.problem.type ?? null,
        example: error.message
      }
    case "NotRefused":
      return {
        kind: "transport",
        status: error.status,
        op: error.op,
        resource: error.resource,
        index: null,
        problemType: "answer",
        example: error.message
      }
    case "TransportFailed":
      return {
        kind: "transport",
        status: error.status ?? null,
        op: null,
        resource: null,
        index: null,
        problemType: error.phase,
        example: error.message
      }
  }
}
