/** The responses of `/` and `/metadata`, which need no token. @see contract section 1 */
import type { Json, JsonObject } from "../../domain/Json.ts"
import type { Models } from "../DataModel.ts"
import { loadOrder, referenceEdges } from "../model/loadOrder.ts"
import type { ServerState } from "../ServerState.ts"

const underRoot = (root: string, paths: { readonly [member: string]: string }): JsonObject =>
  Object.fromEntries(Object.entries(paths).map(([member, path]) => [member, root + path]))

/** @param root scheme and host as sent by the client */
export const discovery = ({ dialect: { login, metadata }, models }: ServerState, root: string): Json => ({
  ...metadata.application,
  dataModels: models.projects
    .map(({ description, name, version }) => ({ name, version, informationalVersion: description }))
    .sort((one, other) => (one.name < other.name ? -1 : 1)),
  urls: underRoot(root, { ...metadata.urls, oauth: login.path })
})

/** `/metadata` of a DMS. */
export const metadataIndex = ({ dialect: { metadata } }: ServerState, root: string): Json =>
  underRoot(root, {
    dependencies: metadata.dependenciesPath,
    specifications: metadata.specificationsPath,
    xsdMetadata: "/metadata/xsd"
  })

const steps = new WeakMap<Models, Json>()

/** All resources and descriptors in the order in which documents must be created. */
export const dependencies = (models: Models): Json => {
  const known = steps.get(models)
  if (known !== undefined) return known
  const all = loadOrder(models.all()).map(({ operations, order, resource }) => ({
    resource: `/${resource.project}/${resource.endpoint}`,
    order,
    operations
  }))
  steps.set(models, all)
  return all
}

/** The same as GraphML. */
export const dependenciesGraph = (models: Models): string => {
  const { edges, vertices } = referenceEdges(models.all())
  const id = ({ endpoint, project }: (typeof vertices)[number]) => `/${project}/${endpoint}`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph id="EdFi Dependencies" edgedefault="directed">',
    ...vertices.map((vertex) => `<node id="${id(vertex)}"/>`),
    ...edges.map(({ source, target }) => `<edge source="${id(source)}" target="${id(target)}"/>`),
    "</graph></graphml>"
  ].join("\n")
}
