/** What an answer of the single-resource API means. Pure: a table of statuses, headers and bodies is its whole test. */
import * as Either from "effect/Either"
import type { Create, SingleOperation } from "../domain/Operation.ts"
import type { Problem } from "../domain/Problem.ts"
import { NotRefused, OperationRefused, type SingleError } from "../domain/SingleError.ts"
import { problemOf, readFailure, type Redact, valueOf } from "./readFailure.ts"
import type { HttpResponse } from "./httpMessage.ts"

type SingleResponse = Pick<HttpResponse, "status" | "headers" | "body">

/** The characters of an id that cannot make a URL lead anywhere but to a record. */
const isId = (text: string): boolean => /^[\w.~-]{1,200}$/.test(text) && !/^\.+$/.test(text)

/** Longer than any address that a server would derive from ours. */
const maxLocationLength = 2048

/**
 * The id of the record that `Location` leads to: the last segment of its path, unless that is the collection.
 *
 * @example locatedId({ headers: { location: "http://dms/data/ed-fi/students/4b7a" } }, "students") // "4b7a"
 */
export const locatedId = (
  { headers: { location } }: Pick<HttpResponse, "headers">,
  endpoint: string
): string | undefined => {
  if (typeof location !== "string" || location.length > maxLocationLength) return undefined
  const path = location.replace(/[?#].*$/s, "").replace(/\/+$/, "")
  const id = path.slice(path.lastIndexOf("/") + 1)
  return isId(id) && id.toLowerCase() !== endpoint.toLowerCase() ? id : undefined
}

/** The id of the record, or what a good answer would have had. */
const read = (
  operation: SingleOperation,
  response: SingleResponse
): { readonly id: string } | { readonly wrong: string } => {
  const { status } = response
  if (operation.op !== "create") {
    return status === 204 ? { id: operation.target.documentId } : { wrong: `status ${status}, not 204` }
  }
  if (status !== 201 && status !== 200) return { wrong: `status ${status}, neither 201 nor 200` }
  const id = locatedId(response, operation.resource.endpoint)
  return id === undefined ? { wrong: "no Location header with an id" } : { id }
}

/**
 * Success is 201 or 200 with a Location for POST, 204 for PUT and DELETE. A 200 says that the identity was there and
 * the record was updated, which is what a create asks for.
 *
 * @param redact takes secrets out of what the server said
 * @returns the id of the record
 */
export const decodeSingle = (
  operation: SingleOperation,
  response: SingleResponse,
  redact: Redact
): Either.Either<string, SingleError> => {
  const { status } = response
  const found = read(operation, response)
  if ("id" in found) return Either.right(found.id)
  const failure = readFailure(response, found.wrong, redact, valueOf(response))
  const { op, resource } = operation
  return Either.left(
    failure._tag === "Refused"
      ? new OperationRefused({ status, op, resource: resource.endpoint, problem: failure.problem })
      : failure
  )
}

/**
 * The answer to a document that the server is to refuse: 400 is what was wanted. Other refusals (a token, a claim set,
 * too many requests) are not about the document, and stay failures.
 */
export const decodeBad = (
  operation: Create,
  response: SingleResponse,
  redact: Redact
): Either.Either<Problem, SingleError | NotRefused> => {
  const { status } = response
  if (status === 400) return Either.right(problemOf(response, redact, valueOf(response)))
  return Either.flatMap(decodeSingle(operation, response, redact), (documentId) =>
    Either.left(
      new NotRefused({ status, op: operation.op, resource: operation.resource.endpoint, documentId })
    )
  )
}
