/** Validates documents with Ed-Fi's published OpenAPI document, if it is available beside the project. */
import { Ajv, type ValidateFunction } from "ajv"
import { existsSync, readFileSync } from "node:fs"

const file = new URL("../../../shared/data/ed-fi-resources-ds-5.0.json", import.meta.url)

export const published: boolean = existsSync(file)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Disallows unknown members in every object schema, because the server would prune them silently. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isObject(schema)) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]))
  return isObject(copy["properties"]) ? { ...copy, additionalProperties: false } : copy
}

/** The validator of a resource: `validatorOf("edFi_student")`. */
export const validatorOf = (schemaName: string): ValidateFunction => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  const openapi: unknown = JSON.parse(readFileSync(file, "utf8"))
  const components = isObject(openapi) ? closed(openapi["components"]) : {}
  ajv.addSchema({ $id: "openapi", components })
  return ajv.compile({ $ref: `openapi#/components/schemas/${schemaName}` })
}
