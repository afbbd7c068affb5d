/** One small API as each server describes it: the ODS/API before 7.1 and since, and the DMS of today. */
import * as Either from "effect/Either"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import type { ApiModel, ResourceSchema } from "../../src/schema/ResourceSchema.ts"

export const dialects = ["ODS/API 5.3", "ODS/API 7.2", "DMS"] as const
export type Dialect = (typeof dialects)[number]

interface Sketch {
  readonly endpoint: string
  readonly name: string
  /** Members that are part of the key, with the bounds of their schema. */
  readonly key?: Readonly<Record<string, object>>
  readonly others?: Readonly<Record<string, object>>
  readonly required?: ReadonlyArray<string>
  /** Target by property; the members of its reference schema follow from `references`. */
  readonly refersTo?: Readonly<Record<string, string>>
  readonly keyReferences?: ReadonlyArray<string>
  /** The parameters of the list as the ODS/API names them: columns of the key, and others. */
  readonly columns?: ReadonlyArray<string>
  readonly otherColumns?: ReadonlyArray<string>
  readonly hasKeyCascade?: boolean
}

const text = (maxLength: number) => ({ type: "string", maxLength })
const date = { type: "string", format: "date" }
const id = { type: "integer", format: "int64" }
const descriptor = text(306)

/** The members of each reference schema. */
const references: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  schoolYearType: { schoolYear: { type: "integer", format: "int32" } },
  localEducationAgency: { localEducationAgencyId: id },
  educationOrganization: { educationOrganizationId: id },
  school: { schoolId: id },
  student: { studentUniqueId: text(32) },
  location: { classroomIdentificationCode: text(60), schoolId: id }
}

export const sketches: ReadonlyArray<Sketch> = [
  { endpoint: "schoolYearTypes", name: "schoolYearType", key: references["schoolYearType"] ?? {} },
  {
    endpoint: "localEducationAgencies",
    name: "localEducationAgency",
    key: { localEducationAgencyId: id },
    others: { nameOfInstitution: text(75) }
  },
  {
    endpoint: "schools",
    name: "school",
    key: { schoolId: id },
    others: { nameOfInstitution: text(75), gradeLevels: { items: "schoolGradeLevel" } },
    required: ["nameOfInstitution", "gradeLevels"],
    refersTo: { localEducationAgencyReference: "localEducationAgency" },
    otherColumns: ["localEducationAgencyId"]
  },
  {
    endpoint: "students",
    name: "student",
    key: { studentUniqueId: text(32) },
    others: { firstName: text(75) }
  },
  {
    endpoint: "studentSchoolAssociations",
    name: "studentSchoolAssociation",
    key: { entryDate: date },
    others: {
      exitWithdrawDate: date,
      entryGradeLevelDescriptor: descriptor,
      primarySchool: { type: "boolean" }
    },
    required: ["entryGradeLevelDescriptor"],
    refersTo: {
      schoolReference: "school",
      studentReference: "student",
      graduationSchoolYearTypeReference: "schoolYearType",
      nextYearSchoolReference: "school"
    },
    keyReferences: ["schoolReference", "studentReference"],
    columns: ["schoolId", "studentUniqueId"],
    otherColumns: ["graduationSchoolYear", "nextYearSchoolId"],
    hasKeyCascade: true
  },
  {
    endpoint: "locations",
    name: "location",
    key: { classroomIdentificationCode: text(60) },
    refersTo: { schoolReference: "school" },
    keyReferences: ["schoolReference"],
    columns: ["schoolId"]
  },
  {
    endpoint: "sections",
    name: "section",
    key: { sectionIdentifier: text(255) },
    others: { availableCredits: { type: "number", format: "double", minimum: 0 } },
    refersTo: { schoolReference: "school", locationReference: "location", locationSchoolReference: "school" },
    keyReferences: ["schoolReference"],
    columns: ["schoolId"],
    otherColumns: ["locationClassroomIdentificationCode", "locationSchoolId"]
  },
  {
    endpoint: "cohorts",
    name: "cohort",
    key: { cohortIdentifier: text(36) },
    refersTo: { educationOrganizationReference: "educationOrganization" },
    keyReferences: ["educationOrganizationReference"],
    columns: ["educationOrganizationId"]
  }
]

const capitalized = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1)
const isDms = (dialect: Dialect) => dialect === "DMS"

const schemaName = (dialect: Dialect, name: string) =>
  isDms(dialect) ? `EdFi_${capitalized(name)}` : `edFi_${name}`
const referenceName = (dialect: Dialect, name: string) =>
  schemaName(dialect, name) + (isDms(dialect) ? "_Reference" : "Reference")
const refTo = (dialect: Dialect, name: string) => ({
  $ref: `#/${dialect === "ODS/API 5.3" ? "definitions" : "components/schemas"}/${name}`
})

const marked = (members: Readonly<Record<string, object>> = {}) =>
  Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name, { ...schema, "x-Ed-Fi-isIdentity": true }])
  )

const propertiesOf = (dialect: Dialect, { key, keyReferences = [], others = {}, refersTo = {} }: Sketch) => ({
  id: { type: "string" },
  ...marked(key),
  ...Object.fromEntries(
    Object.entries(refersTo).map(([property, target]) => [
      property,
      {
        ...refTo(dialect, referenceName(dialect, target)),
        ...(isDms(dialect) && keyReferences.includes(property) ? { "x-Ed-Fi-isIdentity": true } : {})
      }
    ])
  ),
  ...Object.fromEntries(
    Object.entries(others).map(([name, schema]) => [
      name,
      "items" in schema
        ? { type: "array", items: refTo(dialect, schemaName(dialect, String(schema.items))) }
        : schema
    ])
  ),
  _etag: { type: "string" }
})

/** The DMS names a parameter after the last word of its path only. */
const parametersOf = (dialect: Dialect, { columns = [], key = {}, otherColumns = [] }: Sketch) => {
  const names = { identity: [...Object.keys(key), ...columns], other: isDms(dialect) ? [] : otherColumns }
  return [
    { $ref: "#/parameters/limit" },
    ...names.identity.map((name) => ({ name, in: "query", "x-Ed-Fi-isIdentity": true })),
    ...names.other.map((name) => ({ name, in: "query" }))
  ]
}

const bodyOf = (dialect: Dialect, name: string) => {
  const schema = refTo(dialect, schemaName(dialect, name))
  return dialect === "ODS/API 5.3"
    ? { parameters: [{ name, in: "body", schema }] }
    : { requestBody: { content: { "application/json; charset=utf-8": { schema } } } }
}

const pathsOf = (dialect: Dialect, sketch: Sketch) => ({
  [`/ed-fi/${sketch.endpoint}`]: {
    get: { parameters: parametersOf(dialect, sketch) },
    post: bodyOf(dialect, sketch.name)
  },
  [`/ed-fi/${sketch.endpoint}/{id}`]: {
    put: {
      ...bodyOf(dialect, sketch.name),
      ...(sketch.hasKeyCascade === true && !isDms(dialect) ? { "x-Ed-Fi-isUpdatable": true } : {}),
      ...(sketch.hasKeyCascade === true && isDms(dialect)
        ? { description: "Those changes will also cascade through to dependent resources." }
        : {})
    },
    delete: {}
  }
})

const document = (dialect: Dialect, paths: object, schemas: object) =>
  JSON.stringify(
    dialect === "ODS/API 5.3"
      ? { swagger: "2.0", paths, definitions: schemas }
      : { openapi: "3.0.1", paths, components: { schemas } }
  )

/** The document of the resources. */
export const resourcesDocument = (dialect: Dialect, all: ReadonlyArray<Sketch> = sketches): string =>
  document(
    dialect,
    Object.assign({}, ...all.map((sketch) => pathsOf(dialect, sketch))),
    Object.fromEntries([
      ...Object.entries(references).map(([name, properties]) => [
        referenceName(dialect, name),
        { required: Object.keys(properties), properties: { ...marked(properties), link: {} } }
      ]),
      [
        schemaName(dialect, "schoolGradeLevel"),
        { required: ["gradeLevelDescriptor"], properties: { gradeLevelDescriptor: descriptor } }
      ],
      ...all.map((sketch) => [
        schemaName(dialect, sketch.name),
        {
          required: [
            ...Object.keys(sketch.key ?? {}),
            ...(sketch.keyReferences ?? []),
            ...(sketch.required ?? [])
          ],
          properties: propertiesOf(dialect, sketch)
        }
      ])
    ])
  )

/** The document of the descriptors. */
export const descriptorsDocument = (
  dialect: Dialect,
  names: ReadonlyArray<string> = ["gradeLevelDescriptor", "levelDescriptor", "termDescriptor"]
): string =>
  document(
    dialect,
    Object.assign({}, ...names.map((name) => pathsOf(dialect, { endpoint: `${name}s`, name, key: {} }))),
    Object.fromEntries(
      names.map((name) => [
        schemaName(dialect, name),
        { required: ["codeValue"], properties: { codeValue: text(50), namespace: text(255) } }
      ])
    )
  )

/** The model of some documents, which must be readable. */
export const modelOf = (...texts: ReadonlyArray<string>): ApiModel =>
  Either.getOrThrow(
    readOpenApi(texts.map((each, at) => Either.getOrThrow(readDocument(`document ${at}`, each))))
  )

export const modelOfDialect = (dialect: Dialect): ApiModel =>
  modelOf(resourcesDocument(dialect), descriptorsDocument(dialect))

/** A resource of a model, by endpoint. */
export const resourceOf = ({ resources }: ApiModel, endpoint: string): ResourceSchema => {
  const resource = resources.find((each) => each.endpoint === endpoint)
  if (resource === undefined) throw new Error(`no resource ${endpoint}`)
  return resource
}
