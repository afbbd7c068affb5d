/**
 * The resources of resources.ts in a form for fast processing: references resolved to their members, identities
 * flattened to paths, and lookups by endpoint and resource name.
 */
import type { Json, JsonObject } from "../domain/Json.ts"
import type { Field, Fields, Kind } from "./fields.ts"
import { isObject } from "./json.ts"
import { resources } from "./resources.ts"
import type { IdSpace, Resource } from "./resources.ts"

/** A kind with resolved nested members. */
export type Shape =
  | Exclude<Kind, { readonly _tag: "reference" | "list" }>
  | { readonly _tag: "reference"; readonly target: IdentityOf; readonly members: Members }
  | { readonly _tag: "list"; readonly items: Members }

export interface Member {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
  readonly key: boolean
}

export interface Members {
  readonly byName: ReadonlyMap<string, Member>
  readonly required: ReadonlyArray<Member>
  readonly keys: ReadonlyArray<Member>
  readonly lists: ReadonlyArray<{ readonly name: string; readonly items: Members }>
}

/** One scalar of an identity, at `path` in the document: `["schoolReference", "schoolId"]`. */
export interface IdentityPart {
  readonly path: readonly [string] | readonly [string, string]
  /** The last part of the path, which is its name in references and flat natural keys. */
  readonly leaf: string
  readonly descriptor: boolean
  readonly field: Field
}

/** An id space and the parts of its keys. */
export interface IdentityOf {
  readonly space: string
  readonly parts: ReadonlyArray<IdentityPart>
}

export interface ResourceModel {
  readonly endpoint: string
  readonly name: string
  readonly members: Members
  /** Its own identity, then the shared one if there is one. */
  readonly identities: readonly [IdentityOf, ...Array<IdentityOf>]
  readonly identity: IdentityOf
  readonly keyUpdates: boolean
  readonly equal: ReadonlyArray<readonly [string, string]>
  /** The endpoints of referenced resources. */
  readonly refersTo: ReadonlyArray<string>
  /** Paths that a query can filter by, keyed by their lower-case last part. */
  readonly queryPaths: ReadonlyMap<string, ReadonlyArray<ReadonlyArray<string>>>
}

const resourceOf = (endpoint: string): Resource => {
  const resource = resources[endpoint]
  if (resource === undefined) throw new Error(`resources.ts has no entry ${endpoint}`)
  return resource
}

/** The identity of an id space: an endpoint or a shared space. */
const identityOf = (space: string): IdentityOf => {
  const shared = Object.values(resources).find((resource) => resource.also?.space === space)?.also
  if (shared !== undefined) {
    const { field, member } = shared
    return { space, parts: [{ path: [member], leaf: member, descriptor: false, field }] }
  }
  const parts = Object.entries(resourceOf(space).fields).flatMap(
    ([name, field]): ReadonlyArray<IdentityPart> => {
      if (!field.key) return []
      const { kind } = field
      return kind._tag === "reference"
        ? identityOf(kind.to).parts.map((part) => ({ ...part, path: [name, part.leaf] }))
        : [{ path: [name], leaf: name, descriptor: kind._tag === "descriptor", field }]
    }
  )
  return { space, parts: uniquePaths(parts) }
}

/** Removes repeated paths: a leaf that occurs twice in an identity occurs once in a reference. */
const uniquePaths = (parts: ReadonlyArray<IdentityPart>): ReadonlyArray<IdentityPart> =>
  parts.filter(
    (part, index) => parts.findIndex((other) => other.path.join(".") === part.path.join(".")) === index
  )

const shapeOf = (kind: Kind): Shape => {
  switch (kind._tag) {
    case "list":
      return { _tag: "list", items: membersOf(kind.items) }
    case "reference": {
      const target = identityOf(kind.to)
      const leaves = target.parts.map(
        (part) => [part.leaf, { ...part.field, required: true, key: true }] as const
      )
      return { _tag: "reference", target, members: membersOf(Object.fromEntries(leaves)) }
    }
    default:
      return kind
  }
}

const membersOf = (fields: Fields): Members => {
  const members = Object.entries(fields).map(([name, field]): Member => ({
    name,
    shape: shapeOf(field.kind),
    required: field.required,
    key: field.key
  }))
  return {
    byName: new Map(members.map((member) => [member.name, member])),
    required: members.filter((member) => member.required),
    keys: members.filter((member) => member.key),
    lists: members.flatMap(({ name, shape }) => (shape._tag === "list" ? [{ name, items: shape.items }] : []))
  }
}

const queryPathsOf = (members: Members): ResourceModel["queryPaths"] => {
  const paths = new Map<string, Array<ReadonlyArray<string>>>()
  const add = (path: ReadonlyArray<string>, leaf: string) => {
    const known = paths.get(leaf.toLowerCase())
    if (known === undefined) paths.set(leaf.toLowerCase(), [path])
    else known.push(path)
  }
  for (const { name, shape } of members.byName.values()) {
    if (shape._tag === "reference") for (const leaf of shape.members.byName.keys()) add([name, leaf], leaf)
    else if (shape._tag !== "list") add([name], name)
  }
  return paths
}

const referencesIn = (fields: Fields): ReadonlyArray<string> =>
  Object.values(fields).flatMap(({ kind }) =>
    kind._tag === "reference" ? [kind.to] : kind._tag === "list" ? referencesIn(kind.items) : []
  )

const endpointsIn = (space: string): ReadonlyArray<string> =>
  Object.entries(resources).flatMap(([endpoint, { also }]) =>
    endpoint === space || also?.space === space ? [endpoint] : []
  )

/** The own identity with the member name of the shared space. */
const sharedIdentity = ({ member, space }: IdSpace, own: IdentityOf): IdentityOf => ({
  space,
  parts: own.parts.map((part) => ({ ...part, leaf: member }))
})

const modelOf = (endpoint: string, resource: Resource): ResourceModel => {
  const members = membersOf(resource.fields)
  const identity = identityOf(endpoint)
  const { also } = resource
  return {
    endpoint,
    name: resource.name,
    members,
    identity,
    identities: also === undefined ? [identity] : [identity, sharedIdentity(also, identity)],
    keyUpdates: resource.keyUpdates === true,
    equal: resource.equal ?? [],
    refersTo: [...new Set(referencesIn(resource.fields).flatMap(endpointsIn))],
    queryPaths: queryPathsOf(members)
  }
}

/** All resources, in the order of the table. */
export const models: ReadonlyArray<ResourceModel> = Object.entries(resources).map(([endpoint, resource]) =>
  modelOf(endpoint, resource)
)

const byEndpoint = new Map(
  models.flatMap((model) => [
    [model.endpoint, model] as const,
    [model.endpoint.toLowerCase(), model] as const
  ])
)
const byName = new Map(models.map((model) => [model.name, model]))

/** By endpoint, case-insensitive: `students`, `STUDENTS`. */
export const findByEndpoint = (endpoint: string): ResourceModel | undefined =>
  byEndpoint.get(endpoint) ?? byEndpoint.get(endpoint.toLowerCase())

/** By resource name, case-sensitive: `Student`. */
export const findByName = (name: string): ResourceModel | undefined => byName.get(name)

/** An identity part as text: `2025` equals `"2025"`, and the case of descriptors is ignored. */
export const partText = (part: IdentityPart, value: Json | undefined): string =>
  part.descriptor ? String(value).toLowerCase() : String(value)

/**
 * The text of a key. A single part is used as it is; several parts are written with their lengths, so that different
 * keys have different texts: `7:ELA-01,6:255901`.
 */
export const keyText = (texts: ReadonlyArray<string>): string =>
  texts.length === 1 ? (texts[0] ?? "") : texts.map((text) => `${text.length}:${text}`).join(",")

/** The value at a path of names, or `undefined`. */
export const valueAt = (document: JsonObject, path: ReadonlyArray<string>): Json | undefined => {
  let value: Json | undefined = document
  for (const name of path) value = isObject(value) ? value[name] : undefined
  return value
}

/** The key of a document with a complete identity. */
export const keyOf = (identity: IdentityOf, document: JsonObject): string =>
  keyText(identity.parts.map((part) => partText(part, valueAt(document, part.path))))

/** The key in a reference, which has each part under the name of its leaf. */
export const referencedKey = (target: IdentityOf, reference: JsonObject): string =>
  keyText(target.parts.map((part) => partText(part, reference[part.leaf])))
