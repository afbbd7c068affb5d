/**
 * The OpenAPI documents of `/metadata`, made from the data model when they are first asked for, and then kept.
 * @see api-facts section 1
 */
import type { Json, JsonObject } from "../../domain/Json.ts"
import type { Models, ResourceSource } from "../DataModel.ts"
import type { Dialect } from "../Dialect.ts"
import type { SpecificationEntry } from "../requests/dialectMetadata.ts"
import { pathsOf, sharedParameters, sharedResponses } from "./openApiPaths.ts"
import { schemasOf } from "./openApiSchemas.ts"

/** Stands for scheme and host, which each client names in its own way. */
const root = "{root}"

const tokenUrl = ({ login }: Dialect): string => root + login.path

/** @param own paths and components */
const documentOf = (title: string, serverPath: string, own: JsonObject): JsonObject => ({
  openapi: "3.0.1",
  info: {
    title,
    version: "1",
    description: "Served by the local DMS of edfi-perf, made from its data model."
  },
  servers: [{ url: root + serverPath }],
  security: [{ oauth2_client_credentials: [] }],
  ...own
})

const security = (dialect: Dialect): JsonObject => ({
  oauth2_client_credentials: {
    type: "oauth2",
    flows: { clientCredentials: { tokenUrl: tokenUrl(dialect), scopes: {} } }
  }
})

const dataDocument = (
  models: Models,
  dialect: Dialect,
  title: string,
  sources: ReadonlyArray<ResourceSource>
): JsonObject =>
  documentOf(title, dialect.dataPath, {
    tags: sources.map(({ endpoint }) => ({ name: endpoint })),
    paths: Object.assign({}, ...sources.map((source) => pathsOf(dialect, source))),
    components: {
      schemas: schemasOf(models, dialect, sources),
      parameters: sharedParameters(dialect),
      responses: sharedResponses,
      securitySchemes: security(dialect)
    }
  })

/** A document with one path. */
const smallDocument = (
  dialect: Dialect,
  title: string,
  serverPath: string,
  path: string,
  schema: JsonObject
): JsonObject =>
  documentOf(title, serverPath, {
    paths: {
      [path]: {
        get: {
          operationId: "get",
          responses: { 200: { description: "Found.", content: { "application/json": { schema } } } }
        }
      }
    },
    components: { securitySchemes: security(dialect) }
  })

const version: JsonObject = { type: "integer", format: "int64" }

const contents: {
  readonly [content in SpecificationEntry["content"]]: (models: Models, dialect: Dialect) => JsonObject
} = {
  resources: (models, dialect) =>
    dataDocument(
      models,
      dialect,
      "Resources",
      models.sources.filter(({ isDescriptor }) => !isDescriptor)
    ),
  descriptors: (models, dialect) =>
    dataDocument(
      models,
      dialect,
      "Descriptors",
      models.sources.filter(({ isDescriptor }) => isDescriptor)
    ),
  changeQueries: (_, dialect) =>
    smallDocument(dialect, "Change Queries", "/changeQueries/v1", "/availableChangeVersions", {
      type: "object",
      properties: { oldestChangeVersion: version, newestChangeVersion: version }
    }),
  discovery: (_, dialect) => ({
    ...smallDocument(dialect, "Discovery", "", "/", { type: "object" }),
    security: []
  })
}

/** The texts that were asked for, with `{root}` in them, by dialect and content. */
const texts = new WeakMap<Models, Map<string, string>>()

/**
 * A document as JSON text.
 *
 * @param server scheme and host as sent by the client: `http://localhost:8080`
 */
export const specification = (
  models: Models,
  dialect: Dialect,
  content: SpecificationEntry["content"],
  server: string
): string => {
  const known = texts.get(models) ?? new Map<string, string>()
  texts.set(models, known)
  const key = `${dialect.name} ${content}`
  const text = known.get(key) ?? JSON.stringify(contents[content](models, dialect))
  known.set(key, text)
  const inJson = JSON.stringify(server).slice(1, -1)
  return text.replaceAll(root, () => inJson)
}

/** The list of documents. */
export const specificationList = ({ metadata }: Dialect, server: string): Json =>
  metadata.specifications.map(({ name, path, prefix }) => ({ name, endpointUri: server + path, prefix }))
