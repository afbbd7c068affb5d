/** What was recorded of two real DMS servers, the branch with `POST /batch` and main, and what its players share. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { isArray, isObject } from "../../../src/local-dms/json.ts"
import { problemOf } from "../harness.ts"
import type { Reply, session } from "../harness.ts"

type Session = Effect.Effect.Success<typeof session>

const AnyJson = Schema.declare((value): value is Json => value !== undefined)
const Document = Schema.declare(
  (value): value is JsonObject => Array.isArray(value) === false && value instanceof Object
)
const Endpoint = Schema.String

/** `["middleName", "x"]` sets a member, `["middleName"]` removes it. */
const Change = Schema.Array(Schema.Tuple(Schema.String, Schema.optionalElement(AnyJson)))

const Documents = Schema.Struct({
  descriptors: Schema.Array(Schema.String),
  fixtures: Schema.Array(Schema.Tuple(Endpoint, Document)),
  records: Schema.Array(
    Schema.Struct({
      resource: Endpoint,
      /** A valid document. */
      document: Document,
      /** What a change of it led to. */
      variants: Schema.Array(
        Schema.Struct({
          name: Schema.String,
          change: Change,
          status: Schema.Number,
          /** Without `urn:ed-fi:api:`; absent if the response had no problem details. */
          type: Schema.optional(Schema.String),
          /** The paths in `validationErrors`. */
          at: Schema.optional(Schema.Array(Schema.String))
        })
      )
    })
  )
})

const Lives = Schema.Struct({
  descriptors: Schema.Array(Schema.String),
  records: Schema.Array(
    Schema.Struct({
      /** Documents that must exist. */
      before: Schema.Array(Schema.Tuple(Endpoint, Document)),
      resource: Schema.optional(Endpoint),
      document: Schema.optional(Document),
      steps: Schema.optional(
        Schema.Array(
          Schema.Union(
            /** Field, value, status, and whether the record was found, or the problem type. */
            Schema.Tuple(
              Schema.Literal("query"),
              Schema.String,
              AnyJson,
              Schema.Number,
              Schema.Union(Schema.Boolean, Schema.String)
            ),
            /** The change of the document, status and problem type. */
            Schema.Tuple(Schema.Literal("put"), Change, Schema.Number, Schema.optionalElement(Schema.String)),
            Schema.Tuple(Schema.Literal("delete"), Schema.Number)
          )
        )
      )
    })
  )
})

const Answers = Schema.Array(
  Schema.Struct({
    name: Schema.String,
    /** Method, path or a reference to an earlier Location, body, headers. */
    steps: Schema.Array(Schema.Array(AnyJson)),
    answers: Schema.Array(AnyJson)
  })
)

const read = <A, I>(name: string, schema: Schema.Schema<A, I>): A =>
  Schema.decodeUnknownSync(Schema.parseJson(schema))(
    readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8")
  )

export const documents = () => read("documents.json", Documents)
export const lives = () => read("lives.json", Lives)
export const answers = () => read("answers.json", Answers)

/** The answers of main to those of the cases that do without a batch. */
export const answersOfMain = (): ReturnType<typeof answers> => {
  const ofMain = read("answersMain.json", Schema.Record({ key: Schema.String, value: Schema.Array(AnyJson) }))
  return answers().flatMap(({ name, steps }) => {
    const own = ofMain[name]
    return own === undefined ? [] : [{ name, steps, answers: own }]
  })
}

export const changed = (document: JsonObject, change: typeof Change.Type): JsonObject => {
  const members = new Map(Object.entries(document))
  for (const [member, value] of change) {
    if (value === undefined) members.delete(member)
    else members.set(member, value)
  }
  return Object.fromEntries(members)
}

/** Creates a descriptor value, `uri://ed-fi.org/TermDescriptor#Fall`, unless it exists. */
export const postDescriptor = ({ post }: Session, uri: string) => {
  const [namespace = "", codeValue = ""] = uri.split("#")
  const name = namespace.split("/").at(-1) ?? ""
  const endpoint = `${name.charAt(0).toLowerCase()}${name.slice(1)}s`
  return post(endpoint, { namespace, codeValue, shortDescription: codeValue })
}

/** The type of a problem, or `""` where there is none. */
export const typeOf = (reply: Reply): string => {
  if (!reply.text.startsWith("{")) return ""
  const [, type] = problemOf(reply)
  return type === "undefined" ? "" : type
}

/** The paths of the validation errors, sorted. */
export const pathsOf = (reply: Reply): ReadonlyArray<string> => {
  if (!reply.text.startsWith("{")) return []
  const body: Json = JSON.parse(reply.text)
  const errors = isObject(body) ? body["validationErrors"] : undefined
  return isObject(errors) ? Object.keys(errors).sort() : []
}

/** The rows of a list that was asked for. */
export const rowsOf = ({ text }: Reply): ReadonlyArray<Json> => {
  const body: Json = JSON.parse(text)
  return isArray(body) ? body : []
}
