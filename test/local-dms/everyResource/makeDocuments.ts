/** Valid documents of every resource of all projects, made from the model: one instance of each, to which all references lead. */
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { codesOf, descriptorNamespace } from "../../../src/local-dms/seed/descriptors.ts"
import { DataModel } from "../../../src/local-dms/DataModel.ts"
import { loadOrder } from "../../../src/local-dms/model/loadOrder.ts"
import { valueAt } from "../../../src/local-dms/model/keys.ts"
import type {
  DescriptorShape,
  Members,
  ReferenceShape,
  ResourceModel,
  Shape
} from "../../../src/local-dms/model/ResourceModel.ts"

const models = DataModel.defaultValue().all()

/** The resources in the order in which their documents can be created. */
export const inLoadOrder: ReadonlyArray<ResourceModel> = [
  ...models.filter(({ name }) => name === "SchoolYearType"),
  ...new Set(loadOrder(models).flatMap(({ resource }) => (resource.isDescriptor ? [] : [resource])))
]

/** The documents made so far, by id space. */
type World = Map<string, { readonly model: ResourceModel; readonly document: JsonObject }>

/** Which members a document has: those that it must have, or all. */
type Extent = "minimal" | "full"

/** A text that differs by member and keeps its bounds. */
const textFor = (name: string, min: number, max: number): string =>
  `${name} of one document`.padEnd(min, "x").slice(0, Math.min(max, 60)).trim().padEnd(min, "x")

/** Ids of education organizations differ by resource, because they share one id space. */
const integerFor = (name: string, min: number, max: number): number =>
  name === "schoolYear"
    ? 2025
    : Math.min(
        Math.max(min, 1 + ([...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) % 1_000_000)),
        max
      )

/** The first value of the seed. @param space of an extension `tpdm/genderDescriptors` */
const descriptorFor = ({ name, space }: DescriptorShape): string => {
  const project = space.includes("/") ? space.split("/")[0] : undefined
  return `${descriptorNamespace(project ?? "ed-fi", name)}#${codesOf(name)[0]}`
}

const scalarFor = (name: string, shape: Shape): Json => {
  switch (shape._tag) {
    case "text":
      return textFor(name, shape.min, shape.max)
    case "number":
      return shape.integer ? integerFor(name, shape.min, shape.max) : Math.min(1, shape.max)
    case "boolean":
      return true
    case "dateTime":
      return "2025-09-01T08:30:00Z"
    case "time":
      return "08:30:00"
    case "descriptor":
      return descriptorFor(shape)
    default:
      return "2025-09-01"
  }
}

const referenceTo = (shape: ReferenceShape, world: World): JsonObject | undefined => {
  const target = world.get(shape.space)
  if (target === undefined) return undefined
  const parts = target.model.identity.parts.map(({ path }) => valueAt(target.document, path) ?? null)
  return Object.fromEntries(shape.parts.map((part, index) => [part, parts[index] ?? null]))
}

const memberFor = (name: string, shape: Shape, extent: Extent, world: World): Json | undefined => {
  switch (shape._tag) {
    case "reference":
      return referenceTo(shape, world)
    case "object":
      return membersFor(shape.members, extent, world)
    case "list":
      return [membersFor(shape.items, extent, world)]
    default:
      return scalarFor(name, shape)
  }
}

const membersFor = (members: Members, extent: Extent, world: World): JsonObject => {
  const document: { [member: string]: Json } = {}
  for (const { name, required, shape } of members.byName.values()) {
    if (!required && extent === "minimal") continue
    const value = memberFor(name, shape, extent, world)
    if (value !== undefined) document[name] = value
  }
  return document
}

/** A member of the document itself takes the value of the reference that it must equal. */
const unified = (model: ResourceModel, document: JsonObject): JsonObject => {
  const own = model.equal.flatMap(({ one, other: second }) => {
    const pair = [one.text.slice(2), second.text.slice(2)]
    const member = pair.find((path) => !path.includes("."))
    const other = pair.find((path) => path !== member)
    const value = other === undefined ? undefined : valueAt(document, other.split("."))
    return member === undefined || value === undefined || !(member in document)
      ? []
      : [[member, value] as const]
  })
  return { ...document, ...Object.fromEntries(own) }
}

/** Program associations of a student share one id space, so that each begins on another day. */
const ownBeginDate = ({ endpoint, identities, members }: ResourceModel): JsonObject => {
  if (identities.length === 1 || !members.byName.has("beginDate")) return {}
  const index = inLoadOrder.findIndex((one) => one.endpoint === endpoint)
  return {
    beginDate: `2025-${String(1 + (index % 12)).padStart(2, "0")}-${String(1 + (index % 28)).padStart(2, "0")}`
  }
}

const documentOf = (model: ResourceModel, extent: Extent, world: World): JsonObject => {
  const made = unified(model, membersFor(model.members, extent, world))
  const document = { ...made, ...ownBeginDate(model) }
  // A year that is not there from the start.
  return model.name === "SchoolYearType" ? { ...document, schoolYear: 2050 } : document
}

export interface Made {
  readonly model: ResourceModel
  /** With the members that it must have only. */
  readonly minimal: JsonObject
  /** The same document with all optional members. */
  readonly full: JsonObject
}

/** One document of each resource, in load order. */
export const makeDocuments = (): ReadonlyArray<Made> => {
  const world: World = new Map()
  const minimal = inLoadOrder.map((model) => {
    const document = documentOf(model, "minimal", world)
    // The seed's years and its district are what others refer to.
    const shared = model.name === "SchoolYearType" ? { ...document, schoolYear: 2025 } : document
    for (const { space } of model.identities) {
      if (!world.has(space) || model.name === "School") world.set(space, { model, document: shared })
    }
    return { model, minimal: document }
  })
  return minimal.map((made) => ({ ...made, full: documentOf(made.model, "full", world) }))
}
