/**
 * Problem details as a DMS answers them: alone as the body of a refused request, or inside the
 * `failedOperation` of a rolled-back batch.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * Every member is optional, because no single one is certain: a write conflict carries only `detail` and
 * `status`, an unclassified failure is `{ error, correlationId }`, an open circuit `{ message, traceId }`.
 * Match on `type` and `status`, never on `detail`: its wording changes between releases.
 */
export const Problem = Schema.Struct({
  type: Schema.optional(Schema.String),
  title: Schema.optional(Schema.String),
  status: Schema.optional(Schema.Int),
  detail: Schema.optional(Schema.String),
  correlationId: Schema.optional(Schema.NullOr(Schema.String)),
  /** Texts by JSON path of the document, `{"$.termDescriptor": ["..."]}`. */
  validationErrors: Schema.optional(
    Schema.Record({ key: Schema.String, value: Schema.Array(Schema.String) })
  ),
  errors: Schema.optional(Schema.Array(Schema.String)),
  error: Schema.optional(Schema.String),
  message: Schema.optional(Schema.String)
})
export interface Problem extends Schema.Schema.Type<typeof Problem> {}

const decode = Schema.decodeUnknownOption(Problem)

/**
 * What can be read of a problem, member by member: one that is not as it should be is left out, and does not
 * take the others with it.
 *
 * @example readProblem({ type: "urn:x", errors: "not an array" }) // { type: "urn:x" }
 */
export const readProblem = (value: unknown): Problem =>
  Option.getOrElse(decode(value), () => {
    if (typeof value !== "object" || value === null) return {}
    const fitting = Object.entries(value).filter(
      ([name, member]) => name in Problem.fields && Option.isSome(decode({ [name]: member }))
    )
    return Option.getOrElse(decode(Object.fromEntries(fitting)), () => ({}))
  })

/** The problem type and the first of the members that say something in words: `urn:...: the reason`. */
export const describeProblem = ({ detail, error, message, title, type }: Problem): string =>
  [type, detail ?? message ?? error ?? title].filter((text) => text !== undefined).join(": ")
