/** The responses of `/` and `/metadata/dependencies`, which need no token. @see contract section 1 */
import type { Json } from "../domain/Json.ts"
import { models } from "./ResourceModel.ts"

/** @param root scheme and host as sent by the client */
export const discovery = (root: string): Json => ({
  version: "0.1.0",
  applicationName: "Ed-Fi Alliance Data Management Service",
  informationalVersion: "Release Candidate 1",
  dataModels: [{ name: "Ed-Fi", version: "5.2.0", informationalVersion: "The Ed-Fi Data Standard 5.2" }],
  urls: {
    dependencies: `${root}/metadata/dependencies`,
    openApiMetadata: `${root}/metadata/specifications`,
    oauth: `${root}/connect/token`,
    dataManagementApi: `${root}/data`,
    batchApi: `${root}/batch`,
    xsdMetadata: `${root}/metadata/xsd`
  }
})

/**
 * Resources with a separate update step after the association that authorizes a client for them. The association of
 * staffs is not in the resource table; that of students replaces it.
 */
const updatedAfter: { readonly [endpoint: string]: string } = {
  students: "studentSchoolAssociations",
  staffs: "studentSchoolAssociations"
}

/** Position in the creation order: 1 + the maximum position of the referenced resources. */
const orders = new Map<string, number>()
for (const { endpoint, refersTo } of models) {
  const before = refersTo.filter((other) => other !== endpoint).map((other) => orders.get(other) ?? 0)
  orders.set(endpoint, 1 + Math.max(0, ...before))
}

interface Step {
  readonly resource: string
  readonly order: number
  readonly operations: ReadonlyArray<"Create" | "Update">
}

const steps: ReadonlyArray<Step> = models
  .flatMap(({ endpoint }): ReadonlyArray<Step> => {
    const resource = `/ed-fi/${endpoint}`
    const order = orders.get(endpoint) ?? 1
    const association = updatedAfter[endpoint]
    if (association === undefined) return [{ resource, order, operations: ["Create", "Update"] }]
    return [
      { resource, order, operations: ["Create"] },
      { resource, order: (orders.get(association) ?? 0) + 1, operations: ["Update"] }
    ]
  })
  .sort((one, other) => one.order - other.order)

/** All resources in the order in which documents must be created. */
export const dependencies: Json = steps.map(({ operations, order, resource }) => ({
  resource,
  order,
  operations
}))

/** The same as GraphML. */
export const dependenciesGraph: string = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph id="EdFi Dependencies" edgedefault="directed">',
  ...models.map(({ endpoint }) => `<node id="/ed-fi/${endpoint}"/>`),
  ...models.flatMap(({ endpoint, refersTo }) =>
    refersTo.map((other) => `<edge source="/ed-fi/${other}" target="/ed-fi/${endpoint}"/>`)
  ),
  "</graph></graphml>"
].join("\n")
