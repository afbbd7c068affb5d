/**
 * The file from which a DMS learns its resources, as far as `reduceApiSchema` reads it. Descriptions, OpenAPI fragments
 * and what follows from the rest are left out.
 */
import * as Schema from "effect/Schema"

/** The part of JSON Schema in which ApiSchema describes documents. */
export interface JsonSchema {
  readonly type: "object" | "array" | "string" | "integer" | "number" | "boolean"
  readonly format?: string | undefined
  readonly pattern?: string | undefined
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly required?: ReadonlyArray<string> | undefined
  readonly properties?: { readonly [member: string]: JsonSchema } | undefined
  readonly items?: JsonSchema | undefined
}

const JsonSchema: Schema.Schema<JsonSchema> = Schema.Struct({
  type: Schema.Literal("object", "array", "string", "integer", "number", "boolean"),
  format: Schema.optional(Schema.String),
  pattern: Schema.optional(Schema.String),
  minLength: Schema.optional(Schema.Number),
  maxLength: Schema.optional(Schema.Number),
  minimum: Schema.optional(Schema.Number),
  maximum: Schema.optional(Schema.Number),
  required: Schema.optional(Schema.Array(Schema.String)),
  properties: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.suspend(() => JsonSchema) })),
  items: Schema.optional(Schema.suspend(() => JsonSchema))
})

/** `$.classPeriods[*].classPeriodReference.schoolId` */
const JsonPath = Schema.String

/** What a path of a document means: a value, a descriptor or a reference. */
const DocumentPath = Schema.Struct({
  isReference: Schema.Boolean,
  isDescriptor: Schema.optional(Schema.Boolean),
  /** Of references: the resource that they lead to. */
  resourceName: Schema.optional(Schema.String),
  /** Of values and descriptors. */
  path: Schema.optional(JsonPath),
  /** Of references to documents: where each part of the target's identity stands. */
  referenceJsonPaths: Schema.optional(
    Schema.Array(Schema.Struct({ identityJsonPath: JsonPath, referenceJsonPath: JsonPath }))
  )
})

const Uniqueness = Schema.Struct({
  paths: Schema.Array(JsonPath),
  nestedConstraints: Schema.optional(
    Schema.Array(Schema.Struct({ basePath: JsonPath, paths: Schema.Array(JsonPath) }))
  )
})

const SecurableElements = Schema.Struct({
  Namespace: Schema.Array(JsonPath),
  EducationOrganization: Schema.Array(Schema.Struct({ jsonPath: JsonPath, metaEdName: Schema.String })),
  Student: Schema.Array(JsonPath),
  Contact: Schema.Array(JsonPath),
  Staff: Schema.Array(JsonPath)
})

const CommonExtension = Schema.Struct({
  /** Places in the `jsonSchemaForInsert` of the core resource: `$.properties.addresses.items`. */
  insertionLocations: Schema.Array(Schema.String),
  /** The schema of `_ext`: an object with a member per project. */
  schemaFragment: JsonSchema
})

export const ResourceSchema = Schema.Struct({
  resourceName: Schema.String,
  isDescriptor: Schema.Boolean,
  /** In the file of an extension: what it adds to the resource of this name of the core project, in `_ext`. */
  isResourceExtension: Schema.optional(Schema.Boolean),
  /** What an extension adds to parts that several resources share, such as addresses, as the member `_ext` there. */
  commonExtensionOverrides: Schema.optional(Schema.Array(CommonExtension)),
  jsonSchemaForInsert: JsonSchema,
  identityJsonPaths: Schema.Array(JsonPath),
  allowIdentityUpdates: Schema.Boolean,
  documentPathsMapping: Schema.Record({ key: Schema.String, value: DocumentPath }),
  equalityConstraints: Schema.Array(Schema.Struct({ sourceJsonPath: JsonPath, targetJsonPath: JsonPath })),
  arrayUniquenessConstraints: Schema.Array(Uniqueness),
  decimalPropertyValidationInfos: Schema.Array(
    Schema.Struct({
      path: JsonPath,
      totalDigits: Schema.optional(Schema.NullOr(Schema.Number)),
      decimalPlaces: Schema.optional(Schema.NullOr(Schema.Number))
    })
  ),
  queryFieldMapping: Schema.Record({
    key: Schema.String,
    value: Schema.Array(Schema.Struct({ path: JsonPath, type: Schema.String }))
  }),
  isSubclass: Schema.Boolean,
  superclassResourceName: Schema.optional(Schema.String),
  superclassIdentityJsonPath: Schema.optional(Schema.NullOr(JsonPath)),
  securableElements: SecurableElements
})
export interface ResourceSchema extends Schema.Schema.Type<typeof ResourceSchema> {}

export const ApiSchema = Schema.Struct({
  projectSchema: Schema.Struct({
    projectName: Schema.String,
    projectEndpointName: Schema.String,
    projectVersion: Schema.String,
    /** `The Ed-Fi Data Standard v5.2` */
    description: Schema.optional(Schema.String),
    isExtensionProject: Schema.optional(Schema.Boolean),
    /** By endpoint: `students`. */
    resourceSchemas: Schema.Record({ key: Schema.String, value: ResourceSchema }),
    abstractResources: Schema.Record({
      key: Schema.String,
      value: Schema.Struct({ identityJsonPaths: Schema.Array(JsonPath) })
    })
  })
})
export type ApiSchema = typeof ApiSchema.Type
