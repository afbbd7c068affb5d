/** Why a request with a single operation did not succeed: the kinds of a batch, without a rollback. */
import * as Schema from "effect/Schema"
import { TransportFailed } from "./BatchError.ts"
import { excerpt } from "./excerpt.ts"
import { describeProblem, Problem } from "./Problem.ts"

const Of = { status: Schema.Int, op: Schema.String, resource: Schema.String }

/** The server refused the operation (4xx, 501). Nothing was written. */
export class OperationRefused extends Schema.TaggedError<OperationRefused>()("OperationRefused", {
  ...Of,
  problem: Problem
}) {
  readonly written = "nothing"
  override get message(): string {
    const { op, problem, resource, status } = this
    return excerpt(`${op} ${resource} refused with ${status} ${describeProblem(problem)}`)
  }
}

/** The server wrote a document that it should have refused. */
export class NotRefused extends Schema.TaggedError<NotRefused>()("NotRefused", {
  ...Of,
  /** Of the record that should not exist. */
  documentId: Schema.NonEmptyString
}) {
  readonly written = "all"
  override get message(): string {
    return `${this.op} ${this.resource} should have been refused, but the response was ${this.status}`
  }
}

export type SingleError = OperationRefused | TransportFailed
