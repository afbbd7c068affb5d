/** Adds to the facts of a core resource what extension projects say of it. */
import type { MemberFacts, ResourceFacts } from "./ResourceFacts.ts"

/** Objects and lists of one name become one; members of an extension that the core has as well are those of the core. */
const merged = (one: MemberFacts, other: MemberFacts): MemberFacts => {
  if (one.type === "object" && other.type === "object")
    return { ...one, members: extended(one.members, other.members) }
  if (one.type === "list" && other.type === "list") return { ...one, items: extended(one.items, other.items) }
  return one
}

const extended = (
  core: ReadonlyArray<MemberFacts>,
  added: ReadonlyArray<MemberFacts>
): ReadonlyArray<MemberFacts> => [
  ...core.map((member) => {
    const extension = added.find(({ name }) => name === member.name)
    return extension === undefined ? member : merged(member, extension)
  }),
  ...added.filter(({ name }) => core.every((member) => member.name !== name))
]

type Secured = NonNullable<ResourceFacts["secured"]>

const bothSecured = (one: Secured = {}, other: Secured = {}): Secured => {
  const kinds = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  const pathsOf = (secured: Secured, kind: string) =>
    Object.entries(secured).flatMap(([name, paths]) => (name === kind ? paths : []))
  return Object.fromEntries(kinds.map((kind) => [kind, [...pathsOf(one, kind), ...pathsOf(other, kind)]]))
}

/**
 * @example extendFacts(schools, tpdmSchools)
 *   // schools with the member `_ext`, an object with the member `tpdm`
 */
export const extendFacts = (core: ResourceFacts, added: ResourceFacts): ResourceFacts => {
  const equal = [...(core.equal ?? []), ...(added.equal ?? [])]
  const secured = bothSecured(core.secured, added.secured)
  return {
    ...core,
    members: extended(core.members, added.members),
    query: [...core.query, ...added.query],
    ...(equal.length === 0 ? {} : { equal }),
    ...(Object.keys(secured).length === 0 ? {} : { secured })
  }
}
