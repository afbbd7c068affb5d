/**
 * The order in which documents of all resources can be created: a resource comes after all that it refers to, optional
 * references included. Where references form a cycle, the optional ones in it do not count.
 */
import type { Members, ResourceModel } from "./ResourceModel.ts"

/** Documents of `target` refer to documents of `source`. */
interface Edge {
  readonly source: ResourceModel
  readonly target: ResourceModel
  readonly required: boolean
}

export interface Graph {
  readonly vertices: ReadonlyArray<ResourceModel>
  readonly edges: ReadonlyArray<Edge>
}

export interface LoadStep {
  readonly resource: ResourceModel
  /** 1 or more; steps of one order do not depend on each other. */
  readonly order: number
  readonly operations: ReadonlyArray<"Create" | "Update">
}

/** The id spaces that members refer to, and whether a document must. */
const spacesIn = (
  members: Members,
  isRequired = true
): ReadonlyArray<readonly [space: string, required: boolean]> =>
  [...members.byName.values()].flatMap(({ required, shape }) => {
    const must = isRequired && required
    switch (shape._tag) {
      case "reference":
      case "descriptor":
        return [[shape.space, must] as const]
      case "object":
        return spacesIn(shape.members, must)
      case "list":
        return spacesIn(shape.items, must)
      default:
        return []
    }
  })

/** All references between resources; school years, which exist from the start, are left out. */
export const referenceEdges = (models: ReadonlyArray<ResourceModel>): Graph => {
  const vertices = models.filter(({ name }) => name !== "SchoolYearType")
  const inSpace = new Map<string, Array<ResourceModel>>()
  for (const vertex of vertices) {
    for (const { space } of vertex.identities) inSpace.set(space, [...(inSpace.get(space) ?? []), vertex])
  }
  const edges = vertices.flatMap((target) => {
    const required = new Map<ResourceModel, boolean>()
    for (const [space, must] of spacesIn(target.members)) {
      for (const source of inSpace.get(space) ?? []) {
        if (source !== target) required.set(source, must || required.get(source) === true)
      }
    }
    return [...required].map(([source, required]): Edge => ({ source, target, required }))
  })
  return { vertices, edges }
}

/** By id space: the associations that let a client read and update a person: what refers to the person comes after them. */
const associations: { readonly [person: string]: ReadonlyArray<string> } = {
  students: ["studentSchoolAssociations"],
  staffs: [
    "staffEducationOrganizationAssignmentAssociations",
    "staffEducationOrganizationEmploymentAssociations"
  ],
  contacts: ["studentContactAssociations"]
}

/** Edges from a person start at its associations instead, but for those to the associations themselves. */
const throughAssociations = ({ edges, vertices }: Graph): Graph => {
  const bySpace = new Map(vertices.map((vertex) => [vertex.identity.space, vertex]))
  return {
    vertices,
    edges: edges.flatMap((edge) => {
      const names = associations[edge.source.identity.space] ?? []
      if (names.length === 0 || names.includes(edge.target.identity.space)) return [edge]
      return names.flatMap((name) => {
        const source = bySpace.get(name)
        return source === undefined || source === edge.target ? [] : [{ ...edge, source }]
      })
    })
  }
}

/** The vertices that can be reached from `start` along edges. */
const reachable = (
  start: ResourceModel,
  targets: ReadonlyMap<ResourceModel, ReadonlyArray<ResourceModel>>
): ReadonlySet<ResourceModel> => {
  const seen = new Set<ResourceModel>()
  const open = [start]
  for (let vertex = open.pop(); vertex !== undefined; vertex = open.pop()) {
    for (const next of targets.get(vertex) ?? []) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  return seen
}

/** Without the optional edges that are part of a cycle. */
const withoutCycles = ({ edges, vertices }: Graph): Graph => {
  const targets = new Map<ResourceModel, Array<ResourceModel>>(vertices.map((vertex) => [vertex, []]))
  for (const { source, target } of edges) targets.get(source)?.push(target)
  const from = new Map(vertices.map((vertex) => [vertex, reachable(vertex, targets)]))
  return {
    vertices,
    edges: edges.filter(({ required, source, target }) => required || !from.get(target)?.has(source))
  }
}

/** 1 + the maximum order of what a resource refers to. */
const ordersOf = ({ edges, vertices }: Graph): ReadonlyMap<ResourceModel, number> => {
  const sources = new Map<ResourceModel, Array<ResourceModel>>(vertices.map((vertex) => [vertex, []]))
  for (const { source, target } of edges) sources.get(target)?.push(source)
  const orders = new Map<ResourceModel, number>()
  const orderOf = (vertex: ResourceModel): number => {
    const known = orders.get(vertex)
    if (known !== undefined) return known
    // Ends a cycle of required references, which no data model has.
    orders.set(vertex, 1)
    const order = 1 + Math.max(0, ...(sources.get(vertex) ?? []).map(orderOf))
    orders.set(vertex, order)
    return order
  }
  for (const vertex of vertices) orderOf(vertex)
  return orders
}

/** All steps by order and endpoint. People are created first and updated after their associations. */
export const loadOrder = (models: ReadonlyArray<ResourceModel>): ReadonlyArray<LoadStep> => {
  const graph = withoutCycles(throughAssociations(referenceEdges(models)))
  const orders = ordersOf(graph)
  const bySpace = new Map([...orders].map(([{ identity }, order]) => [identity.space, order]))
  return [...orders]
    .flatMap(([resource, order]): ReadonlyArray<LoadStep> => {
      const names = associations[resource.identity.space]
      if (names === undefined) return [{ resource, order, operations: ["Create", "Update"] }]
      const after = Math.max(...names.map((name) => bySpace.get(name) ?? 0))
      return [
        { resource, order, operations: ["Create"] },
        { resource, order: after + 1, operations: ["Update"] }
      ]
    })
    .sort(
      (one, other) => one.order - other.order || (one.resource.endpoint < other.resource.endpoint ? -1 : 1)
    )
}
