/** Compiles the facts of a resource into its model. */
import { capitalized } from "../../domain/words.ts"
import { partsOf } from "./ResourceFacts.ts"
import type { ListFacts, MemberFacts, ReferenceFacts, ResourceFacts, ScalarFacts } from "./ResourceFacts.ts"
import type {
  IdentityOf,
  IdentityPart,
  ListShape,
  Member,
  Members,
  Path,
  QueryField,
  QueryType,
  ReferenceShape,
  ResourceModel,
  SecuredElement,
  SecuredKind,
  Shape,
  ValuesPath
} from "./ResourceModel.ts"

/** The names of a resource. */
export interface ResourceName {
  readonly project: string
  readonly endpoint: string
  /** Its id space: `students`, of an extension `tpdm/candidates`. */
  readonly space: string
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

const referenceShape = (facts: ReferenceFacts, spaceOf: SpaceOf): ReferenceShape => ({
  _tag: "reference",
  space: spaceOf(facts.to),
  parts: partsOf(facts),
  members: compile(facts.members, spaceOf)
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

const securedElement = (kind: SecuredKind, path: string): SecuredElement => {
  const names = path.split(".")
  const leaf = names.at(-1) ?? path
  return { kind, path: names, name: capitalized(leaf) }
}

/**
 * Namespaces that are optional or in a list repeat a required one, because equality constraints tie them together:
 * `surveySectionReference.namespace` of a survey question.
 */
const securedOf = (secured: ResourceFacts["secured"], members: Members): ResourceModel["secured"] => {
  const { contact, educationOrganization, namespace, staff, student } = secured ?? {}
  const elements = (kind: SecuredKind, paths: ReadonlyArray<string> = []): ReadonlyArray<SecuredElement> =>
    paths.filter((path) => !path.includes("[*]")).map((path) => securedElement(kind, path))
  const namespaces = elements("namespace", namespace)
  const required = namespaces.filter(({ path }) => members.byName.get(path[0] ?? "")?.required === true)
  return [
    ...(required.length > 0 ? required : namespaces),
    ...elements("educationOrganization", educationOrganization),
    ...elements("student", student),
    ...elements("contact", contact),
    ...elements("staff", staff)
  ]
}

export const compileResource = (
  names: ResourceName,
  facts: ResourceFacts,
  spaceOf: SpaceOf
): ResourceModel => {
  const { superclass } = facts
  const { space, ...own } = names
  const members = compile(facts.members, spaceOf)
  const identity: IdentityOf = {
    space,
    parts: facts.identity.map(partOf),
    descriptor: names.isDescriptor
  }
  return {
    ...own,
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
    queryFields: queryFieldsOf(facts.query, members),
    secured: securedOf(facts.secured, members)
  }
}
