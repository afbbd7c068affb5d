/** A request that a server refuses permanently: the operation, the status and the problem. */
import * as Schema from "effect/Schema"
import { BatchRefused, BatchRolledBack } from "./BatchError.ts"
import { Problem } from "./Problem.ts"
import { OperationRefused } from "./SingleError.ts"

/** A run ends when this many first iterations of a scenario all meet the same refusal. */
export const iterationsToJudge = 10

/** 4xx statuses that depend on the moment: an expired token, a timeout, a changed document, a rate limit. */
const momentary: ReadonlySet<number> = new Set([401, 408, 412, 429])

const isLasting = (status: number): boolean => status >= 400 && status < 500 && !momentary.has(status)

/** Why the server refused an iteration. */
export const Refusal = Schema.Struct({
  /** The refused operation; `null` if the server refused the whole batch. */
  op: Schema.NullOr(Schema.String),
  resource: Schema.NullOr(Schema.String),
  /** Of the operation, not of the response around it. */
  status: Schema.Int,
  problem: Problem
})
export interface Refusal extends Schema.Schema.Type<typeof Refusal> {}

const describe = (error: unknown): Refusal | undefined => {
  if (error instanceof BatchRolledBack) {
    const { op, problem, resource } = error.failedOperation
    return { op: op.trim().toLowerCase(), resource, status: problem.status ?? error.status, problem }
  }
  if (error instanceof BatchRefused) {
    return { op: null, resource: null, status: error.status, problem: error.problem }
  }
  if (error instanceof OperationRefused) {
    const { op, problem, resource, status } = error
    return { op, resource, status, problem }
  }
  return undefined
}

/** The refusal that caused an iteration's error; `undefined` if another attempt may succeed. */
export const refusalOf = (error: unknown): Refusal | undefined => {
  const refusal = describe(error)
  return refusal !== undefined && isLasting(refusal.status) ? refusal : undefined
}

/** Same operation, status and problem type. The wording may differ, and so may the position in the batch. */
export const isSameRefusal = (a: Refusal, b: Refusal): boolean =>
  a.op === b.op && a.resource === b.resource && a.status === b.status && a.problem.type === b.problem.type

/** A scenario whose first iterations all met the same refusal. */
export interface RefusedScenario {
  readonly _tag: "RefusedScenario"
  readonly scenario: string
  readonly refusal: Refusal
}
