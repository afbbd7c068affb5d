/**
 * What an answer to `POST /batch` means. Pure: a table of statuses and bodies is its whole test. A 200 is a success
 * only if it lists exactly the operations that were sent.
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  type BatchError,
  BatchRefused,
  BatchRolledBack,
  type FailedOperation,
  TransportFailed
} from "../domain/BatchError.ts"
import type { Op } from "../domain/Operation.ts"
import { OperationOutcome } from "../domain/OperationOutcome.ts"
import { excerpt } from "../domain/excerpt.ts"
import { type Problem, readProblem } from "../domain/Problem.ts"
import { parseJson } from "../domain/parseJson.ts"

const decodeFailure = Schema.decodeUnknownOption(
  Schema.parseJson(
    Schema.Struct({
      failedOperation: Schema.Struct({
        index: Schema.Int,
        op: Schema.String,
        resource: Schema.String,
        problem: Schema.optional(Schema.Unknown)
      })
    })
  )
)

/** A body as problem details; one that is no JSON object is quoted as the detail. */
export const problemOf = (text: string): Problem => {
  const body = parseJson(text)
  if (typeof body === "object" && body !== null) return readProblem(body)
  return text.trim() === "" ? {} : { detail: excerpt(text) }
}

/** What an answer is held against: which operation was sent at each place. */
export interface Sent {
  readonly op: Op
}

/**
 * Reads the answer to a committed batch: as many outcomes as operations, each a success of what was sent there.
 * Written by hand, because it runs for every operation of the load: thirty structs cost a schema 13 microseconds
 * and more, and this one (a test holds it against the schema).
 *
 * @returns the outcomes, or what is wrong with them
 */
const readOutcomes = (
  operations: ReadonlyArray<Sent>,
  body: string,
  is: (value: unknown) => value is OperationOutcome
): ReadonlyArray<OperationOutcome> | string => {
  const answer = parseJson(body)
  if (!isArray(answer)) return "not an array of operation outcomes"
  if (answer.length !== operations.length) {
    return `${answer.length} outcomes for ${operations.length} operations`
  }
  const outcomes: Array<OperationOutcome> = []
  for (let i = 0; i < operations.length; i++) {
    const outcome = answer[i]
    const sent = operations[i]?.op
    if (!is(outcome)) return `outcome ${i} is not a success with index, op, resource and documentId`
    if (outcome.index !== i || outcome.op !== sent) {
      return `outcome ${i} is of a ${outcome.op} at index ${outcome.index}, but a ${sent} was sent there`
    }
    outcomes.push(outcome)
  }
  return outcomes
}

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
  "resource" in value &&
  typeof value.resource === "string" &&
  "documentId" in value &&
  typeof value.documentId === "string" &&
  value.documentId !== ""

/**
 * `failedOperation`, if it is one of those that were sent; read before secrets are taken out, which may be any text.
 */
const failedOperationOf = (
  operations: ReadonlyArray<Sent>,
  body: string,
  redact: (text: string) => string
): Option.Option<FailedOperation> =>
  Option.flatMap(decodeFailure(body), ({ failedOperation: { index, op, problem, resource } }) =>
    operations[index]?.op === op.trim().toLowerCase()
      ? Option.some({
          index,
          op,
          resource: redact(resource),
          problem: problem === undefined ? {} : readProblem(parseJson(redact(JSON.stringify(problem))))
        })
      : Option.none()
  )

/**
 * @param operations what was sent
 * @param redact takes secrets out of what the server said
 * @param strict reads outcomes by their schema, not by hand
 * @example decodeBatch([remove(students, target)], 200, "[]", redact)
 * // Left(TransportFailed "answer": 0 outcomes for 1 operations: [])
 */
export const decodeBatch = (
  operations: ReadonlyArray<Sent>,
  status: number,
  body: string,
  redact: (text: string) => string,
  strict = false
): Either.Either<ReadonlyArray<OperationOutcome>, BatchError> => {
  const read =
    status === 200 ? readOutcomes(operations, body, strict ? isStrictly : isOutcome) : `status ${status}`
  if (typeof read !== "string") return Either.right(read)
  // The body decides, whatever the status: servers differ in the outer status of a rolled-back batch.
  const failedOperation = failedOperationOf(operations, body, redact)
  if (Option.isSome(failedOperation)) {
    return Either.left(new BatchRolledBack({ status, failedOperation: failedOperation.value }))
  }
  const text = redact(body)
  if (status >= 400 && (status < 500 || status === 501)) {
    return Either.left(new BatchRefused({ status, problem: problemOf(text) }))
  }
  const said = excerpt(text) || "empty body"
  return Either.left(
    status >= 500
      ? new TransportFailed({ phase: "server", status, detail: said })
      : new TransportFailed({ phase: "answer", status, detail: `${read}: ${said}` })
  )
}
