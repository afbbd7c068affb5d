/** How the dialects put refusals that differ from those of branch [B]. @see contract section 3, api-facts section 4 */

/** How a body is sent: as JSON, labelled `application/problem+json`, or labelled so and serialized twice. */
export type Form = "json" | "problem" | "problem twice"

/** The refusals that have another form in some dialect. */
export type Meaning =
  | "badPaging"
  | "circuitOpen"
  | "emptyBody"
  | "failure"
  | "identityConflict"
  | "missingDocument"
  | "missingGrant"
  | "noSuchRoute"
  | "tooManyRequests"
  | "unauthorized"
  | "unknownDescriptor"
  | "unknownProject"
  | "writeConflict"

/** The form of a refusal in a dialect. */
export interface ProblemForm {
  readonly status: number
  /** Without `urn:ed-fi:api:`. */
  readonly type: string
  readonly title: string
  readonly form?: Exclude<Form, "problem twice">
  /** The reason stands in `errors` and not by path in `validationErrors`. */
  readonly reasonInErrors?: true
  /** The header `Retry-After`. */
  readonly retryAfterSeconds?: number
}

/** The forms of all refusals in a dialect. */
export interface Problems {
  /** Those that differ from branch [B]. */
  readonly forms: { readonly [meaning in Meaning]?: ProblemForm }
  readonly contentType: (form: Form) => string
  /** `validationErrors` and `errors` without content are left out. */
  readonly omitsEmpty: boolean
  /** A 405 has the header `Allow`. */
  readonly namesAllowed: boolean
}

export const batchProblems: Problems = {
  forms: {},
  contentType: (form) => (form === "json" ? "application/json" : "application/problem+json"),
  omitsEmpty: false,
  namesAllowed: false
}

const notFound: ProblemForm = { status: 404, type: "not-found", title: "Not Found" }

const failure: ProblemForm = { status: 500, type: "system", title: "System Error", form: "problem" }

export const mainProblems: Problems = {
  ...batchProblems,
  forms: {
    badPaging: {
      status: 400,
      type: "bad-request:parameter-validation-failed",
      title: "Parameter Validation Failed"
    },
    circuitOpen: {
      status: 503,
      type: "service-unavailable",
      title: "Service Unavailable",
      retryAfterSeconds: 30
    },
    emptyBody: { status: 400, type: "bad-request", title: "Bad Request", reasonInErrors: true },
    failure,
    missingGrant: { status: 400, type: "bad-request", title: "Bad Request" },
    noSuchRoute: notFound,
    tooManyRequests: {
      status: 429,
      type: "too-many-requests",
      title: "Too Many Requests",
      retryAfterSeconds: 10
    },
    unauthorized: {
      status: 401,
      type: "security:authentication",
      title: "Authentication Failed",
      form: "problem"
    },
    unknownProject: { ...notFound, form: "problem" },
    writeConflict: failure
  },
  namesAllowed: true
}

/** Its problems are `application/json`, and their lists of errors are left out where they are empty. */
export const odsProblems: Problems = {
  ...mainProblems,
  forms: {
    ...mainProblems.forms,
    circuitOpen: failure,
    identityConflict: {
      status: 409,
      type: "data-conflict:non-unique-identity",
      title: "Identifying Values Are Not Unique"
    },
    missingDocument: notFound,
    unknownDescriptor: {
      status: 400,
      type: "bad-request:data-validation-failed",
      title: "Data Validation Failed"
    },
    writeConflict: { status: 409, type: "data-conflict:multi-user-conflict", title: "Multi-User Conflict" }
  },
  contentType: () => "application/json; charset=utf-8",
  omitsEmpty: true
}
