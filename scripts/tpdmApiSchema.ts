/**
 * Makes an ApiSchema file of TPDM 1.1 from its facts (identities, references, constraints) and the published OpenAPI
 * document of Data Standard 5.0, which has the types and bounds of its members.
 */
import * as Schema from "effect/Schema"
import { ResourceSchema } from "../src/local-dms/model/ApiSchema.ts"
import type { ApiSchema, JsonSchema } from "../src/local-dms/model/ApiSchema.ts"

const Facts = Schema.Struct({
  ...ResourceSchema.pick(
    "resourceName",
    "identityJsonPaths",
    "allowIdentityUpdates",
    "documentPathsMapping",
    "equalityConstraints",
    "arrayUniquenessConstraints",
    "decimalPropertyValidationInfos"
  ).fields,
  documentPathsMapping: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  queryFieldMapping: Schema.Record({
    key: Schema.String,
    value: Schema.Array(Schema.Struct({ path: Schema.String }))
  })
})
type Facts = typeof Facts.Type

const FactsFile = Schema.Struct({
  resources: Schema.Record({ key: Schema.String, value: Facts }),
  extensions: Schema.Record({ key: Schema.String, value: Facts }),
  descriptors: Schema.Array(Schema.String)
})

interface Property {
  readonly $ref?: string | undefined
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object" | undefined
  readonly format?: string | undefined
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly items?: { readonly $ref: string } | undefined
}

const Property: Schema.Schema<Property> = Schema.Struct({
  $ref: Schema.optional(Schema.String),
  type: Schema.optional(Schema.Literal("string", "integer", "number", "boolean", "array", "object")),
  format: Schema.optional(Schema.String),
  minLength: Schema.optional(Schema.Number),
  maxLength: Schema.optional(Schema.Number),
  minimum: Schema.optional(Schema.Number),
  maximum: Schema.optional(Schema.Number),
  items: Schema.optional(Schema.Struct({ $ref: Schema.String }))
})

const ObjectSchema = Schema.Struct({
  required: Schema.optional(Schema.Array(Schema.String)),
  properties: Schema.Record({ key: Schema.String, value: Property })
})

const OpenApi = Schema.Struct({
  components: Schema.Struct({ schemas: Schema.Record({ key: Schema.String, value: ObjectSchema }) })
})

const decodeFacts = Schema.decodeUnknownSync(Schema.parseJson(FactsFile))
const decodeOpenApi = Schema.decodeUnknownSync(Schema.parseJson(OpenApi))
const decodeMapping = Schema.decodeUnknownSync(ResourceSchema.fields.documentPathsMapping)

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

/** `eppProgramPathwayDescriptors` of `EPPProgramPathwayDescriptor`. */
const descriptorEndpoint = (name: string): string =>
  `${name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (first) => first.toLowerCase())}s`

const serverMembers = new Set(["id", "link", "_etag", "_lastModifiedDate"])

/** Texts of a key: the first pattern of ApiSchema; other required ones: the second. */
const trimmed = "^(?!\\s)(.*\\S)$"
const notBlank = "^(?!\\s*$).+"

const isDescriptor = (name: string): boolean => name.endsWith("Descriptor")

const scalar = (name: string, property: Property, pattern: string | undefined): JsonSchema => {
  const { format, maxLength, maximum, minLength, minimum, type = "string" } = property
  // The document has no format for times, and no bounds for school years.
  if (type === "string" && name.endsWith("Time") && maxLength === undefined) return { type, format: "time" }
  if (name === "schoolYear") return { type, minimum: 1900, maximum: 2100 }
  const isText = type === "string" && format === undefined
  return {
    type,
    format: type === "number" || format === "int32" ? undefined : format,
    minimum,
    maximum,
    maxLength,
    // The document says 1 of each text.
    minLength: minLength === 1 ? undefined : minLength,
    pattern: isText && !isDescriptor(name) ? pattern : undefined
  }
}

/** Members that the facts have, and the document has under another name or not at all. */
const corrections: {
  readonly [schema: string]: {
    readonly renamed?: { readonly [member: string]: string }
    readonly added?: { readonly [member: string]: Property }
    readonly required?: ReadonlyArray<string>
  }
} = {
  tpdm_evaluationElementRating: { renamed: { results: "elementRatingResults" } },
  tpdm_evaluationObjectiveRating: { renamed: { results: "objectiveRatingResults" } },
  // With the bounds that the members of the same name of performanceEvaluationRatings have.
  tpdm_evaluationRating: {
    added: { actualDuration: { type: "integer", minimum: 1 }, comments: { type: "string", maxLength: 1024 } }
  },
  tpdm_candidateEducatorPreparationProgramAssociationDegreeSpecialization: {
    added: { beginDate: { type: "string", format: "date" } },
    required: ["beginDate"]
  }
}

const corrected = (name: string, { properties, required = [] }: typeof ObjectSchema.Type) => {
  const { added = {}, renamed = {}, required: more = [] } = corrections[name] ?? {}
  const own = Object.entries(properties).map(
    ([member, property]) => [renamed[member] ?? member, property] as const
  )
  return { properties: { ...Object.fromEntries(own), ...added }, required: [...required, ...more] }
}

/** Resolves the schemas of the document into one JSON schema. */
const makeSchemaOf = (schemas: (typeof OpenApi.Type)["components"]["schemas"]) => {
  const named = (ref: string) => {
    const name = ref.slice(ref.lastIndexOf("/") + 1)
    const schema = schemas[name]
    if (schema === undefined) throw new Error(`the document has no schema ${name}`)
    return { name, ...corrected(name, schema) }
  }
  /** @param identity the members of the key of a resource */
  const schemaOf = (ref: string, identity: ReadonlySet<string>): JsonSchema => {
    const { name, properties, required } = named(ref)
    const isReference = name.endsWith("Reference")
    const patternOf = (member: string) =>
      isReference || identity.has(member) ? trimmed : required.includes(member) ? notBlank : undefined
    const members = Object.entries(properties)
      .filter(([member]) => !serverMembers.has(member))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([member, property]): readonly [string, JsonSchema] => {
        if (property.$ref !== undefined) return [member, schemaOf(property.$ref, new Set())]
        if (property.items === undefined) return [member, scalar(member, property, patternOf(member))]
        return [member, { type: "array", items: schemaOf(property.items.$ref, new Set()) }]
      })
    return { type: "object", required, properties: Object.fromEntries(members) }
  }
  return schemaOf
}

/** The paths of the facts that a JSON schema must have. */
const pathsOf = (schema: ResourceSchema): ReadonlyArray<string> => [
  ...schema.identityJsonPaths,
  ...Object.values(schema.documentPathsMapping).flatMap(({ path, referenceJsonPaths = [] }) => [
    ...(path === undefined ? [] : [path]),
    ...referenceJsonPaths.map(({ referenceJsonPath }) => referenceJsonPath)
  ]),
  ...schema.arrayUniquenessConstraints.flatMap(({ nestedConstraints = [], paths }) => [
    ...paths,
    ...nestedConstraints.flatMap((nested) => nested.paths.map((path) => nested.basePath + path.slice(1)))
  ]),
  ...schema.decimalPropertyValidationInfos.map(({ path }) => path),
  ...Object.values(schema.queryFieldMapping).flatMap((paths) => paths.map(({ path }) => path))
]

const hasPath = (schema: JsonSchema | undefined, names: ReadonlyArray<string>): boolean => {
  const [name, ...rest] = names
  if (schema === undefined || name === undefined) return schema !== undefined
  const members = schema.items?.properties ?? schema.properties
  return hasPath(members?.[name.replace("[*]", "")], rest)
}

/** Facts about a member that is not there would be lost in silence. */
const checked = (schema: ResourceSchema): ResourceSchema => {
  const lost = pathsOf(schema).filter(
    (path) => path !== "$.id" && !hasPath(schema.jsonSchemaForInsert, path.slice(2).split("."))
  )
  if (lost.length > 0) throw new Error(`${schema.resourceName} has no ${lost.join(", ")}`)
  return schema
}

/** The education organizations of the key decide who may see a document. */
const securableElements = ({ identityJsonPaths }: Facts) => ({
  Namespace: identityJsonPaths.filter((path) => path.endsWith(".namespace")),
  EducationOrganization: identityJsonPaths
    .filter((path) => path.endsWith(".educationOrganizationId"))
    .map((jsonPath) => ({ jsonPath, metaEdName: "EducationOrganizationId" })),
  Student: [],
  Contact: [],
  Staff: []
})

const resourceSchema = (
  facts: Facts,
  jsonSchemaForInsert: JsonSchema,
  isResourceExtension: boolean
): ResourceSchema => ({
  ...facts,
  isDescriptor: false,
  isResourceExtension,
  isSubclass: false,
  jsonSchemaForInsert,
  documentPathsMapping: decodeMapping(
    Object.fromEntries(
      Object.entries(facts.documentPathsMapping).map(([name, path]) => [
        name,
        typeof path === "object" ? { isReference: false, ...path } : path
      ])
    )
  ),
  queryFieldMapping: Object.fromEntries(
    Object.entries(facts.queryFieldMapping).map(([name, paths]) => [
      name,
      paths.map(({ path }) => ({ path, type: "string" }))
    ])
  ),
  securableElements: securableElements(facts)
})

/**
 * @param factsText the file of TPDM's facts
 * @param openApiText the published document of the resources
 * @param descriptor the schema of any descriptor
 */
export const tpdmApiSchema = (
  factsText: string,
  openApiText: string,
  descriptor: ResourceSchema
): ApiSchema => {
  const { descriptors, extensions, resources } = decodeFacts(factsText)
  const schemaOf = makeSchemaOf(decodeOpenApi(openApiText).components.schemas)
  const own = Object.entries(resources).map(([endpoint, facts]): readonly [string, ResourceSchema] => {
    const identity = new Set(facts.identityJsonPaths.map((path) => path.slice(2)))
    const schema = schemaOf(`tpdm_${lowerFirst(facts.resourceName)}`, identity)
    return [endpoint, checked(resourceSchema(facts, schema, false))]
  })
  const added = Object.entries(extensions).map(([endpoint, facts]): readonly [string, ResourceSchema] => {
    const tpdm = schemaOf(`tpdm_${lowerFirst(facts.resourceName)}Extension`, new Set())
    const _ext: JsonSchema = { type: "object", properties: { tpdm } }
    return [endpoint, checked(resourceSchema(facts, { type: "object", properties: { _ext } }, true))]
  })
  const values = descriptors.map((resourceName): readonly [string, ResourceSchema] => [
    descriptorEndpoint(resourceName),
    { ...descriptor, resourceName }
  ])
  return {
    projectSchema: {
      projectName: "TPDM",
      projectEndpointName: "tpdm",
      projectVersion: "1.1.0",
      description: "TPDM-Core",
      isExtensionProject: true,
      resourceSchemas: Object.fromEntries([...own, ...added, ...values]),
      abstractResources: {}
    }
  }
}
