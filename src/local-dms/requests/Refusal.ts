/**
 * The refusals of the server, one constructor per row of the problem table in contract section 3. A refusal is the
 * failure of an Effect. It has the form of branch [B]; a dialect with another form for its meaning says so in
 * problems.ts.
 */
import type { JsonObject } from "../../domain/Json.ts"
import type { Form, Meaning } from "./problems.ts"
import type { ValidationErrors } from "./validate.ts"

interface More {
  readonly meaning?: Meaning
  /** The methods that a 405 allows: `GET, POST`. */
  readonly allow?: string
}

export class Refusal {
  readonly _tag = "Refusal"
  constructor(
    readonly status: number,
    readonly detail: string,
    /** The response body of branch [B]; `undefined` if it is empty. */
    readonly body: (correlationId: string) => JsonObject | undefined,
    /** The form of the response to a single request. */
    readonly form: Form = "json",
    readonly more: More = {}
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

export const problem = (details: Details, more: More = {}, form: Form = "json"): Refusal =>
  new Refusal(
    details.status,
    details.detail,
    (correlationId) => problemBody(details, correlationId),
    form,
    more
  )

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

/** @param path of a member that occurs twice, `$.firstName`; the branch does not say where it is */
export const duplicateMember = (path: string): Refusal =>
  dataValidationFailed({ [path]: ["An item with the same key has already been added."] })

export const duplicateMembers: Refusal = duplicateMember("unknown")

/** No body, or one of blanks. */
export const emptyBody: Refusal = problem(
  {
    status: 400,
    type: "bad-request:data-validation-failed",
    title: "Data Validation Failed",
    detail: "A non-empty request body is required.",
    validationErrors: { "$.": ["A non-empty request body is required."] }
  },
  { meaning: "emptyBody" }
)

/** The reason is in `errors`. */
export const badRequest = (reason: string): Refusal =>
  problem({ status: 400, type: "bad-request", title: "Bad Request", detail: reason, errors: [reason] })

/** Bad values for paging, page tokens or change versions. @see api-facts section 2 */
export const badPaging = (reasons: ReadonlyArray<string>): Refusal =>
  problem(
    { status: 400, type: "bad-request", title: "Bad Request", detail: reasons.join(" "), errors: reasons },
    { meaning: "badPaging" }
  )

/** Values of descriptors that do not exist, by path. */
export const unknownDescriptor = (validationErrors: ValidationErrors): Refusal =>
  problem(
    {
      status: 400,
      type: "bad-request",
      title: "Bad Request",
      detail: "Data validation failed. See 'validationErrors' for details.",
      validationErrors
    },
    { meaning: "unknownDescriptor" }
  )

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
  "problem twice",
  { meaning: "unauthorized" }
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

const noSuchPath = (form: Form, more?: More): Refusal =>
  problem(
    {
      status: 404,
      type: "not-found",
      title: "Not Found",
      detail: "The specified data could not be found."
    },
    more,
    form
  )

/** A path without endpoint, or with an unknown one. */
export const unknownEndpoint: Refusal = noSuchPath("problem")

export const unknownProject: Refusal = noSuchPath("problem twice", { meaning: "unknownProject" })

const empty = (status: number, detail: string, meaning: Meaning): Refusal =>
  new Refusal(status, detail, () => undefined, "json", { meaning })

/** For GET and DELETE by id: the body is empty. */
export const notFoundEmpty: Refusal = empty(404, "The document does not exist.", "missingDocument")

/** A path that is none of the server's. */
export const noSuchRoute: Refusal = empty(404, "The path does not exist.", "noSuchRoute")

/** Writes to a snapshot; the response has `Allow: GET`. */
export const snapshotReadOnly: Refusal = problem({
  status: 405,
  type: "snapshots:method-not-allowed",
  title: "Method Not Allowed with Snapshots",
  detail: "Snapshots can only be read."
})

export const tooManyRequests: Refusal = empty(429, "The rate limit is exceeded.", "tooManyRequests")

/** A login of a client that has all the valid tokens that it may have. */
export const tooManyTokens: Refusal = problem({
  status: 429,
  type: "security:authentication:too-many-tokens",
  title: "Too Many Tokens",
  detail: "The client has too many valid tokens."
})

/** A token request without `grant_type`. */
export const missingGrant: Refusal = empty(400, "The grant_type is missing.", "missingGrant")

/** @param allow the methods that the path has: `GET, POST` */
export const methodNotAllowed = (reason: string, allow: string): Refusal =>
  problem(
    {
      status: 405,
      type: "method-not-allowed",
      title: "Method Not Allowed",
      detail: "The request construction was invalid.",
      errors: [reason]
    },
    { allow }
  )

export const unsupportedMediaType: Refusal = problem(
  {
    status: 415,
    type: "unsupported-media-type",
    title: "Unsupported Media Type",
    detail: "The request construction was invalid.",
    errors: ["The value of the 'Content-Type' header is not supported."]
  },
  {},
  "problem"
)

/**
 * @param places the references that lead nowhere
 * @param validationErrors the same by path, in dialects that name them
 */
export const unresolvedReference = (
  places: ReadonlyArray<string>,
  validationErrors: ValidationErrors = {}
): Refusal =>
  problem({
    status: 409,
    type: "data-conflict:unresolved-reference",
    title: "Unresolved Reference",
    detail: `The referenced ${places.join(", ")} item(s) do not exist.`,
    validationErrors
  })

export const identityConflict = (name: string): Refusal =>
  problem(
    {
      status: 409,
      type: "identity-conflict",
      title: "Identifying Values Are Not Unique",
      detail: `The identifying values of the ${name} are in use by another item.`,
      errors: ["A natural key conflict occurred when attempting to write the document."]
    },
    { meaning: "identityConflict" }
  )

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
export const writeConflict: Refusal = empty(409, "A write conflict occurred.", "writeConflict")

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
  }),
  "json",
  { meaning: "failure" }
)

/** An unhandled exception or an open circuit breaker: never inside an envelope. */
export const crash = (message: string, meaning: Meaning = "failure"): Refusal =>
  new Refusal(500, message, (traceId) => ({ message, traceId }), "json", { meaning })

export const commitFailed: Refusal = crash("The transaction could not be committed.")

export const noConnection: Refusal = crash("No connection to the database became free in time.")

export const circuitOpen: Refusal = crash("The circuit is now open and is not allowing calls.", "circuitOpen")

/** `{error, message}` instead of problem details. */
export const tooManyOperations = (max: number): Refusal =>
  new Refusal(413, "Too many operations.", () => ({
    error: "Batch size limit exceeded.",
    message: `The number of operations exceeds the limit of ${max}.`
  }))
