/** The responses of `/` and `/metadata`, which need no token. @see contract section 1 */
import type { Json } from "../domain/Json.ts"
import { loadOrder, referenceEdges } from "./loadOrder.ts"
import type { ServerState } from "./ServerState.ts"

/** @param root scheme and host as sent by the client */
export const discovery = ({ dialect }: ServerState, root: string): Json => ({
  version: "0.1.0",
  applicationName: "Ed-Fi Alliance Data Management Service",
  informationalVersion: "Release Candidate 1",
  dataModels: [{ name: "Ed-Fi", version: "5.2.0", informationalVersion: "The Ed-Fi Data Standard 5.2" }],
  urls: {
    dependencies: `${root}/metadata/dependencies`,
    openApiMetadata: `${root}/metadata/specifications`,
    oauth: `${root}/connect/token`,
    dataManagementApi: `${root}${dialect.dataPath}`,
    ...(dialect.hasBatch ? { batchApi: `${root}/batch` } : {}),
    xsdMetadata: `${root}/metadata/xsd`
  }
})

type Models = ServerState["models"]

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
