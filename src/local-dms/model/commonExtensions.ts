/**
 * What an extension adds to parts that several resources share, such as addresses: the member `_ext` of their items or
 * objects.
 * @see docs/API-SCHEMA-DOCUMENTATION.md of the DMS, `commonExtensionOverrides`
 */
import * as Either from "effect/Either"
import type { JsonSchema, ResourceSchema } from "./ApiSchema.ts"

const part = { type: "object" } as const satisfies JsonSchema

/** @param steps `["properties", "addresses", "items"]`  @returns the step that leads nowhere on the left */
const withExtension = (
  schema: JsonSchema,
  steps: ReadonlyArray<string>,
  extension: JsonSchema
): Either.Either<JsonSchema, string> => {
  const [step, name, ...rest] = steps
  if (step === undefined) {
    return Either.right({ ...schema, properties: { ...schema.properties, _ext: extension } })
  }
  if (step === "items") {
    return Either.map(withExtension(schema.items ?? part, steps.slice(1), extension), (items) => ({
      ...schema,
      items
    }))
  }
  if (step !== "properties" || name === undefined) return Either.left(step)
  const empty: JsonSchema = rest[0] === "items" ? { type: "array", items: part } : part
  return Either.map(withExtension(schema.properties?.[name] ?? empty, rest, extension), (member) => ({
    ...schema,
    properties: { ...schema.properties, [name]: member }
  }))
}

/**
 * The schema of a resource extension with these parts in it, and the locations that are no places in a schema.
 *
 * @example an override at `$.properties.addresses.items`
 *   // {"properties": {"addresses": {"type": "array", "items": {"properties": {"_ext": ...}}}}}
 */
export const withCommonExtensions = ({
  commonExtensionOverrides = [],
  jsonSchemaForInsert
}: Pick<ResourceSchema, "commonExtensionOverrides" | "jsonSchemaForInsert">): {
  readonly schema: JsonSchema
  readonly unknown: ReadonlyArray<string>
} => {
  let schema = jsonSchemaForInsert
  const unknown: Array<string> = []
  for (const { insertionLocations, schemaFragment } of commonExtensionOverrides) {
    for (const location of insertionLocations) {
      const [root, ...steps] = location.split(".")
      const extended = withExtension(schema, steps, schemaFragment)
      if (root === "$" && Either.isRight(extended)) schema = extended.right
      else unknown.push(location)
    }
  }
  return { schema, unknown }
}
