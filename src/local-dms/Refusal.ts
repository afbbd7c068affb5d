/**
 * The refusals of the server, one constructor per row of the problem table in contract section 3. A refusal is the
 * failure of an Effect; the form of its response depends on whether it is a single request or part of a batch.
 */
import type { JsonObject } from "../domain/Json.ts"
import type { Dialect } from "./Dialect.ts"
import * as Exchange from "./Exchange.ts"
import type { ValidationErrors } from "./validate.ts"

/** How a body is sent: as JSON, labelled `application/problem+json`, or labelled so and serialized twice. */
type Form = "json" | "problem" | "problem twice"

export class Refusal {
  readonly _tag = "Refusal"
  constructor(
    readonly status: number,
    readonly detail: string,
    /** The response body; `undefined` if it is empty. */
    readonly body: (correlationId: string) => JsonObject | undefined,
    /** The form of the response to a single request. */
    readonly form: Form = "json"
  ) {}
}

interface Details {
  readonly status: number
  readonly type: string
  readonly title: string
  readonly detail: string
  readonly validationErrors?: ValidationErrors
  readonly errors?: ReadonlyArray<string>
}

/** The seven members of problem details, in the server's order. */
export const problemBody = (details: Details, correlationId: string): JsonObject => ({
  detail: details.detail,
  type: `urn:ed-fi:api:${details.type}`,
  title: details.title,
  status: details.status,
  correlationId,
  validationErrors: { ...details.validationErrors },
  errors: details.errors ?? []
})

const problem = (details: Details): Refusal =>
  new Refusal(details.status, details.detail, (correlationId) => problemBody(details, correlationId))

export const dataValidationFailed = (validationErrors: ValidationErrors): Refusal =>
  problem({
    status: 400,
    type: "bad-request:data-validation-failed",
    title: "Data Validation Failed",
    detail: "Data validation failed. See 'validationErrors' for details.",
    validationErrors
  })

/** A request that is invalid as a whole; the reason is in `errors`. */
export const invalidRequest = (reason: string): Refusal =>
  problem({
    status: 400,
    type: "bad-request:data-validation-failed",
    title: "Data Validation Failed",
    detail: "The request data was constructed incorrectly.",
    errors: [reason]
  })

/** Members that occur twice. The server does not say where. */
export const duplicateMembers: Refusal = dataValidationFailed({
  unknown: ["An item with the same key has already been added."]
})

/** The reason is in `errors`, or by path in `validationErrors`. */
export const badRequest = (reason: string, validationErrors?: ValidationErrors): Refusal =>
  problem({
    status: 400,
    type: "bad-request",
    title: "Bad Request",
    detail: reason,
    ...(validationErrors === undefined ? { errors: [reason] } : { validationErrors })
  })

/** Bad values for paging, page tokens or change versions. @see api-facts section 2 */
export const parametersInvalid = (type: Dialect["pagingProblem"], reasons: ReadonlyArray<string>): Refusal =>
  type === "bad-request"
    ? badRequest(reasons.join(" "))
    : problem({
        status: 400,
        type,
        title: "Parameter Validation Failed",
        detail: "Parameters supplied to the request were invalid.",
        errors: reasons
      })

export const keyChangeNotSupported = (name: string): Refusal =>
  problem({
    status: 400,
    type: "bad-request:data-validation-failed:key-change-not-supported",
    title: "Key Change Not Supported",
    detail: `Identifying values for the ${name} resource cannot be changed. Delete and recreate the resource item instead.`
  })

/** Without `validationErrors`. @see contract section 3, "trap" */
export const unauthorized: Refusal = new Refusal(
  401,
  "The caller could not be authenticated.",
  (correlationId) => {
    const { validationErrors: _, ...body } = problemBody(
      {
        status: 401,
        type: "unauthorized",
        title: "Unauthorized",
        detail: "The caller could not be authenticated.",
        errors: ["The bearer token is missing, unknown or expired."]
      },
      correlationId
    )
    return body
  },
  "problem twice"
)

export const actionDenied = (action: string, endpoint: string): Refusal =>
  problem({
    status: 403,
    type: "security:authorization:access-denied:action",
    title: "Authorization Denied",
    detail: "Access to the requested data could not be authorized.",
    errors: [`The API client's claim set lacks the action '${action}' on ${endpoint}.`]
  })

export const notFound = (detail: string): Refusal =>
  problem({ status: 404, type: "not-found", title: "Not Found", detail })

const noSuchPath = (form: Form): Refusal => {
  const detail = "The specified data could not be found."
  return new Refusal(
    404,
    detail,
    (correlationId) =>
      problemBody({ status: 404, type: "not-found", title: "Not Found", detail }, correlationId),
    form
  )
}

/** A path without endpoint, or with an unknown one. */
export const unknownEndpoint: Refusal = noSuchPath("problem")

export const unknownProject: Refusal = noSuchPath("problem twice")

/** For GET and DELETE by id: the body is empty. */
export const notFoundEmpty: Refusal = new Refusal(404, "The document does not exist.", () => undefined)

export const methodNotAllowed = (reason: string): Refusal =>
  problem({
    status: 405,
    type: "method-not-allowed",
    title: "Method Not Allowed",
    detail: "The request construction was invalid.",
    errors: [reason]
  })

/** Writes to a snapshot; the response has `Allow: GET`. */
export const snapshotReadOnly: Refusal = problem({
  status: 405,
  type: "snapshots:method-not-allowed",
  title: "Method Not Allowed with Snapshots",
  detail: "Snapshots can only be read."
})

export const unresolvedReference = (places: ReadonlyArray<string>): Refusal =>
  problem({
    status: 409,
    type: "data-conflict:unresolved-reference",
    title: "Unresolved Reference",
    detail: `The referenced ${places.join(", ")} item(s) do not exist.`
  })

export const identityConflict = (name: string): Refusal =>
  problem({
    status: 409,
    type: "identity-conflict",
    title: "Identifying Values Are Not Unique",
    detail: `The identifying values of the ${name} are in use by another item.`,
    errors: ["A natural key conflict occurred when attempting to write the document."]
  })

/** @param name of the referring resource, if known */
export const dependentItemExists = (name: string | undefined): Refusal =>
  problem({
    status: 409,
    type: "data-conflict:dependent-item-exists",
    title: "Dependent Item Exists",
    detail: `The requested action cannot be performed because this item is referenced by existing ${name === undefined ? "" : `${name} `}item(s).`
  })

export const optimisticLockFailed: Refusal = problem({
  status: 412,
  type: "optimistic-lock-failed",
  title: "Optimistic Lock Failed",
  detail: "The item has been modified by another user.",
  errors: ["The If-Match value does not match the item's current etag."]
})

/** A write conflict after all retries of the server: 409 with an empty body. */
export const writeConflict: Refusal = new Refusal(409, "A write conflict occurred.", () => undefined)

/** A write conflict of a delete in a batch, which has problem details. */
export const deleteWriteConflict: Refusal = problem({
  status: 409,
  type: "data-conflict:write-conflict",
  title: "Write Conflict",
  detail: "A write conflict occurred."
})

/** An unclassified backend failure; in a batch it is inside the envelope. */
export const backendFailure: Refusal = new Refusal(
  500,
  "The server encountered an unexpected condition.",
  (id) => ({
    error: "The server encountered an unexpected condition.",
    correlationId: id
  })
)

/** An unhandled exception or an open circuit breaker: never inside an envelope. */
export const crash = (message: string): Refusal =>
  new Refusal(500, message, (traceId) => ({ message, traceId }))

export const commitFailed: Refusal = crash("The transaction could not be committed.")

export const noConnection: Refusal = crash("No connection to the database became free in time.")

export const circuitOpen: Refusal = crash("The circuit is now open and is not allowing calls.")

/** `{error, message}` instead of problem details. */
export const tooManyOperations = (max: number): Refusal =>
  new Refusal(413, "Too many operations.", () => ({
    error: "Batch size limit exceeded.",
    message: `The number of operations exceeds the limit of ${max}.`
  }))

/** The response to a refused single request. */
export const responseOf = (refusal: Refusal, traceId: string): Exchange.Response => {
  const body = refusal.body(traceId)
  if (body === undefined) return Exchange.empty(refusal.status)
  const text = JSON.stringify(body)
  return {
    ...Exchange.empty(refusal.status, {
      "content-type": refusal.form === "json" ? "application/json" : "application/problem+json"
    }),
    body: refusal.form === "problem twice" ? JSON.stringify(text) : text
  }
}
