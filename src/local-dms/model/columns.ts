/**
 * The columns of a resource as the ODS/API names them in the query of its lists: a member of a reference has the role of
 * the reference in front, `locationSchoolId` and `nextYearSchoolId`, and members that must be equal are one column.
 * @see api-facts section 1
 */
import { capitalized } from "../../domain/words.ts"
import type { QueryField, QueryType } from "./ResourceModel.ts"
import type { ReferenceFacts, ResourceFacts, ScalarFacts } from "./ResourceFacts.ts"

/** A value of a document outside of its lists. */
export interface Column {
  /** `locationSchoolId` */
  readonly name: string
  /** Where it is; of several, those of references that a document has are equal. */
  readonly paths: ReadonlyArray<string>
  readonly member: ScalarFacts
  readonly isIdentity: boolean
}

/** A member with the reference that it is in. */
interface Leaf {
  readonly path: string
  readonly member: ScalarFacts
  readonly reference: ReferenceFacts | undefined
}

const leavesOf = ({ members }: ResourceFacts): ReadonlyArray<Leaf> =>
  members.flatMap((member): ReadonlyArray<Leaf> => {
    if (member.type === "object" || member.type === "list") return []
    if (member.type !== "reference") return [{ path: member.name, member, reference: undefined }]
    return member.members.map((part) => ({
      path: `${member.name}.${part.name}`,
      member: part,
      reference: member
    }))
  })

/** The words of a camel case name: `nextYearSchool` has `next`, `Year` and `School`. */
const wordsOf = (name: string): ReadonlyArray<string> =>
  name.match(/^[^A-Z]+|[A-Z]+(?![a-z])|[A-Z][^A-Z]*/g) ?? [name]

/** `location` and `schoolId` are `locationSchoolId`; `school` and `schoolId` are `schoolId`. */
const joined = (role: string, member: string): string => {
  const [first, second] = [wordsOf(role), wordsOf(member)]
  const isTail = (shared: number) =>
    first.slice(-shared).every((word, at) => word.toLowerCase() === second[at]?.toLowerCase())
  const shared = first.findIndex((_, at) => isTail(first.length - at))
  if (shared === -1) return role === "" ? member : role + capitalized(member)
  return [...first, ...second.slice(first.length - shared)].join("")
}

const roleOf = ({ name }: ReferenceFacts): string => name.replace(/Reference$/, "")

/** `nextYear` of `nextYearSchoolReference` to `School`; empty without a role. */
const prefixOf = (reference: ReferenceFacts): string => {
  const role = roleOf(reference)
  return role.toLowerCase().endsWith(reference.to.toLowerCase()) ? role.slice(0, -reference.to.length) : role
}

/** The leaves that must be equal, together. */
const unified = (
  leaves: ReadonlyArray<Leaf>,
  equal: ResourceFacts["equal"] = []
): ReadonlyArray<ReadonlyArray<Leaf>> => {
  const groupOf = new Map(leaves.map((leaf) => [leaf.path, [leaf]]))
  for (const [one, other] of equal) {
    const [first, second] = [groupOf.get(one), groupOf.get(other)]
    if (first === undefined || second === undefined || first === second) continue
    first.push(...second)
    for (const { path } of second) groupOf.set(path, first)
  }
  return [...new Set(groupOf.values())]
}

const plainName = ({ member, reference }: Leaf): string =>
  reference === undefined ? member.name : joined(prefixOf(reference), member.name)

const shortest = (names: ReadonlyArray<string>): string =>
  names.reduce((best, name) => (name.length < best.length ? name : best))

/**
 * Columns of the identity take the plain name of a member; another column of that name has the role of its reference
 * instead, as have the other members of that reference.
 */
export const columnsOf = (facts: ResourceFacts): ReadonlyArray<Column> => {
  const identity = new Set(facts.identity)
  const groups = unified(leavesOf(facts), facts.equal).map((leaves) => ({
    leaves,
    isIdentity: leaves.some(({ path }) => identity.has(path))
  }))
  const ordered = [...groups.filter((one) => one.isIdentity), ...groups.filter((one) => !one.isIdentity)]
  const taken = new Set<string>()
  const withRole = new Set<ReferenceFacts>()
  const nameOf = (leaves: ReadonlyArray<Leaf>): string => {
    const free = leaves.map(plainName).filter((name) => !taken.has(name))
    for (const leaf of leaves) {
      if (leaf.reference !== undefined && taken.has(plainName(leaf))) withRole.add(leaf.reference)
    }
    const [first] = leaves
    if (free.length > 0) return shortest(free)
    return first?.reference === undefined ? "" : joined(roleOf(first.reference), first.member.name)
  }
  const named = ordered.map((group) => {
    const name = nameOf(group.leaves)
    taken.add(name)
    return { ...group, name }
  })
  return named.flatMap(({ isIdentity, leaves, name }): ReadonlyArray<Column> => {
    const [first] = leaves
    if (first === undefined) return []
    const { member, reference } = first
    const alone = !isIdentity && leaves.length === 1 && reference !== undefined && withRole.has(reference)
    return [
      {
        name: alone ? joined(roleOf(reference), member.name) : name,
        paths: leaves.map(({ path }) => path),
        member,
        isIdentity
      }
    ]
  })
}

const queryTypeOf = ({ type }: ScalarFacts): QueryType => {
  switch (type) {
    case "text":
    case "descriptor":
      return "text"
    case "integer":
    case "decimal":
      return "number"
    default:
      return type
  }
}

/** The columns as fields of a query, by lower-case name; `id` is one of every resource. */
export const columnFieldsOf = (facts: ResourceFacts): ReadonlyMap<string, QueryField> =>
  new Map([
    ["id", { type: "text", paths: [["id"]] }],
    ...columnsOf(facts).map(({ member, name, paths }): readonly [string, QueryField] => [
      name.toLowerCase(),
      { type: queryTypeOf(member), paths: paths.map((path) => path.split(".")) }
    ])
  ])
