/** ApiSchema files of a small core project and an extension, as MetaEd would write them. */
import type { ApiSchema, JsonSchema, ResourceSchema } from "../../src/local-dms/model/ApiSchema.ts"

const nothingSecured = { Namespace: [], EducationOrganization: [], Student: [], Contact: [], Staff: [] }

const text = (maxLength: number): JsonSchema => ({
  type: "string",
  maxLength,
  pattern: "^(?!\\s)(.*\\S)$"
})

/** A resource with a key of its own. */
export const resource = (
  resourceName: string,
  key: string,
  extra: Partial<ResourceSchema> = {},
  properties: JsonSchema["properties"] = {}
): ResourceSchema => ({
  resourceName,
  isDescriptor: false,
  jsonSchemaForInsert: {
    type: "object",
    required: [key],
    properties: { [key]: text(20), ...properties }
  },
  identityJsonPaths: [`$.${key}`],
  allowIdentityUpdates: false,
  documentPathsMapping: {},
  equalityConstraints: [],
  arrayUniquenessConstraints: [],
  decimalPropertyValidationInfos: [],
  queryFieldMapping: {
    id: [{ path: "$.id", type: "string" }],
    [key]: [{ path: `$.${key}`, type: "string" }]
  },
  isSubclass: false,
  securableElements: nothingSecured,
  ...extra
})

const descriptor = (resourceName: string): ResourceSchema => ({
  ...resource(resourceName, "codeValue"),
  isDescriptor: true,
  identityJsonPaths: [],
  jsonSchemaForInsert: {
    type: "object",
    required: ["namespace", "codeValue", "shortDescription"],
    properties: {
      namespace: { type: "string", minLength: 1, maxLength: 255 },
      codeValue: { type: "string", minLength: 1, maxLength: 50 },
      shortDescription: { type: "string", minLength: 1, maxLength: 75 }
    }
  }
})

const referenceTo = (resourceName: string, key: string, place: string) => ({
  isReference: true,
  isDescriptor: false,
  resourceName,
  referenceJsonPaths: [{ identityJsonPath: `$.${key}`, referenceJsonPath: `${place}.${key}` }]
})

const referenceSchema = (key: string): JsonSchema => ({
  type: "object",
  required: [key],
  properties: { [key]: text(20) }
})

/** Gardens and their beds; a bed is of a soil. */
export const core: ApiSchema = {
  projectSchema: {
    projectName: "Ed-Fi",
    projectEndpointName: "ed-fi",
    projectVersion: "9.0.0",
    description: "A small core",
    isExtensionProject: false,
    abstractResources: {},
    resourceSchemas: {
      gardens: resource(
        "Garden",
        "gardenName",
        {},
        {
          plants: {
            type: "array",
            items: { type: "object", required: ["plantName"], properties: { plantName: text(20) } }
          }
        }
      ),
      beds: resource(
        "Bed",
        "bedName",
        {
          documentPathsMapping: {
            Garden: referenceTo("Garden", "gardenName", "$.gardenReference"),
            Soil: {
              isReference: true,
              isDescriptor: true,
              path: "$.soilDescriptor",
              resourceName: "SoilDescriptor"
            }
          }
        },
        {
          gardenReference: referenceSchema("gardenName"),
          soilDescriptor: { type: "string", maxLength: 306 }
        }
      ),
      soilDescriptors: descriptor("SoilDescriptor")
    }
  }
}

/** Gardeners, who belong to a garden; plants have a height, beds a depth and somebody who waters them. */
export const extension: ApiSchema = {
  projectSchema: {
    projectName: "Garden-Club",
    projectEndpointName: "garden-club",
    projectVersion: "0.1.0",
    description: "Gardeners",
    isExtensionProject: true,
    abstractResources: {},
    resourceSchemas: {
      gardeners: resource(
        "Gardener",
        "gardenerName",
        {
          documentPathsMapping: { Garden: referenceTo("Garden", "gardenName", "$.gardenReference") }
        },
        { gardenReference: referenceSchema("gardenName") }
      ),
      gardens: {
        ...resource("Garden", "gardenName"),
        isResourceExtension: true,
        identityJsonPaths: [],
        queryFieldMapping: {},
        jsonSchemaForInsert: { type: "object", properties: {} },
        commonExtensionOverrides: [
          {
            insertionLocations: ["$.properties.plants.items"],
            schemaFragment: {
              type: "object",
              properties: {
                "garden-club": {
                  type: "object",
                  required: ["height"],
                  properties: { height: { type: "integer", minimum: 1 } }
                }
              }
            }
          }
        ]
      },
      beds: {
        ...resource("Bed", "bedName"),
        isResourceExtension: true,
        identityJsonPaths: [],
        queryFieldMapping: {},
        documentPathsMapping: {
          Gardener: referenceTo("Gardener", "gardenerName", "$._ext.garden-club.gardenerReference")
        },
        jsonSchemaForInsert: {
          type: "object",
          properties: {
            _ext: {
              type: "object",
              properties: {
                "garden-club": {
                  type: "object",
                  required: ["depth"],
                  properties: {
                    depth: { type: "integer", minimum: 1 },
                    gardenerReference: referenceSchema("gardenerName")
                  }
                }
              }
            }
          }
        }
      },
      toolDescriptors: descriptor("ToolDescriptor")
    }
  }
}

/** An extension without the resource that it refers to. */
export const lost: ApiSchema = {
  projectSchema: {
    ...extension.projectSchema,
    resourceSchemas: {
      gardeners: resource(
        "Gardener",
        "gardenerName",
        { documentPathsMapping: { Farm: referenceTo("Farm", "farmName", "$.farmReference") } },
        { farmReference: referenceSchema("farmName") }
      )
    }
  }
}
