/** Decodes responses to `POST /batch`. A 200 is a success only if it lists exactly the operations that were sent. */
import { isUtf8 } from "node:buffer"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type BatchError, BatchRefused, BatchRolledBack, type FailedOperation } from "../domain/BatchError.ts"
import type { Operation } from "../domain/Operation.ts"
import { OperationOutcome } from "../domain/OperationOutcome.ts"
import { readProblem } from "../domain/Problem.ts"
import { readFailure, type Redact, sanitizeWith, jsonOf } from "./readFailure.ts"
import type { HttpResponse } from "../wire/httpMessage.ts"

/** The parts of a sent operation that its outcome must match. */
export type SentOperation = Pick<Operation, "op" | "resource">

const backslash = 0x5c

const isArray = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** For `--strictDecoding`. */
const matchesSchema = Schema.is(OperationOutcome)

/** The same as `Schema.is(OperationOutcome)`, thirteen times as fast. */
export const isOutcome = (value: unknown): value is OperationOutcome =>
  typeof value === "object" &&
  value !== null &&
  "index" in value &&
  typeof value.index === "number" &&
  "status" in value &&
  value.status === "success" &&
  "op" in value &&
  typeof value.op === "string" &&
  (!("resource" in value) || typeof value.resource === "string" || value.resource === undefined) &&
  "documentId" in value &&
  typeof value.documentId === "string" &&
  value.documentId !== ""

/** Servers use their own spelling, in any case: the endpoint, or the name of the resource. */
const isSameResource = ({ endpoint, name }: SentOperation["resource"], said: string | undefined): boolean => {
  if (said === undefined || said === endpoint || said === name) return true
  const lower = said.toLowerCase()
  return lower === endpoint.toLowerCase() || lower === name.toLowerCase()
}

/**
 * Whether an id is plausible: no leading space, control characters or lone surrogates. The latter two occur only in
 * texts with escapes.
 */
const isPlainText = (documentId: string, hasEscapes: boolean): boolean =>
  documentId.charCodeAt(0) > 0x20 && !(hasEscapes && /[\p{Cc}\p{Cs}]/u.test(documentId))

/**
 * Reads the response to a committed batch: as many outcomes as operations, each a success of the operation at its
 * index. Not a schema, because it runs for every operation of the load: a schema needs at least 13 microseconds for
 * thirty outcomes.
 *
 * @param value the body as JSON
 * @param hasEscapes whether the body may contain escaped characters
 * @param is whether a value is an outcome
 * @returns the outcomes, or why they are not those of the operations
 */
const readOutcomes = (
  operations: ReadonlyArray<SentOperation>,
  value: unknown,
  hasEscapes: boolean,
  is: (value: unknown) => value is OperationOutcome
): ReadonlyArray<OperationOutcome> | string => {
  if (!isArray(value)) return "not an array of operation outcomes"
  if (value.length !== operations.length) {
    return `${value.length} outcomes for ${operations.length} operations`
  }
  const outcomes: Array<OperationOutcome> = []
  for (let i = 0; i < operations.length; i++) {
    const outcome = value[i]
    const sent = operations[i]
    if (!is(outcome)) return `outcome ${i} is not a success with index, op and documentId`
    if (sent === undefined || outcome.index !== i || outcome.op !== sent.op) {
      return `outcome ${i} is for a ${outcome.op} at index ${outcome.index}, but operation ${i} is a ${sent?.op}`
    }
    if (!isSameResource(sent.resource, outcome.resource)) {
      return `outcome ${i} is for ${outcome.resource}, but operation ${i} is for ${sent.resource.endpoint}`
    }
    if (!isPlainText(outcome.documentId, hasEscapes))
      return `outcome ${i} has a documentId that is not plain text`
    outcomes.push(outcome)
  }
  return outcomes
}

const decodeFailure = Schema.decodeUnknownOption(
  Schema.Struct({
    failedOperation: Schema.Struct({
      index: Schema.Int,
      op: Schema.String,
      resource: Schema.String,
      problem: Schema.optional(Schema.Unknown)
    })
  })
)

/** `failedOperation`, if it is one of the sent operations. */
const failedOperationOf = (
  operations: ReadonlyArray<SentOperation>,
  value: unknown,
  show: (text: string) => string
): Option.Option<FailedOperation> =>
  Option.flatMap(decodeFailure(value), ({ failedOperation: { index, op, problem, resource } }) =>
    operations[index]?.op === op.trim().toLowerCase()
      ? Option.some({ index, op: show(op), resource: show(resource), problem: readProblem(problem, show) })
      : Option.none()
  )

/**
 * @param operations the sent operations
 * @param redact removes secrets from texts of the server
 * @param strict decodes outcomes with their schema
 * @example decodeBatch([remove(students, target)], { status: 200, headers: {}, body }, redact) // for a body "[]":
 * // Left(TransportFailed "answer": 0 outcomes for 1 operations: [])
 */
export const decodeBatch = (
  operations: ReadonlyArray<SentOperation>,
  response: Pick<HttpResponse, "status" | "headers" | "body">,
  redact: Redact,
  strict = false
): Either.Either<ReadonlyArray<OperationOutcome>, BatchError> => {
  const { body, status } = response
  const value = jsonOf(response)
  const read =
    status !== 200
      ? `status ${status}`
      : isUtf8(body)
        ? readOutcomes(operations, value, body.includes(backslash), strict ? matchesSchema : isOutcome)
        : "not UTF-8"
  if (typeof read !== "string") return Either.right(read)
  // The body decides, not the status: servers differ in the outer status of a rolled-back batch.
  const failedOperation = failedOperationOf(operations, value, sanitizeWith(redact))
  if (Option.isSome(failedOperation)) {
    return Either.left(new BatchRolledBack({ status, failedOperation: failedOperation.value }))
  }
  const failure = readFailure(response, read, redact, value)
  return Either.left(
    failure._tag === "Refused" ? new BatchRefused({ status, problem: failure.problem }) : failure
  )
}
