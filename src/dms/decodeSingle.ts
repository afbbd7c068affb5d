/** Decodes responses of the single-resource API. */
import * as Either from "effect/Either"
import type { Create, SingleOperation } from "../domain/Operation.ts"
import type { Problem } from "../domain/Problem.ts"
import { NotRefused, OperationRefused, type SingleError } from "../domain/SingleError.ts"
import { problemOf, readFailure, type Redact, jsonOf } from "./readFailure.ts"
import type { HttpResponse } from "../wire/httpMessage.ts"

type SingleResponse = Pick<HttpResponse, "status" | "headers" | "body">

/** Whether a text is safe as the id in a URL: without characters that could make it another path. */
const isId = (text: string): boolean => /^[\w.~-]{1,200}$/.test(text) && !/^\.+$/.test(text)

/** Longer than any address of a record. */
const maxLocationLength = 2048

/**
 * The id of the record in a `Location` header: the last segment of its path, unless that is the collection.
 *
 * @example locatedId({ headers: { location: "http://dms/data/ed-fi/students/4b7a" } }, "students") // "4b7a"
 */
export const idFromLocation = (
  { headers: { location } }: Pick<HttpResponse, "headers">,
  endpoint: string
): string | undefined => {
  if (typeof location !== "string" || location.length > maxLocationLength) return undefined
  const path = location.replace(/[?#].*$/s, "").replace(/\/+$/, "")
  const id = path.slice(path.lastIndexOf("/") + 1)
  return isId(id) && id.toLowerCase() !== endpoint.toLowerCase() ? id : undefined
}

/** The id of the record, or why the response is not a success. */
const readId = (
  operation: SingleOperation,
  response: SingleResponse
): { readonly id: string } | { readonly wrong: string } => {
  const { status } = response
  if (operation.op !== "create") {
    return status === 204 ? { id: operation.target.documentId } : { wrong: `status ${status}, not 204` }
  }
  if (status !== 201 && status !== 200) return { wrong: `status ${status}, neither 201 nor 200` }
  const id = idFromLocation(response, operation.resource.endpoint)
  return id === undefined ? { wrong: "no Location header with an id" } : { id }
}

/**
 * Success is 201 or 200 with a Location for POST, and 204 for PUT and DELETE. A 200 for POST means that the identity
 * existed and the record was updated.
 *
 * @param redact removes secrets from texts of the server
 * @returns the id of the record
 */
export const decodeSingle = (
  operation: SingleOperation,
  response: SingleResponse,
  redact: Redact
): Either.Either<string, SingleError> => {
  const { status } = response
  const found = readId(operation, response)
  if ("id" in found) return Either.right(found.id)
  const failure = readFailure(response, found.wrong, redact, jsonOf(response))
  const { op, resource } = operation
  return Either.left(
    failure._tag === "Refused"
      ? new OperationRefused({ status, op, resource: resource.endpoint, problem: failure.problem })
      : failure
  )
}

/**
 * Decodes the response to an invalid document: 400 is the expected refusal. Other refusals (token, claim set, rate
 * limit) have causes other than the document and are failures.
 */
export const decodeBad = (
  operation: Create,
  response: SingleResponse,
  redact: Redact
): Either.Either<Problem, SingleError | NotRefused> => {
  const { status } = response
  if (status === 400) return Either.right(problemOf(response, redact, jsonOf(response)))
  return Either.flatMap(decodeSingle(operation, response, redact), (documentId) =>
    Either.left(
      new NotRefused({ status, op: operation.op, resource: operation.resource.endpoint, documentId })
    )
  )
}
