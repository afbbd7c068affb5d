/**
 * Problem details of a DMS: alone as the body of a refused request, or inside the
 * `failedOperation` of a rolled-back batch.
 */
import * as Schema from "effect/Schema"
import type * as Types from "effect/Types"
import { excerpt } from "./excerpt.ts"

/**
 * Every member is optional, because none is always present: a write conflict carries only `detail` and
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

/** The maximum number of texts of a list, and of paths of a record; each text is cut as well. */
const maxTexts = 20

const isStatus = Schema.is(Schema.Int.pipe(Schema.between(100, 599)))

const isText = (value: unknown): value is string => typeof value === "string"

/** Reads a member; `undefined` if it has the wrong type. */
type Reader<A> = (value: unknown) => A | undefined

/** Written by hand and not decoded by the schema, so that only the parts that are kept take time. */
const readersBy = (show: (text: string) => string) => {
  const text: Reader<string> = (value) => (isText(value) ? show(value) : undefined)
  const texts: Reader<ReadonlyArray<string>> = (value) => {
    if (!Array.isArray(value)) return undefined
    const kept: ReadonlyArray<unknown> = value.slice(0, maxTexts)
    return kept.every(isText) ? kept.map(show) : undefined
  }
  const textsByPath: Reader<Readonly<Record<string, ReadonlyArray<string>>>> = (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined
    const kept: Array<readonly [path: string, texts: ReadonlyArray<string>]> = []
    // Stops early, because the object may have a hundred thousand entries.
    for (const path in value) {
      const said = texts(memberOf(value, path))
      if (said === undefined) return undefined
      kept.push([show(path), said])
      if (kept.length === maxTexts) break
    }
    return Object.fromEntries(kept)
  }
  return { text, texts, textsByPath }
}

const statusOf: Reader<number> = (value) => (isStatus(value) ? value : undefined)

const memberOf = (value: object, name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value

/**
 * The members of a problem that can be read; a malformed one is left out, and the others are kept. The result is short
 * whatever the server sent: texts are cut, and lists hold at most 20.
 *
 * @param show makes a text of the server safe to keep: redacted, cleaned and cut
 * @example readProblem({ type: "urn:x", errors: "not an array" }) // { type: "urn:x" }
 */
export const readProblem = (value: unknown, show: (text: string) => string = excerpt): Problem => {
  if (typeof value !== "object" || value === null) return {}
  const { text, texts, textsByPath } = readersBy(show)
  const problem: Types.Mutable<Problem> = {}
  const read = <K extends keyof Problem>(name: K, reader: (value: unknown) => Problem[K]): void => {
    const member = reader(memberOf(value, name))
    if (member !== undefined) problem[name] = member
  }
  read("type", text)
  read("title", text)
  read("status", statusOf)
  read("detail", text)
  read("correlationId", (member) => (member === null ? null : text(member)))
  read("validationErrors", textsByPath)
  read("errors", texts)
  read("error", text)
  read("message", text)
  return problem
}

/** The first of the errors of a problem, by path or without. */
const firstError = ({ errors = [], validationErrors = {} }: Problem): string | undefined => {
  const [byPath] = Object.entries(validationErrors)
  return byPath === undefined ? errors[0] : `${byPath[0]}: ${byPath[1].join(" ")}`
}

/** The problem type and the first member with a readable text: `urn:...: the reason`. */
export const describeProblem = (problem: Problem): string => {
  const { detail, error, message, title, type } = problem
  return [type, detail ?? message ?? error ?? title ?? firstError(problem)]
    .filter((text) => text !== undefined)
    .join(": ")
}
