/** Reduces an ApiSchema file to the facts that the local DMS needs. */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import type { ApiSchema, JsonSchema, ResourceSchema } from "./ApiSchema.ts"
import { withCommonExtensions } from "./commonExtensions.ts"
import type { MemberFacts, ProjectFacts, ResourceFacts, ScalarFacts, TextRule } from "./ResourceFacts.ts"

/** The file says something that the local DMS cannot check. */
export class UnsupportedApiSchema extends Data.TaggedError("UnsupportedApiSchema")<{
  /** What, and where: `students $.firstName: pattern [a-z]+`. */
  readonly problems: ReadonlyArray<string>
}> {
  override get message(): string {
    return `This ApiSchema cannot be used: ${this.problems.join("; ")}`
  }
}

/** The patterns of texts that occur. The first two differ in the empty text, which `minLength` forbids for the first. */
const textRules: { readonly [pattern: string]: TextRule } = {
  "^(?!\\s).*(?<!\\s)$": "trimmed",
  "^(?!\\s)(.*\\S)$": "trimmed",
  "^(?!\\s*$).+": "notBlank"
}

/** What a resource says of single paths, and the problems found so far. */
interface Context {
  readonly endpoint: string
  readonly descriptors: ReadonlyMap<string, string>
  readonly references: ReadonlyMap<string, { readonly to: string; readonly parts: ReadonlyArray<string> }>
  readonly decimals: ReadonlyMap<string, { readonly digits: number; readonly places: number }>
  /** By path of the list: `$.addresses`. */
  readonly unique: ReadonlyMap<string, ReadonlyArray<string>>
  readonly problems: Array<string>
}

/** `TermDescriptor` is `Term`. */
const descriptorName = (resourceName: string): string => resourceName.replace(/Descriptor$/, "")

const withoutRoot = (path: string): string => path.replace(/^\$\./, "")
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("."))
const lastOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1)

/** Splits `$.addresses[*].periods[*].beginDate` at its last list: the list, and the path in an item. */
const atList = (path: string): readonly [list: string, inItem: string] => {
  const at = path.lastIndexOf("[*].")
  return [path.slice(0, at), path.slice(at + 4)]
}

const contextOf = (endpoint: string, schema: ResourceSchema): Context => {
  const paths = Object.values(schema.documentPathsMapping)
  const unique = schema.arrayUniquenessConstraints.flatMap(({ nestedConstraints = [], paths }) => [
    paths,
    ...nestedConstraints.map((nested) => nested.paths.map((path) => nested.basePath + path.slice(1)))
  ])
  return {
    endpoint,
    descriptors: new Map(
      paths.flatMap(({ isDescriptor, path, resourceName }) =>
        isDescriptor === true && path !== undefined && resourceName !== undefined
          ? [[path, descriptorName(resourceName)] as const]
          : []
      )
    ),
    references: new Map(
      paths.flatMap(({ referenceJsonPaths = [], resourceName }) => {
        const [first] = referenceJsonPaths
        if (first === undefined || resourceName === undefined) return []
        const parts = referenceJsonPaths.map(({ referenceJsonPath }) => lastOf(referenceJsonPath))
        return [[parentOf(first.referenceJsonPath), { to: resourceName, parts }] as const]
      })
    ),
    decimals: new Map(
      schema.decimalPropertyValidationInfos.flatMap(({ decimalPlaces, path, totalDigits }) =>
        typeof totalDigits === "number" && typeof decimalPlaces === "number"
          ? [[path, { digits: totalDigits, places: decimalPlaces }] as const]
          : []
      )
    ),
    unique: new Map(
      unique.flatMap((paths) => {
        const [list] = paths.map(atList)
        return list === undefined ? [] : [[list[0], paths.map((path) => atList(path)[1])] as const]
      })
    ),
    problems: []
  }
}

/** What the facts of members of all types begin with. */
type Common = Pick<MemberFacts, "name" | "required">

/** The members of an object, each by `factsOf`. */
const mapMembers = <Facts>(
  schema: JsonSchema,
  path: string,
  factsOf: (common: Common, schema: JsonSchema, path: string) => Facts
): ReadonlyArray<Facts> => {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, member]) =>
    factsOf(required.has(name) ? { name, required: true } : { name }, member, `${path}.${name}`)
  )
}

const membersOf = (schema: JsonSchema, path: string, context: Context): ReadonlyArray<MemberFacts> =>
  mapMembers(schema, path, (common, member, at) => memberOf(common, member, at, context))

const memberOf = (common: Common, schema: JsonSchema, path: string, context: Context): MemberFacts => {
  if (schema.type === "array") {
    const unique = context.unique.get(path)
    const items = schema.items === undefined ? [] : membersOf(schema.items, `${path}[*]`, context)
    if (schema.items?.type !== "object") addProblem(context, path, "items that are no objects")
    return { ...common, type: "list", items, ...(unique === undefined ? {} : { unique }) }
  }
  if (schema.type !== "object") return scalarOf(common, schema, path, context)
  const reference = context.references.get(path)
  if (reference === undefined) return { ...common, type: "object", members: membersOf(schema, path, context) }
  const members = mapMembers(schema, path, (one, part, at) => scalarOf(one, part, at, context))
  const { parts, to } = reference
  const inOrder = parts.join() === members.map(({ name }) => name).join()
  return { ...common, type: "reference", to, ...(inOrder ? {} : { parts }), members }
}

const scalarOf = (common: Common, schema: JsonSchema, path: string, context: Context): ScalarFacts => {
  switch (schema.type) {
    case "boolean":
      return { ...common, type: "boolean" }
    case "integer":
      return {
        ...common,
        type: "integer",
        ...(schema.format === "int64" ? { bits: 64 } : {}),
        ...(schema.minimum === undefined ? {} : { min: schema.minimum }),
        ...(schema.maximum === undefined ? {} : { max: schema.maximum })
      }
    case "number":
      return { ...common, type: "decimal", ...context.decimals.get(path) }
    case "string":
      return textOf(common, schema, path, context)
    default:
      addProblem(context, path, `type ${schema.type}`)
      return { ...common, type: "text" }
  }
}

const formats = { date: "date", "date-time": "dateTime", time: "time" } as const

const textOf = (
  common: Common,
  { format, maxLength, minLength, pattern }: JsonSchema,
  path: string,
  context: Context
): ScalarFacts => {
  const descriptor = context.descriptors.get(path)
  if (descriptor !== undefined) return { ...common, type: "descriptor", of: descriptor }
  if (format === "date" || format === "date-time" || format === "time") {
    return { ...common, type: formats[format] }
  }
  if (format !== undefined) addProblem(context, path, `format ${format}`)
  const rule = pattern === undefined ? undefined : textRules[pattern]
  if (pattern !== undefined && rule === undefined) addProblem(context, path, `pattern ${pattern}`)
  return {
    ...common,
    type: "text",
    ...(minLength === undefined ? {} : { min: minLength }),
    ...(maxLength === undefined ? {} : { max: maxLength }),
    ...(rule === undefined ? {} : { rule })
  }
}

const addProblem = (context: Context, path: string, what: string): void => {
  context.problems.push(`${context.endpoint} ${path}: ${what}`)
}

/** Paths that a query can filter by. `id` is one of every resource, and no member of documents. */
const queryOf = (schema: ResourceSchema, context: Context): ReadonlyArray<string> =>
  Object.entries(schema.queryFieldMapping).flatMap(([field, paths]) => {
    if (field === "id") return []
    for (const { path } of paths) {
      if (lastOf(path) !== field) addProblem(context, path, `query field ${field}`)
    }
    return paths.map(({ path }) => withoutRoot(path))
  })

const securedOf = ({ securableElements }: ResourceSchema): ResourceFacts["secured"] => {
  const { Contact, EducationOrganization, Namespace, Staff, Student } = securableElements
  const kinds = {
    namespace: Namespace,
    educationOrganization: EducationOrganization.map(({ jsonPath }) => jsonPath),
    student: Student,
    contact: Contact,
    staff: Staff
  }
  const secured = Object.entries(kinds).filter(([, paths]) => paths.length > 0)
  return secured.length === 0
    ? undefined
    : Object.fromEntries(secured.map(([kind, paths]) => [kind, paths.map(withoutRoot)]))
}

const factsOf = (schema: ResourceSchema, context: Context): ResourceFacts => {
  const { equalityConstraints, superclassResourceName } = schema
  const { schema: documents, unknown } = withCommonExtensions(schema)
  for (const location of unknown) addProblem(context, location, "no place in a schema")
  const secured = securedOf(schema)
  return {
    identity: schema.isDescriptor ? ["namespace", "codeValue"] : schema.identityJsonPaths.map(withoutRoot),
    ...(schema.allowIdentityUpdates ? { keyUpdates: true } : {}),
    ...(superclassResourceName === undefined ? {} : { superclass: superclassResourceName }),
    members: membersOf(documents, "$", context),
    ...(equalityConstraints.length === 0
      ? {}
      : {
          equal: equalityConstraints.map(
            ({ sourceJsonPath, targetJsonPath }) =>
              [withoutRoot(sourceJsonPath), withoutRoot(targetJsonPath)] as const
          )
        }),
    query: queryOf(schema, context),
    ...(secured === undefined ? {} : { secured })
  }
}

/**
 * The facts of a project. A text with an unknown pattern, for example, is a problem instead of a check that is left out
 * in silence.
 */
export const reduceApiSchema = ({
  projectSchema
}: ApiSchema): Either.Either<ProjectFacts, UnsupportedApiSchema> => {
  const {
    description = "",
    projectEndpointName,
    projectName,
    projectVersion,
    resourceSchemas
  } = projectSchema
  const reduced = Object.entries(resourceSchemas).map(([endpoint, schema]) => {
    const context = contextOf(endpoint, schema)
    return { endpoint, schema, facts: factsOf(schema, context), problems: context.problems }
  })
  const problems = reduced.flatMap(({ problems }) => problems)
  if (problems.length > 0) return Either.left(new UnsupportedApiSchema({ problems }))
  const descriptors = reduced.filter(({ schema }) => schema.isDescriptor)
  const named = (isExtension: boolean) =>
    reduced
      .filter(({ schema }) => !schema.isDescriptor && (schema.isResourceExtension === true) === isExtension)
      .map(({ endpoint, facts, schema }) => [endpoint, schema.resourceName, facts] as const)
  return Either.right({
    name: projectName,
    endpoint: projectEndpointName,
    version: projectVersion,
    description,
    resources: named(false),
    extensions: named(true),
    descriptors: descriptors.map(
      ({ endpoint, schema }) => [endpoint, descriptorName(schema.resourceName)] as const
    ),
    descriptor: descriptors[0]?.facts,
    abstract: Object.keys(projectSchema.abstractResources)
  })
}
