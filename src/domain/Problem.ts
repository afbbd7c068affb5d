/**
 * Problem details as a DMS answers them: alone as the body of a refused request, or inside the
 * `failedOperation` of a rolled-back batch.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { excerpt } from "./excerpt.ts"

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

/** How many texts of a list, and paths of a record, are kept; each text is cut besides. */
const maxTexts = 20

const status = Schema.Int.pipe(Schema.between(100, 599))

/** How each member is read, when it is as it should be. */
const membersBy = (show: (text: string) => string) => {
  const text = (value: unknown) => (typeof value === "string" ? show(value) : undefined)
  const texts = (value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === "string")
      ? value.slice(0, maxTexts).map((item) => show(item))
      : undefined
  const textsByPath = (value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined
    const entries = Object.entries(value).slice(0, maxTexts)
    const read = entries.flatMap(([path, items]) => {
      const said = texts(items)
      return said === undefined ? [] : [[show(path), said] as const]
    })
    return read.length === entries.length ? Object.fromEntries(read) : undefined
  }
  return {
    type: text,
    title: text,
    status: (value: unknown) => (Schema.is(status)(value) ? value : undefined),
    detail: text,
    correlationId: (value: unknown) => (value === null ? null : text(value)),
    validationErrors: textsByPath,
    errors: texts,
    error: text,
    message: text
  }
}

const decode = Schema.decodeUnknownOption(Problem)

/**
 * What can be read of a problem, member by member: one that is not as it should be is left out, and does not
 * take the others with it. Nothing of it is long, whatever the server sent: texts are cut, lists hold 20 of them.
 *
 * @param show makes a text of the server fit to be kept: without secrets, cleaned and cut
 * @example readProblem({ type: "urn:x", errors: "not an array" }) // { type: "urn:x" }
 */
export const readProblem = (value: unknown, show: (text: string) => string = excerpt): Problem => {
  if (typeof value !== "object" || value === null) return {}
  const given = new Map(Object.entries(value))
  const members = Object.entries(membersBy(show)).flatMap(([name, read]) => {
    const member = read(given.get(name))
    return member === undefined ? [] : [[name, member] as const]
  })
  return Option.getOrElse(decode(Object.fromEntries(members)), () => ({}))
}

/** The problem type and the first of the members that say something in words: `urn:...: the reason`. */
export const describeProblem = ({ detail, error, message, title, type }: Problem): string =>
  [type, detail ?? message ?? error ?? title].filter((text) => text !== undefined).join(": ")
