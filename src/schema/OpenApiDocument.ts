/**
 * The part of an OpenAPI document that the model is made of, decoded from a text of another party: OpenAPI 3, and
 * Swagger 2 of the ODS/API before 7.1.
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { parseJsonTo } from "../domain/parseJson.ts"

/** A text that cannot be used as a document of an API; `source` is a file or an address. */
export class SpecificationUnusable extends Schema.TaggedError<SpecificationUnusable>()(
  "SpecificationUnusable",
  {
    source: Schema.String,
    /** The problem and its place in the document; may quote the document, cleaned. */
    detail: Schema.String
  }
) {
  override get message(): string {
    return `${excerpt(this.source, 1000)}: ${this.detail}`
  }
}

const Text = Schema.optional(Schema.String)
const Flag = Schema.optional(Schema.Boolean)
const Bound = Schema.optional(Schema.Finite)
const Ref = Schema.optional(Schema.Struct({ $ref: Text }))
const list = <A, I>(item: Schema.Schema<A, I>) => Schema.optional(Schema.Array(item))
const record = <A, I>(value: Schema.Schema<A, I>) => Schema.Record({ key: Schema.String, value })

/** A value of an `enum`; null is one if the member may be absent. */
const EnumValue = Schema.Union(Schema.String, Schema.Finite, Schema.Boolean, Schema.Null)

const PropertySchema = Schema.Struct({
  $ref: Text,
  type: Text,
  format: Text,
  minLength: Bound,
  maxLength: Bound,
  minimum: Bound,
  maximum: Bound,
  multipleOf: Bound,
  pattern: Text,
  enum: list(EnumValue),
  items: Ref,
  "x-Ed-Fi-isIdentity": Flag
})
export type PropertySchema = typeof PropertySchema.Type

const ObjectSchema = Schema.Struct({
  required: list(Schema.String),
  properties: Schema.optional(record(PropertySchema))
})
export type ObjectSchema = typeof ObjectSchema.Type

const Parameter = Schema.Struct({ name: Text, in: Text, schema: Ref, "x-Ed-Fi-isIdentity": Flag })

const Operation = Schema.Struct({
  description: Text,
  deprecated: Flag,
  parameters: list(Parameter),
  requestBody: Schema.optional(
    Schema.Struct({ content: Schema.optional(record(Schema.Struct({ schema: Ref }))) })
  ),
  "x-Ed-Fi-isUpdatable": Flag
})
export type Operation = typeof Operation.Type

const PathItem = Schema.Struct({
  get: Schema.optional(Operation),
  post: Schema.optional(Operation),
  put: Schema.optional(Operation),
  delete: Schema.optional(Operation)
})

const Schemas = Schema.optional(record(ObjectSchema))

const Document = Schema.Struct({
  swagger: Text,
  openapi: Text,
  paths: record(PathItem),
  components: Schema.optional(Schema.Struct({ schemas: Schemas })),
  definitions: Schemas
})

/** One document, with its schemas by name whatever the version. */
export interface OpenApiDocument {
  /** The file or address that it was read from. */
  readonly source: string
  readonly paths: (typeof Document.Type)["paths"]
  readonly schemas: ReadonlyMap<string, ObjectSchema>
}

const decode = Schema.decodeUnknownEither(parseJsonTo(Document))

/** @example of an ArrayFormatter issue: "at paths./ed-fi/students.post: Expected ..." */
const describe = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  if (issue === undefined) return "it cannot be read"
  const place = issue.path.length === 0 ? "" : `at ${issue.path.map(String).join(".")}: `
  return excerpt(`${place}${issue.message}`)
}

/**
 * Reads one document.
 *
 * @param text at most tens of megabytes; nested at most 64 deep
 * @param source names the document in messages
 */
export const readDocument = (
  source: string,
  text: string
): Either.Either<OpenApiDocument, SpecificationUnusable> =>
  Either.gen(function* () {
    const unusable = (detail: string) => new SpecificationUnusable({ source, detail })
    const document = yield* Either.mapLeft(decode(text), (error) =>
      unusable(`it is not an OpenAPI document: ${describe(error)}`)
    )
    if (document.openapi === undefined && document.swagger === undefined) {
      return yield* Either.left(
        unusable("it is not an OpenAPI document: it has neither the member openapi nor swagger")
      )
    }
    const schemas = document.components?.schemas ?? document.definitions ?? {}
    return { source, paths: document.paths, schemas: new Map(Object.entries(schemas)) }
  })

/**
 * The name at the end of a reference within a document.
 *
 * @example refName("#/definitions/edFi_student") // "edFi_student"
 */
export const refName = (ref: string | undefined): string | undefined =>
  ref === undefined ? undefined : /^#\/(?:components\/schemas|definitions)\/([\w.-]{1,200})$/.exec(ref)?.[1]

/** The name of the schema of a request's body. */
export const bodySchema = ({ parameters, requestBody }: Operation): string | undefined => {
  const json = Object.entries(requestBody?.content ?? {}).find(([type]) => /^application\/json\b/i.test(type))
  const body = (parameters ?? []).find((parameter) => parameter.in === "body")
  return refName(json?.[1].schema?.$ref ?? body?.schema?.$ref)
}
