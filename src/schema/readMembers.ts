/** Reads the members of a document from its schema. */
import { excerpt } from "../domain/excerpt.ts"
import {
  columnNames,
  descriptorsOf,
  isReferenceSchema,
  roleOf,
  targetSchema,
  withoutProject
} from "./names.ts"
import { type ObjectSchema, type PropertySchema, refName } from "./OpenApiDocument.ts"
import type { Member, Reference, ReferenceMember, Scalar } from "./ResourceSchema.ts"

/** What the members of a resource are read with. */
export interface ReadContext {
  readonly schemas: ReadonlyMap<string, ObjectSchema>
  /** The names of the descriptors of its project and of the core. */
  readonly descriptors: ReadonlyArray<string>
  /** All names: the members in `_ext` belong to another project. */
  readonly allDescriptors: ReadonlyArray<string>
  /** The parameters of the resource's list; `true` for a part of its identity. */
  readonly parameters: ReadonlyMap<string, boolean>
  /** Whether the document marks the references of an identity, as a DMS does. */
  readonly marksReferences: boolean
  /** Where a reference schema leads to. */
  readonly resolve: (referenceSchema: string) => Pick<Reference, "target" | "abstractTarget">
}

/** Documents of the Ed-Fi model are at most four deep, and have some hundred members. */
const maxDepth = 8
const maxMembers = 10_000

/** Names are printed and become parts of other names. */
const isPlainName = (name: string): boolean => /^\w{1,200}$/.test(name)

/** Set by the server. */
const notSent: ReadonlySet<string> = new Set(["id", "link", "_etag", "_lastModifiedDate"])

const scalarTypes = ["string", "integer", "number", "boolean"] as const

/** The columns of a reference: a role makes one of its own if the list has a parameter of that name. */
const referenceMembers = (
  property: string,
  schemaName: string,
  { parameters, schemas }: ReadContext
): ReadonlyArray<ReferenceMember> =>
  Object.keys(schemas.get(schemaName)?.properties ?? {})
    .filter((name) => !notSent.has(name))
    .map((name) => {
      const names = columnNames(roleOf(property), withoutProject(targetSchema(schemaName)), name)
      return { name, column: names.find((each) => parameters.has(each)) ?? name }
    })

/**
 * A DMS marks the references of an identity. The ODS/API does not: there it is one that is required and whose members
 * are all parameters of the list that are part of the identity.
 */
const isIdentityReference = (
  property: PropertySchema,
  isRequired: boolean,
  members: ReadonlyArray<ReferenceMember>,
  { marksReferences, parameters }: ReadContext
): boolean =>
  marksReferences
    ? property["x-Ed-Fi-isIdentity"] === true
    : isRequired && members.length > 0 && members.every(({ column }) => parameters.get(column) === true)

const scalarOf = (
  name: string,
  property: PropertySchema,
  type: Scalar["type"],
  isRequired: boolean
): Scalar => ({
  _tag: "Scalar",
  name,
  isRequired,
  isIdentity: property["x-Ed-Fi-isIdentity"] === true,
  type,
  format: property.format,
  minLength: property.minLength,
  maxLength: property.maxLength,
  minimum: property.minimum,
  maximum: property.maximum,
  multipleOf: property.multipleOf,
  pattern: property.pattern,
  enum: property.enum?.filter((value) => value !== null)
})

const readMember = (
  name: string,
  property: PropertySchema,
  isRequired: boolean,
  context: ReadContext,
  depth: number
): Member => {
  const unsupported = (detail: string): Member => ({
    _tag: "Unsupported",
    name: excerpt(name),
    isRequired,
    detail
  })
  const nested = (ref: string | undefined, _tag: "Collection" | "Part"): Member => {
    const schema = context.schemas.get(refName(ref) ?? "")
    if (schema === undefined) return unsupported("has no schema in the document")
    if (depth === maxDepth) return unsupported(`is nested more than ${maxDepth} deep`)
    return { _tag, name, isRequired, members: readMembers(schema, context, depth + 1) }
  }
  if (!isPlainName(name)) return unsupported("has a name that is not of letters, digits and _")
  if (property.$ref !== undefined) {
    const schemaName = refName(property.$ref) ?? ""
    if (!isReferenceSchema(schemaName)) return nested(property.$ref, "Part")
    const members = referenceMembers(name, schemaName, context)
    if (members.length === 0) return unsupported("is a reference without members")
    if (!members.every((each) => isPlainName(each.name)))
      return unsupported("is a reference with a strange member")
    const isIdentity = depth === 0 && isIdentityReference(property, isRequired, members, context)
    return { _tag: "Reference", name, isRequired, isIdentity, ...context.resolve(schemaName), members }
  }
  if (property.type === "array") return nested(property.items?.$ref, "Collection")
  const type = scalarTypes.find((each) => each === property.type)
  if (type === undefined) return unsupported(`has the type ${excerpt(property.type ?? "none", 50)}`)
  const scalar = scalarOf(name, property, type, isRequired)
  if (type !== "string" || !/descriptor$/i.test(name)) return scalar
  const own = descriptorsOf(name, context.descriptors)
  const candidates = own.length > 0 ? own : descriptorsOf(name, context.allDescriptors)
  return { _tag: "Descriptor", name, isRequired, isIdentity: scalar.isIdentity, candidates }
}

/**
 * Tells which schemas have too many members to read: a document of another party can describe more than fits in memory,
 * by schemas that contain each other.
 */
export const makeIsTooLarge = (schemas: ReadContext["schemas"]): ((schema: ObjectSchema) => boolean) => {
  const sizes = Array.from({ length: maxDepth + 1 }, () => new Map<ObjectSchema, number>())
  const sizeOf = (schema: ObjectSchema, depth: number): number => {
    const known = sizes[depth]?.get(schema)
    if (known !== undefined || depth > maxDepth) return known ?? 0
    let size = 0
    for (const { $ref, items } of Object.values(schema.properties ?? {})) {
      const nested = schemas.get(refName($ref ?? items?.$ref) ?? "")
      size += 1 + (nested === undefined ? 0 : sizeOf(nested, depth + 1))
    }
    sizes[depth]?.set(schema, size)
    return size
  }
  return (schema) => sizeOf(schema, 0) > maxMembers
}

/** @param depth 0 for the members of a resource, 1 inside of one of its collections */
export const readMembers = (schema: ObjectSchema, context: ReadContext, depth = 0): ReadonlyArray<Member> => {
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !notSent.has(name))
    .map(([name, property]) => readMember(name, property, required.has(name), context, depth))
}
