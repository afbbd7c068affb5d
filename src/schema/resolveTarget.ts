/** Finds the resource that a reference leads to, also when the document names an abstract one. */
import { exceptions } from "./exceptions.ts"
import { columnNames, isReferenceSchema, roleOf, targetSchema, withoutProject } from "./names.ts"
import { type ObjectSchema, refName } from "./OpenApiDocument.ts"
import type { Reference } from "./ResourceSchema.ts"

/** A resource before its members are read. */
export interface Candidate {
  readonly path: string
  readonly endpoint: string
  readonly schemaName: string
  readonly schema: ObjectSchema
}

type Schemas = ReadonlyMap<string, ObjectSchema>

const membersOf = (schema: ObjectSchema | undefined): ReadonlyArray<string> =>
  Object.keys(schema?.properties ?? {}).filter((name) => name !== "link")

/** The members of a resource that may be its key, each in its possible spellings: own ones, and those of references. */
const possibleKey = (schema: ObjectSchema, schemas: Schemas): ReadonlyArray<ReadonlyArray<string>> => {
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const ref = refName(property.$ref)
    if (ref === undefined) return property["x-Ed-Fi-isIdentity"] === true ? [[name]] : []
    if (!isReferenceSchema(ref) || !required.has(name)) return []
    return membersOf(schemas.get(ref)).map((member) =>
      columnNames(roleOf(name), withoutProject(targetSchema(ref)), member)
    )
  })
}

/** Whether a resource has the key of a reference: each name of one in the other. */
const hasKey = (names: ReadonlyArray<string>, key: ReadonlyArray<ReadonlyArray<string>>): boolean =>
  names.every((name) => key.some((spellings) => spellings.includes(name))) &&
  key.every((spellings) => spellings.some((name) => names.includes(name)))

/**
 * An abstract resource is replaced by the subtype of the table of exceptions, or by the resource with the same key that
 * requires the fewest members, of several the one with the shortest name: all subtypes of a resource share its keys.
 *
 * @returns makes the target of a reference schema; the same schema always has the same target
 */
export const makeResolver = (
  candidates: ReadonlyArray<Candidate>,
  schemas: Schemas
): ((referenceSchema: string) => Pick<Reference, "target" | "abstractTarget">) => {
  const bySchema = new Map(candidates.map(({ path, schemaName }) => [schemaName, path]))
  const resolved = new Map<string, Pick<Reference, "target" | "abstractTarget">>()
  const subtypeOf = (referenceSchema: string, abstract: string): string | undefined => {
    const subtype = exceptions.subtypes.get(abstract.toLowerCase())
    const known = candidates.find(({ endpoint }) => endpoint === subtype)
    if (known !== undefined) return known.path
    const names = membersOf(schemas.get(referenceSchema))
    const requires = ({ schema }: Candidate) => schema.required?.length ?? 0
    const [first] = candidates
      .filter(({ schema }) => names.length > 0 && hasKey(names, possibleKey(schema, schemas)))
      .toSorted((one, other) => requires(one) - requires(other) || one.path.length - other.path.length)
    return first?.path
  }
  return (referenceSchema) => {
    const known = resolved.get(referenceSchema)
    if (known !== undefined) return known
    const schemaName = targetSchema(referenceSchema)
    const target = bySchema.get(schemaName)
    const abstractTarget = target === undefined ? withoutProject(schemaName) : undefined
    const found = {
      target: target ?? subtypeOf(referenceSchema, withoutProject(schemaName)),
      abstractTarget
    }
    resolved.set(referenceSchema, found)
    return found
  }
}
