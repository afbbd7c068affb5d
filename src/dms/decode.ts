/**
 * What a response to `POST /batch` means. Pure: a table of statuses and bodies is its whole test. A 200 is a success
 * only if it lists exactly the operations that were sent.
 */
import { isUtf8 } from "node:buffer"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type BatchError, BatchRefused, BatchRolledBack, type FailedOperation } from "../domain/BatchError.ts"
import type { Operation } from "../domain/Operation.ts"
import { OperationOutcome } from "../domain/OperationOutcome.ts"
import { readProblem } from "../domain/Problem.ts"
import { readFailure, type Redact, showWith, valueOf } from "./readFailure.ts"
import type { HttpResponse } from "./httpMessage.ts"

/** What an outcome is compared with: the operation that was sent at its index. */
export type Sent = Pick<Operation, "op" | "resource">

const backslash = 0x5c

const isArray = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** What `--strictDecoding` asks. */
const isStrictly = Schema.is(OperationOutcome)

/** `Schema.is(OperationOutcome)`, thirteen times as fast. */
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

/** Servers answer with their own spelling: that of URLs, or the name of the resource. */
const isNamed = ({ endpoint, name }: Sent["resource"], said: string | undefined): boolean => {
  if (said === undefined || said === endpoint || said === name) return true
  const lower = said.toLowerCase()
  return lower === endpoint.toLowerCase() || lower === name.toLowerCase()
}

/**
 * Whether an id is plausible text: no leading blank, no control characters, no lone surrogates. Only escapes can put
 * the latter two into a text.
 */
const isText = (documentId: string, hasEscapes: boolean): boolean =>
  documentId.charCodeAt(0) > 0x20 && !(hasEscapes && /[\p{Cc}\p{Cs}]/u.test(documentId))

/**
 * Reads the response to a committed batch: as many outcomes as operations, each a success of what was sent there.
 * Written by hand, because it runs for every operation of the load: thirty structs cost a schema 13 microseconds
 * and more, and this one (a test holds it against the schema).
 *
 * @param value the body as JSON
 * @param hasEscapes whether a text in the body may be escaped
 * @returns the outcomes, or what is wrong with them
 */
const readOutcomes = (
  operations: ReadonlyArray<Sent>,
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
      return `outcome ${i} is of a ${outcome.op} at index ${outcome.index}, but operation ${i} is a ${sent?.op}`
    }
    if (!isNamed(sent.resource, outcome.resource)) {
      return `outcome ${i} is of ${outcome.resource}, but operation ${i} is of ${sent.resource.endpoint}`
    }
    if (!isText(outcome.documentId, hasEscapes)) return `outcome ${i} has a documentId that is not plain text`
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

/** `failedOperation`, if it is one of those that were sent. */
const failedOperationOf = (
  operations: ReadonlyArray<Sent>,
  value: unknown,
  show: (text: string) => string
): Option.Option<FailedOperation> =>
  Option.flatMap(decodeFailure(value), ({ failedOperation: { index, op, problem, resource } }) =>
    operations[index]?.op === op.trim().toLowerCase()
      ? Option.some({ index, op: show(op), resource: show(resource), problem: readProblem(problem, show) })
      : Option.none()
  )

/**
 * @param operations what was sent
 * @param redact takes secrets out of what the server said
 * @param strict reads outcomes by their schema, not by hand
 * @example decodeBatch([remove(students, target)], { status: 200, headers: {}, body }, redact) // of a body "[]":
 * // Left(TransportFailed "answer": 0 outcomes for 1 operations: [])
 */
export const decodeBatch = (
  operations: ReadonlyArray<Sent>,
  response: Pick<HttpResponse, "status" | "headers" | "body">,
  redact: Redact,
  strict = false
): Either.Either<ReadonlyArray<OperationOutcome>, BatchError> => {
  const { body, status } = response
  const value = valueOf(response)
  const read =
    status !== 200
      ? `status ${status}`
      : isUtf8(body)
        ? readOutcomes(operations, value, body.includes(backslash), strict ? isStrictly : isOutcome)
        : "not UTF-8"
  if (typeof read !== "string") return Either.right(read)
  // The body decides, whatever the status is: servers differ in the outer status of a rolled-back batch.
  const failedOperation = failedOperationOf(operations, value, showWith(redact))
  if (Option.isSome(failedOperation)) {
    return Either.left(new BatchRolledBack({ status, failedOperation: failedOperation.value }))
  }
  const failure = readFailure(response, read, redact, value)
  return Either.left(
    failure._tag === "Refused" ? new BatchRefused({ status, problem: failure.problem }) : failure
  )
}
