/** An extension of the Data Standard that no server has: clubs of a school, and the students in them. */
import type { ApiSchema, JsonSchema } from "../../src/local-dms/model/ApiSchema.ts"
import * as Either from "effect/Either"
import { DataModel } from "../../src/local-dms/DataModel.ts"
import { dataStandard52 } from "../../src/local-dms/model/dataStandard52.ts"
import { dataStandard52Facts } from "../../src/local-dms/model/dataStandard52Facts.ts"
import { sourceOfFacts, sourceOfTexts } from "../../src/local-dms/model/ProjectSource.ts"
import { reduceApiSchema } from "../../src/local-dms/model/reduceApiSchema.ts"
import { resource } from "./inventedModel.ts"

const objectOf = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: "object",
  required: Object.keys(properties),
  properties
})

const text = (maxLength: number): JsonSchema => ({ type: "string", maxLength, pattern: "^(?!\\s)(.*\\S)$" })
const schoolId: JsonSchema = { type: "integer", format: "int64" }

/** @param parts the path of each part in the other document, and its place here */
const reference = (resourceName: string, parts: Readonly<Record<string, string>>) => ({
  isReference: true,
  isDescriptor: false,
  resourceName,
  referenceJsonPaths: Object.entries(parts).map(([identityJsonPath, referenceJsonPath]) => ({
    identityJsonPath,
    referenceJsonPath
  }))
})

const school = reference("School", { "$.schoolId": "$.schoolReference.schoolId" })

const clubs = {
  ...resource("Club", "clubName"),
  jsonSchemaForInsert: {
    ...objectOf({ clubName: text(30), schoolReference: objectOf({ schoolId }) }),
    properties: {
      clubName: text(30),
      motto: text(60),
      schoolReference: objectOf({ schoolId }),
      gradeLevelDescriptor: { type: "string", maxLength: 306 }
    }
  } satisfies JsonSchema,
  identityJsonPaths: ["$.clubName", "$.schoolReference.schoolId"],
  documentPathsMapping: {
    School: school,
    GradeLevelDescriptor: {
      isReference: true,
      isDescriptor: true,
      resourceName: "GradeLevelDescriptor",
      path: "$.gradeLevelDescriptor"
    }
  },
  queryFieldMapping: {
    id: [{ path: "$.id", type: "string" }],
    clubName: [{ path: "$.clubName", type: "string" }],
    schoolId: [{ path: "$.schoolReference.schoolId", type: "number" }]
  }
}

/** It has no free key of its own: each needs a new student or a new club. */
const studentClubAssociations = {
  ...resource("StudentClubAssociation", "unused"),
  jsonSchemaForInsert: {
    ...objectOf({
      clubReference: objectOf({ clubName: text(30), schoolId }),
      studentReference: objectOf({ studentUniqueId: text(32) })
    }),
    properties: {
      clubReference: objectOf({ clubName: text(30), schoolId }),
      studentReference: objectOf({ studentUniqueId: text(32) }),
      hours: { type: "integer", minimum: 0, maximum: 40 }
    }
  } satisfies JsonSchema,
  identityJsonPaths: [
    "$.clubReference.clubName",
    "$.clubReference.schoolId",
    "$.studentReference.studentUniqueId"
  ],
  documentPathsMapping: {
    Club: reference("Club", {
      "$.clubName": "$.clubReference.clubName",
      "$.schoolReference.schoolId": "$.clubReference.schoolId"
    }),
    Student: reference("Student", { "$.studentUniqueId": "$.studentReference.studentUniqueId" })
  },
  queryFieldMapping: {
    id: [{ path: "$.id", type: "string" }],
    clubName: [{ path: "$.clubReference.clubName", type: "string" }],
    schoolId: [{ path: "$.clubReference.schoolId", type: "number" }],
    studentUniqueId: [{ path: "$.studentReference.studentUniqueId", type: "string" }]
  }
}

const clubHouse: ApiSchema = {
  projectSchema: {
    projectName: "Club-House",
    projectEndpointName: "club-house",
    projectVersion: "0.1.0",
    description: "Clubs",
    isExtensionProject: true,
    abstractResources: {},
    resourceSchemas: { clubs, studentClubAssociations }
  }
}

/** The Data Standard 5.2 with the extension. */
export const withClubs = DataModel.make([
  sourceOfTexts(dataStandard52, dataStandard52Facts),
  sourceOfFacts(Either.getOrThrow(reduceApiSchema(clubHouse)))
])
