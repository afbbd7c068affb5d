/** Failures of one kind, in the documents of runs. */
import * as Schema from "effect/Schema"
import type { FailureGroup } from "../metrics/Recorder.ts"

export const FailureEntry = Schema.Struct({
  /** The request name. */
  name: Schema.String,
  kind: Schema.Literal("rolledBack", "refused", "transport"),
  status: Schema.NullOr(Schema.Int),
  op: Schema.NullOr(Schema.String),
  resource: Schema.NullOr(Schema.String),
  index: Schema.NullOr(Schema.Int),
  /** The server's problem type; for `transport` the phase: connect, reset, timeout, ... */
  problemType: Schema.NullOr(Schema.String),
  count: Schema.NonNegativeInt,
  /** The message of one of these failures. */
  example: Schema.String
})
export interface FailureEntry extends Schema.Schema.Type<typeof FailureEntry> {}

export const failureEntry = ({ count, failure, name }: FailureGroup): FailureEntry => ({
  name,
  kind: failure.kind,
  status: failure.status,
  op: failure.op,
  resource: failure.resource,
  index: failure.index,
  problemType: failure.problemType,
  count,
  example: failure.example
})
