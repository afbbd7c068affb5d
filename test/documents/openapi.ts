/** Validates documents with the schemas of an OpenAPI document. */
import { Ajv, type ValidateFunction } from "ajv"
import * as Either from "effect/Either"
import { bodySchema, readDocument } from "../../src/schema/OpenApiDocument.ts"
import { hasPublished, publishedFiles, readPublished } from "../schema/publishedModel.ts"

export const published: boolean = hasPublished

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Disallows unknown members in every object schema, because the server would prune them silently. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isObject(schema)) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]))
  return isObject(copy["properties"]) ? { ...copy, additionalProperties: false } : copy
}

const formats = {
  date: /^\d{4}-\d\d-\d\d$/,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  time: /^\d\d:\d\d:\d\d$/,
  double: true,
  int32: { type: "number", validate: (value: number) => Math.abs(value) < 2 ** 31 },
  int64: { type: "number", validate: Number.isSafeInteger }
} as const

/**
 * Makes the validator of a schema or of the body of a resource's POST, with unknown members disallowed.
 *
 * @param text an OpenAPI document, 2 or 3
 */
export const validators = (text: string) => {
  const ajv = new Ajv({ strict: false, allErrors: true, formats })
  const openapi: unknown = JSON.parse(text)
  const all = isObject(openapi)
    ? { components: openapi["components"], definitions: openapi["definitions"] }
    : {}
  ajv.addSchema({ $id: "openapi", ...Object(closed(all)) })
  const place = isObject(openapi) && "swagger" in openapi ? "definitions" : "components/schemas"
  const known = new Map<string, ValidateFunction>()
  const ofSchema = (name: string): ValidateFunction => {
    const validate = known.get(name) ?? ajv.compile({ $ref: `openapi#/${place}/${name}` })
    known.set(name, validate)
    return validate
  }
  const { paths } = Either.getOrThrow(readDocument("document", text))
  return {
    ofSchema,
    /** @param path `ed-fi/students` */
    ofResource: (path: string): ValidateFunction => {
      const post = paths[`/${path}`]?.post
      return ofSchema((post === undefined ? undefined : bodySchema(post)) ?? "")
    }
  }
}

/** Of Ed-Fi's published document, which is read once. */
export const publishedValidators = (() => {
  let made: ReturnType<typeof validators> | undefined
  return () => (made ??= validators(readPublished(publishedFiles.resources)))
})()

/** The validator of a schema of Ed-Fi's published document: `validatorOf("edFi_student")`. */
export const validatorOf = (schemaName: string): ValidateFunction =>
  publishedValidators().ofSchema(schemaName)
