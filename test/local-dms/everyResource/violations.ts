/** Single violations of a valid document, and what the contract says about them. */
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { isArray, isObject } from "../../../src/local-dms/json.ts"
import type { Member, Members, ResourceModel, Shape } from "../../../src/local-dms/model/ResourceModel.ts"

type Place = ReadonlyArray<string | number>

/** Status, problem type and paths. */
export type Verdict = readonly [status: number, type: string, paths: ReadonlyArray<string>]

export type Kind =
  | "missing"
  | "too long"
  | "out of range"
  | "wrong type"
  | "dangling reference"
  | "wrong descriptor"
  | "broken equality"
  | "repeated item"
  | "unknown member"

export interface Violation {
  readonly kind: Kind
  /** Where: `$.addresses[0].city`. */
  readonly path: string
  readonly document: JsonObject
  readonly verdict: Verdict
}

/** A member that a document has. */
interface Found {
  readonly place: Place
  readonly member: Member
  readonly value: Json
  /** The shape of the object that it is in; `undefined` for the document and for items. */
  readonly parent: Shape | undefined
}

const pathOf = (place: Place): string =>
  place.reduce<string>((path, step) => path + (typeof step === "number" ? `[${step}]` : `.${step}`), "$")

/** Without positions: `classPeriods[*].classPeriodReference.schoolId`. */
const wildcard = (place: Place): string =>
  pathOf(place)
    .replaceAll(/\[\d+\]/g, "[*]")
    .slice(2)

const found = (
  members: Members,
  object: JsonObject,
  place: Place = [],
  parent?: Shape
): ReadonlyArray<Found> =>
  Object.entries(object).flatMap(([name, value]): ReadonlyArray<Found> => {
    const member = members.byName.get(name)
    if (member === undefined || value === undefined) return []
    const here = [...place, name]
    const self: Found = { place: here, member, value, parent }
    const { shape } = member
    if (shape._tag === "list" && isArray(value)) {
      const items = value.flatMap((item, index) =>
        isObject(item) ? found(shape.items, item, [...here, index]) : []
      )
      return [self, ...items]
    }
    return (shape._tag === "reference" || shape._tag === "object") && isObject(value)
      ? [self, ...found(shape.members, value, here, shape)]
      : [self]
  })

/** The value with another one at a place; `undefined` removes it. */
const withValue = (target: Json | undefined, place: Place, value: Json | undefined): Json | undefined => {
  const [step, ...rest] = place
  if (step === undefined) return value
  if (isArray(target))
    return target.map((item, index) => (index === step ? (withValue(item, rest, value) ?? item) : item))
  if (!isObject(target)) return target
  const entries = Object.entries(target).flatMap(([name, old]) => {
    const next = name === step ? withValue(old, rest, value) : old
    return next === undefined ? [] : [[name, next] as const]
  })
  const added = step in target || typeof step !== "string" || rest.length > 0 || value === undefined
  return Object.fromEntries(added ? entries : [...entries, [step, value] as const])
}

const changed = (document: JsonObject, place: Place, value: Json | undefined): JsonObject => {
  const result = withValue(document, place, value)
  return isObject(result) ? result : document
}

const invalid = (...paths: ReadonlyArray<string>): Verdict => [
  400,
  "bad-request:data-validation-failed",
  [...paths].sort()
]
const accepted: Verdict = [200, "", []]

const lastOf = (place: Place): string => `$.${String(place.at(-1))}`

const missing = ({ member, place }: Found, document: JsonObject): ReadonlyArray<Violation> => {
  const path = pathOf(place)
  if (!member.required) return []
  const parent = place.slice(0, -1)
  const object = parent.length === 0 ? document : valueOf(document, parent)
  // Without its only member an item is empty, and a list of empty items counts as absent.
  if (typeof parent.at(-1) === "number" && Object.keys(Object(object)).length === 1) return []
  const named = parent.length === 0 ? path : `${lastOf(parent)}.${member.name}`
  return [{ kind: "missing", path, document: changed(document, place, undefined), verdict: invalid(named) }]
}

const valueOf = (document: Json, place: Place): Json | undefined =>
  place.reduce<Json | undefined>(
    (value, step) =>
      isArray(value) ? value[Number(step)] : isObject(value) ? value[String(step)] : undefined,
    document
  )

/** Values that the member's own bounds forbid. */
const badValues = (shape: Shape): ReadonlyArray<readonly [Kind, Json]> => {
  switch (shape._tag) {
    case "text":
      return [
        ["wrong type", 7],
        ...(Number.isFinite(shape.max) ? ([["too long", "x".repeat(shape.max + 1)]] as const) : []),
        ...(shape.min > 1 ? ([["out of range", "x".repeat(shape.min - 1)]] as const) : []),
        ...(shape.pattern === undefined ? [] : ([["out of range", ""]] as const))
      ]
    case "descriptor":
      return [
        ["wrong type", 7],
        ["too long", "x".repeat(307)]
      ]
    case "number":
      return [
        ["wrong type", "word"],
        ...(shape.integer ? ([["wrong type", 1.5]] as const) : []),
        ...(shape.max < 2 ** 60 ? ([["out of range", Math.ceil(shape.max) + 1]] as const) : []),
        ...(shape.min > -(2 ** 60) ? ([["out of range", Math.floor(shape.min) - 1]] as const) : [])
      ]
    case "boolean":
      return [["wrong type", "perhaps"]]
    case "date":
    case "dateTime":
    case "time":
      return [
        ["wrong type", "soon"],
        ["out of range", "2025-02-30"]
      ]
    case "list":
      return [["wrong type", {}]]
    case "reference":
    case "object":
      return [["wrong type", "word"]]
  }
}

const outOfBounds = ({ member, place }: Found, document: JsonObject): ReadonlyArray<Violation> =>
  badValues(member.shape).map(([kind, value]) => ({
    kind,
    path: pathOf(place),
    document: changed(document, place, value),
    verdict: invalid(
      // Decimals are judged by paths, not by the schema.
      kind === "out of range" && member.shape._tag === "number" && !member.shape.integer
        ? `$.${wildcard(place)}`
        : lastOf(place)
    )
  }))

/** The constraints whose other side the document has as well. */
const equalitiesAt = (model: ResourceModel, place: Place, present: ReadonlySet<string>) =>
  model.equal
    .map(({ one, other }) => [one.text.slice(2), other.text.slice(2)])
    .filter((pair) => pair.includes(wildcard(place)) && pair.every((path) => present.has(path)))

/** Another value that the bounds of the member allow; `undefined` if none is known. */
const otherValue = (shape: Shape, value: Json): Json | undefined => {
  switch (shape._tag) {
    case "text": {
      const other = "another".padEnd(shape.min, "z").slice(0, Math.min(shape.max, 60))
      return other === value ? undefined : other
    }
    case "number": {
      const year = shape.max === 2100 ? 1950 : Number(value) + 1
      return year > shape.max ? undefined : year
    }
    case "date":
      return "1999-01-01"
    default:
      return undefined
  }
}

const dangling = (
  { member, parent, place, value }: Found,
  document: JsonObject,
  model: ResourceModel,
  present: ReadonlySet<string>
): ReadonlyArray<Violation> => {
  const other = otherValue(member.shape, value)
  if (parent?._tag !== "reference" || other === undefined) return []
  if (equalitiesAt(model, place, present).length > 0) return []
  const verdict: Verdict = [409, "data-conflict:unresolved-reference", []]
  return [
    { kind: "dangling reference", path: pathOf(place), document: changed(document, place, other), verdict }
  ]
}

const wrongDescriptor = (
  { member, place }: Found,
  document: JsonObject,
  model: ResourceModel,
  present: ReadonlySet<string>
): ReadonlyArray<Violation> => {
  if (member.shape._tag !== "descriptor" || equalitiesAt(model, place, present).length > 0) return []
  const path = pathOf(place)
  const verdict: Verdict = [400, "bad-request", [path]]
  const uri = `uri://ed-fi.org/${member.shape.name}Descriptor#nowhere`
  return [{ kind: "wrong descriptor", path, document: changed(document, place, uri), verdict }]
}

const brokenEquality = (
  { member, place, value }: Found,
  document: JsonObject,
  model: ResourceModel,
  present: ReadonlySet<string>
): ReadonlyArray<Violation> => {
  const broken = equalitiesAt(model, place, present)
  const other = otherValue(member.shape, value)
  if (broken.length === 0 || other === undefined) return []
  const paths = new Set(broken.flatMap((pair) => pair.map((path) => `$.${path}`)))
  return [
    {
      kind: "broken equality",
      path: pathOf(place),
      document: changed(document, place, other),
      verdict: invalid(...paths)
    }
  ]
}

const hasReference = (members: Members): boolean =>
  [...members.byName.values()].some(({ shape }) => shape._tag === "reference")

const repeatedItem = ({ member, place, value }: Found, document: JsonObject): ReadonlyArray<Violation> => {
  const { shape } = member
  if (shape._tag !== "list" || !isArray(value)) return []
  const [first] = value
  if (first === undefined || (shape.unique.length === 0 && !hasReference(shape.items))) return []
  const path = pathOf(place)
  const verdict = invalid(shape.unique.length > 0 ? path : `$.${String(place[0])}`)
  return [{ kind: "repeated item", path, document: changed(document, place, [first, first]), verdict }]
}

const unknownMember = ({ place, value }: Found, document: JsonObject): ReadonlyArray<Violation> => {
  if (!isObject(value)) return []
  const inside = [...place, "nonsense"]
  return [
    {
      kind: "unknown member",
      path: pathOf(inside),
      document: changed(document, inside, 1),
      verdict: accepted
    }
  ]
}

/** Every single violation of a valid document. */
export const violationsOf = (model: ResourceModel, document: JsonObject): ReadonlyArray<Violation> => {
  const members = found(model.members, document)
  const present = new Set(members.map(({ place }) => wildcard(place)))
  return [
    { kind: "unknown member", path: "$", document: { ...document, nonsense: 1 }, verdict: accepted },
    ...members.flatMap((one) => [
      ...missing(one, document),
      ...outOfBounds(one, document),
      ...dangling(one, document, model, present),
      ...wrongDescriptor(one, document, model, present),
      ...brokenEquality(one, document, model, present),
      ...repeatedItem(one, document),
      ...unknownMember(one, document)
    ])
  ]
}

/** The document with another own value in its identity, if it has one that is no reference. */
export const withOtherKey = (
  { identity, members }: ResourceModel,
  document: JsonObject
): JsonObject | undefined => {
  for (const { leaf, path } of identity.parts) {
    const shape = members.byName.get(leaf)?.shape
    const value = document[leaf]
    if (path.length > 1 || shape === undefined || value === undefined) continue
    const other = otherValue(shape, value)
    if (other !== undefined) return { ...document, [leaf]: other }
  }
  return undefined
}
