/**
 * A resource in a form for fast processing, compiled from its facts: members by name, references with the id space of
 * their target, identities as paths, query fields by name.
 */
import type { Json, JsonObject } from "../domain/Json.ts"
import { isObject } from "./json.ts"
import type { ListFacts, MemberFacts, ReferenceFacts, ResourceFacts, ScalarFacts } from "./ResourceFacts.ts"

/** Names of members, outermost first: `["schoolReference", "schoolId"]`. */
export type Path = ReadonlyArray<string>

/** Text, lengths in characters. */
export interface TextShape {
  readonly _tag: "text"
  readonly min: number
  readonly max: number
  /** What it must match, and what to say if it does not. */
  readonly pattern: { readonly regex: RegExp; readonly message: string } | undefined
}

/** A number; bounds are included. */
export interface NumberShape {
  readonly _tag: "number"
  readonly integer: boolean
  readonly min: number
  readonly max: number
}

/** A value of the descriptor `name`, which is a document in the id space `space`. */
export interface DescriptorShape {
  readonly _tag: "descriptor"
  readonly name: string
  readonly space: string
}

export interface ReferenceShape {
  readonly _tag: "reference"
  /** The id space of the target. */
  readonly space: string
  /** The members that carry the target's identity, in its order; one may carry several parts. */
  readonly parts: ReadonlyArray<string>
  readonly members: Members
}

export interface ListShape {
  readonly _tag: "list"
  readonly items: Members
  /** Paths in an item whose values together differ from those of the other items; none: items may be equal. */
  readonly unique: ReadonlyArray<Path>
}

export type Shape =
  | TextShape
  | NumberShape
  | DescriptorShape
  | ReferenceShape
  | ListShape
  | { readonly _tag: "boolean" | "date" | "dateTime" | "time" }
  | { readonly _tag: "object"; readonly members: Members }

export interface Member {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
}

export interface Members {
  readonly byName: ReadonlyMap<string, Member>
  readonly required: ReadonlyArray<Member>
  /** Members with references or lists in them, which rules between members have to look into. */
  readonly nested: ReadonlyArray<Member>
}

/** One scalar of an identity. */
export interface IdentityPart {
  readonly path: Path
  /** The last part of the path, which is its name in flat natural keys and in queries. */
  readonly leaf: string
}

/** An id space, in which keys are unique and can be referred to, and the parts of its keys. */
export interface IdentityOf {
  /** The endpoint, or the name of an abstract resource: schools and districts share `EducationOrganization`. */
  readonly space: string
  readonly parts: ReadonlyArray<IdentityPart>
  /** The key is that of a descriptor: `namespace#codeValue`, in which case does not matter. */
  readonly descriptor: boolean
}

/** A path to several values: names of members, those of lists standing for each of their items. */
export interface ValuesPath {
  /** `$.classPeriods[*].classPeriodReference.schoolId` */
  readonly text: string
  readonly leaf: string
  readonly steps: ReadonlyArray<{ readonly name: string; readonly isList: boolean }>
}

/** All values at both paths must be equal. */
export interface EqualityRule {
  readonly one: ValuesPath
  readonly other: ValuesPath
}

/** The type of a query field's values. */
export type QueryType = "text" | "number" | "boolean" | "date" | "dateTime" | "time"

export interface QueryField {
  readonly type: QueryType
  /** Where its values are; a document matches with any of them. */
  readonly paths: ReadonlyArray<Path>
}

export interface ResourceModel {
  /** Its part of URLs: `ed-fi`. */
  readonly project: string
  readonly endpoint: string
  readonly name: string
  readonly isDescriptor: boolean
  readonly members: Members
  readonly identity: IdentityOf
  /** Its own identity, then the one that it shares if there is one. */
  readonly identities: ReadonlyArray<IdentityOf>
  readonly keyUpdates: boolean
  /** Its key may change, by a PUT or because that of a document in its identity does. */
  readonly isRenamable: boolean
  readonly equal: ReadonlyArray<EqualityRule>
  /** By lower-case name. */
  readonly queryFields: ReadonlyMap<string, QueryField>
}

/** The names of a resource. */
export interface ResourceName {
  readonly project: string
  readonly endpoint: string
  readonly name: string
  readonly isDescriptor: boolean
}

/** The id space of a resource, by its name: `students` of `Student`. */
export type SpaceOf = (name: string) => string

const textPatterns = {
  trimmed: { regex: /^(?!\s)(.*\S)$/, message: "cannot contain leading or trailing spaces." },
  notBlank: { regex: /^(?!\s*$).+/, message: "is required and should not be left empty." }
} as const

/** Numbers beyond it are not written as integers any more. */
const maxInt64 = 2 ** 63

/** 9 digits with 2 places go up to 9999999.99, or to the largest number of JavaScript below the next power of ten. */
const maxDecimal = ({ digits, places }: { readonly digits?: number; readonly places?: number }): number => {
  if (digits === undefined || places === undefined) return Number.POSITIVE_INFINITY
  const power = 10 ** (digits - places)
  return Math.min(power - 10 ** -places, power * (1 - Number.EPSILON / 2))
}

const scalarShape = (facts: ScalarFacts, spaceOf: SpaceOf): Shape => {
  switch (facts.type) {
    case "text": {
      const pattern = facts.rule === undefined ? undefined : textPatterns[facts.rule]
      return { _tag: "text", min: facts.min ?? 0, max: facts.max ?? Number.POSITIVE_INFINITY, pattern }
    }
    case "descriptor":
      return { _tag: "descriptor", name: facts.of, space: spaceOf(`${facts.of}Descriptor`) }
    case "integer": {
      const limit = facts.bits === 64 ? maxInt64 : Number.POSITIVE_INFINITY
      return { _tag: "number", integer: true, min: facts.min ?? -limit, max: facts.max ?? limit }
    }
    case "decimal": {
      const max = maxDecimal(facts)
      return { _tag: "number", integer: false, min: -max, max }
    }
    default:
      return { _tag: facts.type }
  }
}

const referenceShape = ({ members, parts, to }: ReferenceFacts, spaceOf: SpaceOf): ReferenceShape => ({
  _tag: "reference",
  space: spaceOf(to),
  parts,
  members: compile(members, spaceOf)
})

const listShape = ({ items, unique }: ListFacts, spaceOf: SpaceOf): ListShape => ({
  _tag: "list",
  items: compile(items, spaceOf),
  unique: unique?.map((path) => path.split(".")) ?? []
})

const shapeOf = (facts: MemberFacts, spaceOf: SpaceOf): Shape => {
  switch (facts.type) {
    case "reference":
      return referenceShape(facts, spaceOf)
    case "object":
      return { _tag: "object", members: compile(facts.members, spaceOf) }
    case "list":
      return listShape(facts, spaceOf)
    default:
      return scalarShape(facts, spaceOf)
  }
}

const compile = (facts: ReadonlyArray<MemberFacts>, spaceOf: SpaceOf): Members => {
  const members = facts.map((one): Member => ({
    name: one.name,
    shape: shapeOf(one, spaceOf),
    required: one.required === true
  }))
  return {
    byName: new Map(members.map((member) => [member.name, member])),
    required: members.filter((member) => member.required),
    nested: members.filter(({ shape }) => shape._tag === "list" || shape._tag === "object")
  }
}

const partOf = (path: string): IdentityPart => {
  const names = path.split(".")
  return { path: names, leaf: names.at(-1) ?? path }
}

const valuesPathOf = (path: string): ValuesPath => ({
  text: `$.${path}`,
  leaf: partOf(path).leaf,
  steps: path.split(".").map((step) => ({ name: step.replace("[*]", ""), isList: step.endsWith("[*]") }))
})

/** The shape at a path of names; `[*]` after a name is skipped. */
export const shapeAt = (members: Members, path: Path): Shape | undefined => {
  const [name, ...rest] = path
  const shape = members.byName.get(name?.replace("[*]", "") ?? "")?.shape
  if (rest.length === 0 || shape === undefined) return shape
  if (shape._tag === "list") return shapeAt(shape.items, rest)
  return shape._tag === "object" || shape._tag === "reference" ? shapeAt(shape.members, rest) : undefined
}

const queryTypeOf = (shape: Shape | undefined): QueryType => {
  switch (shape?._tag) {
    case "number":
    case "boolean":
    case "date":
    case "dateTime":
    case "time":
      return shape._tag
    default:
      return "text"
  }
}

const queryFieldsOf = (paths: ReadonlyArray<string>, members: Members): ResourceModel["queryFields"] => {
  // `id` is no member of documents; the stores know where it is.
  const fields = new Map<string, QueryField>([["id", { type: "text", paths: [["id"]] }]])
  for (const path of paths) {
    const names = path.split(".")
    const name = (names.at(-1) ?? path).toLowerCase()
    const known = fields.get(name)
    const type = known?.type ?? queryTypeOf(shapeAt(members, names))
    fields.set(name, { type, paths: [...(known?.paths ?? []), names] })
  }
  return fields
}

/** Compiles the facts of a resource. */
export const modelOf = (names: ResourceName, facts: ResourceFacts, spaceOf: SpaceOf): ResourceModel => {
  const { superclass } = facts
  const members = compile(facts.members, spaceOf)
  const identity: IdentityOf = {
    space: names.endpoint,
    parts: facts.identity.map(partOf),
    descriptor: names.isDescriptor
  }
  return {
    ...names,
    members,
    identity,
    identities:
      superclass === undefined ? [identity] : [identity, { ...identity, space: spaceOf(superclass) }],
    keyUpdates: facts.keyUpdates === true,
    isRenamable: facts.keyUpdates === true || identity.parts.some(({ path }) => path.length > 1),
    equal: (facts.equal ?? []).map(([one, other]) => ({
      one: valuesPathOf(one),
      other: valuesPathOf(other)
    })),
    queryFields: queryFieldsOf(facts.query, members)
  }
}

/**
 * The key of an identity's values. A single part is used as it is; several parts are written with their lengths, so that
 * different keys have different texts: `6:ELA-01,6:255901,`.
 */
export const keyText = ({ descriptor }: IdentityOf, texts: ReadonlyArray<string>): string => {
  if (descriptor) return descriptorKey(texts.join("#"))
  const [first = ""] = texts
  return texts.length === 1 ? first : texts.reduce(withPart, "")
}

const withPart = (key: string, text: string): string => `${key}${text.length}:${text},`

/** The value at a path of names, or `undefined`. */
export const valueAt = (document: JsonObject, path: Path): Json | undefined => {
  let value: Json | undefined = document
  for (const name of path) value = isObject(value) ? value[name] : undefined
  return value
}

/** The key of a document, or `undefined` if a part of its identity is missing. `2025` equals `"2025"`. */
export const keyOf = (identity: IdentityOf, document: JsonObject): string | undefined => {
  const { descriptor, parts } = identity
  const isSingle = parts.length === 1
  let key = ""
  for (const { path } of parts) {
    const value = valueAt(document, path)
    if (value === undefined) return undefined
    key = isSingle ? String(value) : descriptor ? `${key}#${String(value)}` : withPart(key, String(value))
  }
  return descriptor ? descriptorKey(key.slice(1)) : key
}

/** The key that a reference leads to, or `undefined` if it lacks a part. The case of descriptors in it counts. */
export const referencedKey = ({ parts }: ReferenceShape, reference: JsonObject): string | undefined => {
  const isSingle = parts.length === 1
  let key = ""
  for (const part of parts) {
    const value = reference[part]
    if (value === undefined) return undefined
    key = isSingle ? String(value) : withPart(key, String(value))
  }
  return key
}

/** The key of a descriptor value: `uri://ed-fi.org/termdescriptor#fall semester`. */
export const descriptorKey = (uri: string): string => uri.toLowerCase()
