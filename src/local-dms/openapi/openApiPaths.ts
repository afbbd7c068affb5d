/** The paths of OpenAPI documents, and the parameters and responses that they share. */
import type { Json, JsonObject } from "../../domain/Json.ts"
import { columnsOf } from "../model/columns.ts"
import type { ResourceSource } from "../DataModel.ts"
import type { Dialect } from "../Dialect.ts"
import { schemaNamesOf } from "./openApiNames.ts"
import { scalarSchema, schemaRef } from "./openApiSchemas.ts"
import type { MemberFacts, ResourceFacts, ScalarFacts } from "../model/ResourceFacts.ts"

const parameter = (name: string, where: "query" | "header", schema: JsonObject, description: string) => ({
  name,
  in: where,
  description,
  schema
})

const whole = (bounds: JsonObject = {}): JsonObject => ({ type: "integer", format: "int32", ...bounds })
const version: JsonObject = { type: "integer", format: "int64", minimum: 0 }

/** By the name under which paths refer to them. */
export const sharedParameters = ({ hasChangeQueries, openApi }: Dialect): JsonObject => ({
  offset: parameter("offset", "query", whole({ minimum: 0, default: 0 }), "Items to skip."),
  limit: parameter(
    "limit",
    "query",
    whole({ minimum: 0, maximum: 500, default: openApi.defaultLimit }),
    "Maximum number of items."
  ),
  totalCount: parameter(
    "totalCount",
    "query",
    { type: "boolean", default: false },
    "Whether the response has the header Total-Count."
  ),
  "If-Match": parameter("If-Match", "header", { type: "string" }, "Only if the document has this ETag."),
  "If-None-Match": parameter(
    "If-None-Match",
    "header",
    { type: "string" },
    "Only if the document has another ETag."
  ),
  ...(hasChangeQueries
    ? {
        MinChangeVersion: parameter("minChangeVersion", "query", version, "The first version."),
        MaxChangeVersion: parameter("maxChangeVersion", "query", version, "The last version."),
        pageToken: parameter("pageToken", "query", { type: "string" }, "The page to read."),
        pageSize: parameter("pageSize", "query", whole({ minimum: 0 }), "Items of a page; needs pageToken."),
        numberOfPartitions: parameter(
          "number",
          "query",
          whole({ minimum: 1, maximum: 200 }),
          "How many partitions."
        )
      }
    : {})
})

const responses = {
  Created: "Created.",
  Updated: "Updated.",
  Deleted: "Deleted.",
  NotModified: "The ETag of If-None-Match is the current one.",
  BadRequest: "The request is not valid.",
  Unauthorized: "The token is missing or not valid.",
  Forbidden: "The client may not do this.",
  NotFound: "There is no such resource.",
  Conflict: "The request conflicts with other documents.",
  PreconditionFailed: "The ETag of If-Match is not the current one.",
  Error: "The server failed."
}

export const sharedResponses: JsonObject = Object.fromEntries(
  Object.entries(responses).map(([name, description]) => [name, { description }])
)

const failures = { 400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 500: "Error" } as const

/** The responses of an operation: a name of a shared one, or one of its own. */
const answers = (own: { readonly [status: number]: keyof typeof responses | JsonObject }): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...failures, ...own }).map(([status, one]) => [
      status,
      typeof one === "string" ? { $ref: `#/components/responses/${one}` } : one
    ])
  )

const okOf = (schema: JsonObject): JsonObject => ({
  description: "Found.",
  content: { "application/json": { schema } }
})

const shared = (...names: ReadonlyArray<string>): ReadonlyArray<Json> =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }))

const scalarAt = (
  members: ReadonlyArray<MemberFacts>,
  [name, ...rest]: ReadonlyArray<string>
): ScalarFacts | undefined => {
  const member = members.find((one) => one.name === name)
  if (member === undefined || member.type === "list") return undefined
  if (member.type === "object" || member.type === "reference") return scalarAt(member.members, rest)
  return rest.length === 0 ? member : undefined
}

interface Filter {
  readonly name: string
  readonly member: ScalarFacts
  readonly isIdentity: boolean
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1)

/** Under the last word of each path; words that occur twice stand once. */
const fieldsOf = ({ identity, members, query }: ResourceFacts): ReadonlyArray<Filter> => {
  const inKey = new Set(identity.map(lastOf))
  const byName = new Map<string, Filter>()
  for (const path of query) {
    const member = scalarAt(members, path.split("."))
    const name = lastOf(path)
    if (member !== undefined && !byName.has(name))
      byName.set(name, { name, member, isIdentity: inKey.has(name) })
  }
  return [...byName.values()]
}

const filterParameters = (
  { lists: { queriesByColumn }, openApi }: Dialect,
  facts: ResourceFacts
): ReadonlyArray<Json> => [
  parameter("id", "query", { type: "string" }, "The id of the document."),
  ...(queriesByColumn ? columnsOf(facts) : fieldsOf(facts)).map(({ isIdentity, member, name }) => ({
    ...parameter(name, "query", scalarSchema(member, openApi), `Only documents with this ${name}.`),
    ...(isIdentity ? { "x-Ed-Fi-isIdentity": true } : {})
  }))
]

const idParameter: JsonObject = {
  name: "id",
  in: "path",
  description: "The id of the document.",
  required: true,
  schema: { type: "string" }
}

const putText = (keyUpdates: boolean): string =>
  keyUpdates
    ? "Replaces a document. Changes of its key will also cascade to the documents that refer to it."
    : "Replaces a document. Its key cannot change."

/** The paths that lead to changes and partitions of a collection. */
const changePaths = (
  path: string,
  operation: (name: string, own: JsonObject) => JsonObject,
  filters: ReadonlyArray<Json>,
  isTracked: boolean
): JsonObject => {
  const window = shared("MinChangeVersion", "MaxChangeVersion")
  const tracked = (name: string, description: string) => ({
    get: operation(`get${name}`, {
      description,
      parameters: [...shared("offset", "limit", "totalCount"), ...window],
      responses: answers({ 200: okOf({ type: "array", items: { type: "object" } }), 404: "NotFound" })
    })
  })
  const tokens = { type: "array", items: { type: "string" } }
  return {
    ...(isTracked
      ? {
          [`${path}/deletes`]: tracked("Deletes", "Keys of deleted documents."),
          [`${path}/keyChanges`]: tracked("KeyChanges", "Old and new keys of documents.")
        }
      : {}),
    [`${path}/partitions`]: {
      get: operation("getPartitions", {
        description: "Page tokens that divide the documents.",
        parameters: [...shared("numberOfPartitions"), ...window, ...filters],
        responses: answers({
          200: okOf({ type: "object", properties: { pageTokens: tokens } }),
          404: "NotFound"
        })
      })
    }
  }
}

/** The paths of one resource. */
export const pathsOf = (
  dialect: Dialect,
  { endpoint, facts: factsOf, name, project }: ResourceSource
): JsonObject => {
  const facts = factsOf()
  const schema = schemaRef(schemaNamesOf(dialect.openApi).resource(project, name))
  const operation = (verb: string, own: JsonObject): JsonObject => ({
    tags: [endpoint],
    operationId: `${verb}_${project}_${endpoint}`,
    ...own
  })
  const requestBody = { required: true, content: { "application/json": { schema } } }
  const filters = filterParameters(dialect, facts)
  const paging = dialect.hasChangeQueries
    ? ["pageToken", "pageSize", "MinChangeVersion", "MaxChangeVersion"]
    : []
  const path = `/${project}/${endpoint}`
  const isTracked = dialect.lists.hasSchoolYearChanges || name !== "SchoolYearType"
  return {
    [path]: {
      get: operation("get", {
        description: "Lists documents.",
        parameters: [...shared("offset", "limit", "totalCount", ...paging), ...filters],
        responses: answers({ 200: okOf({ type: "array", items: schema }), 404: "NotFound" })
      }),
      post: operation("post", {
        description: "Creates a document, or replaces the one with the same key.",
        requestBody,
        responses: answers({ 200: "Updated", 201: "Created", 409: "Conflict", 412: "PreconditionFailed" })
      })
    },
    [`${path}/{id}`]: {
      get: operation("getById", {
        description: "Reads a document.",
        parameters: [idParameter, ...shared("If-None-Match")],
        responses: answers({ 200: okOf(schema), 304: "NotModified", 404: "NotFound" })
      }),
      put: operation("put", {
        description: putText(facts.keyUpdates === true),
        parameters: [idParameter, ...shared("If-Match")],
        requestBody,
        responses: answers({
          204: "Updated",
          404: "NotFound",
          409: "Conflict",
          412: "PreconditionFailed"
        }),
        ...(dialect.openApi.flagsKeyUpdates && facts.keyUpdates === true
          ? { "x-Ed-Fi-isUpdatable": true }
          : {})
      }),
      delete: operation("delete", {
        description: "Deletes a document.",
        parameters: [idParameter, ...shared("If-Match")],
        responses: answers({
          204: "Deleted",
          404: "NotFound",
          409: "Conflict",
          412: "PreconditionFailed"
        })
      })
    },
    ...(dialect.hasChangeQueries ? changePaths(path, operation, filters, isTracked) : {})
  }
}
