/** Ed-Fi's published document of Data Standard 5.0, if it is available beside the project. */
import { existsSync, readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import type { ApiModel } from "../../src/schema/ResourceSchema.ts"
import { descriptorsDocument, modelOf } from "./dialects.ts"

const fileOf = (name: string) => new URL(`../../../shared/data/${name}`, import.meta.url)

export const publishedFiles = {
  resources: fileOf("ed-fi-resources-ds-5.0.json"),
  edFi: fileOf("ed-fi-api-schema-ds-5.2.json"),
  tpdm: fileOf("ed-fi-api-schema-tpdm.json")
}

export const hasPublished: boolean = Object.values(publishedFiles).every((file) => existsSync(file))

export const readPublished = (file: URL): string => readFileSync(file, "utf8")

const decodeResources = Schema.decodeUnknownSync(
  Schema.parseJson(
    Schema.Struct({
      projectSchema: Schema.Struct({
        resourceSchemas: Schema.Record({
          key: Schema.String,
          value: Schema.Struct({ resourceName: Schema.String, isDescriptor: Schema.Boolean })
        })
      })
    })
  )
)
const decodeTpdm = Schema.decodeUnknownSync(
  Schema.parseJson(Schema.Struct({ descriptors: Schema.Array(Schema.String) }))
)

const lowerFirst = (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1)

const decodeDocument = Schema.decodeUnknownSync(
  Schema.parseJson(
    Schema.Struct({
      openapi: Schema.String,
      paths: Schema.Record({
        key: Schema.String,
        value: Schema.Record({ key: Schema.String, value: Schema.Unknown })
      }),
      components: Schema.Struct({
        schemas: Schema.Record({
          key: Schema.String,
          value: Schema.Struct({
            required: Schema.optional(Schema.Array(Schema.String)),
            properties: Schema.optional(
              Schema.Record({
                key: Schema.String,
                value: Schema.Record({ key: Schema.String, value: Schema.Unknown })
              })
            )
          })
        })
      })
    })
  )
)

/**
 * The same API as a DMS describes it: references of an identity are marked, and no parameter of a list has the name of
 * a role.
 */
const asDms = (text: string, { resources }: ApiModel): string => {
  const { components, openapi, paths } = decodeDocument(text)
  const marked = new Map(
    resources.map(({ members, name, project }) => [
      `${project === "ed-fi" ? "edFi" : project}_${name}`,
      new Set(members.flatMap((each) => ("isIdentity" in each && each.isIdentity ? [each.name] : [])))
    ])
  )
  const schemas = Object.entries(components.schemas).map(([schema, { properties = {}, required }]) => [
    schema,
    {
      required,
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          marked.get(schema)?.has(name) === true ? { ...property, "x-Ed-Fi-isIdentity": true } : property
        ])
      )
    }
  ])
  const withoutLists = Object.entries(paths).map(([path, item]) => [path, { ...item, get: {} }])
  return JSON.stringify({
    openapi,
    paths: Object.fromEntries(withoutLists),
    components: { schemas: Object.fromEntries(schemas) }
  })
}

/**
 * The published file of resources has no descriptors; their names are those of the relational model.
 *
 * @param dialect of an ODS/API, as it is published, or of a DMS
 */
export const publishedModel = (dialect: "ODS/API 7.2" | "DMS" = "ODS/API 7.2"): ApiModel => {
  const { resourceSchemas } = decodeResources(readPublished(publishedFiles.edFi)).projectSchema
  const names = [
    ...Object.values(resourceSchemas)
      .filter(({ isDescriptor }) => isDescriptor)
      .map(({ resourceName }) => resourceName),
    ...decodeTpdm(readPublished(publishedFiles.tpdm)).descriptors
  ]
  const text = readPublished(publishedFiles.resources)
  const descriptors = descriptorsDocument("ODS/API 7.2", names.map(lowerFirst))
  const model = modelOf(text, descriptors)
  return dialect === "DMS" ? modelOf(asDms(text, model), descriptors) : model
}
