/** The measurement of one request, and its destination. */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import type { BatchError } from "./BatchError.ts"
import type { Op } from "./Operation.ts"
import type { NotRefused, SingleError } from "./SingleError.ts"

/** The failure of a request, as far as failures are grouped by it, and an example. */
export const Failure = Schema.Struct({
  kind: Schema.Literal("rolledBack", "refused", "transport"),
  /** HTTP status; `null` if no response began. */
  status: Schema.NullOr(Schema.Number),
  op: Schema.NullOr(Schema.String),
  resource: Schema.NullOr(Schema.String),
  /** 0-based position of the failed operation in its batch. */
  index: Schema.NullOr(Schema.Number),
  /** `problem.type` of the server, or where the transport broke off (`timeout`, `reset`, ...). */
  problemType: Schema.NullOr(Schema.String),
  /** A readable line about this particular failure. */
  example: Schema.String
})
export interface Failure extends Schema.Schema.Type<typeof Failure> {}

/** Number of operations of each kind that the server confirmed. */
export type OperationCounts = { readonly [K in Op]: number }

/** The sum of all kinds. */
export const countOf = ({ create, delete: deleted, update }: OperationCounts): number =>
  create + update + deleted

export type SampleOutcome =
  | {
      readonly _tag: "Succeeded"
      readonly operations: OperationCounts
      /** Documents in the response to a read; absent for other requests. */
      readonly rows?: number
    }
  | {
      readonly _tag: "Failed"
      readonly failure: Failure
      readonly operationCount: number
      /** Operations that the server confirmed although it should have refused them. */
      readonly written?: OperationCounts
    }
  /** The server refused a request that it was meant to refuse: no operation succeeded, and nothing failed. */
  | { readonly _tag: "ExpectedFailure" }

/**
 * One request: `students-batch-10` with 27,914 bytes, whose response took 4,215 microseconds. A request that was sent
 * again after its token was renewed is one sample, whose latency includes both attempts.
 */
export interface Sample {
  readonly name: string
  readonly method: string
  /** When it was passed to the transport, by the monotonic clock. */
  readonly sentNanos: bigint
  /** Service time: from the call of the transport (a new connection included) to the last byte of the response. */
  readonly latencyMicros: number
  /**
   * Open model: how long after its due time it was sent, >= 0; together with the service time it is the response time.
   * Absent in the closed model.
   */
  readonly waitedMicros?: number
  /** A retry of the request before it, with the same due time. */
  readonly again?: true
  /** Sent, in the open model due, before the end of the warm-up: no figure of the run includes it. */
  readonly inWarmUp?: true
  /** Length of the body, as it was passed to the socket; 0 if it was not. */
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly outcome: SampleOutcome
}

/**
 * Receives every request from the clients at the moment it ends. The engine provides its recorder here; without one, as
 * in a program that uses only the clients, samples are discarded.
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
