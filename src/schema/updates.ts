/** What an update of a record can change. */
import type { Member, ResourceSchema } from "./ResourceSchema.ts"

export const changeKinds = [
  "text",
  "number",
  "boolean",
  "date",
  "identifier",
  "descriptor",
  "collection",
  "reference"
] as const
export type ChangeKind = (typeof changeKinds)[number]

export interface Change {
  readonly kind: ChangeKind
  /** The member, as in the document. */
  readonly member: string
}

/** Texts with a meaning beyond the record, such as a code, an address, or a namespace that decides who may write it. */
const isIdentifier = (name: string): boolean =>
  /(?:Id|Identifier|Code|URI|URL|Url)$|^(?:namespace|uri|url)$|[mM]ailAddress/.test(name)

/** The change that a member allows; part of the identity, or of no kind that we change: none. */
const kindOf = (member: Member): ChangeKind | undefined => {
  switch (member._tag) {
    case "Scalar":
      if (member.isIdentity) return undefined
      if (member.type === "boolean") return "boolean"
      if (member.type !== "string") return "number"
      if (member.format === "date" || member.format === "date-time") return "date"
      if (member.format !== undefined) return undefined
      return isIdentifier(member.name) ? "identifier" : "text"
    case "Descriptor":
      return member.isIdentity || member.candidates.length === 0 ? undefined : "descriptor"
    case "Reference":
      return member.isIdentity || member.target === undefined ? undefined : "reference"
    case "Collection":
      return "collection"
    case "Part":
    case "Unsupported":
      return undefined
  }
}

/** The freest values first; kinds of one line in the order of the document. */
const preference: ReadonlyArray<ReadonlyArray<ChangeKind>> = [
  ["text"],
  ["number", "boolean"],
  ["date"],
  ["identifier"],
  ["descriptor"],
  ["collection"],
  ["reference"]
]

/** The changes that the members of a resource allow, the preferred one first. */
export const changesOf = ({ members }: Pick<ResourceSchema, "members">): ReadonlyArray<Change> => {
  const changes = members.flatMap((member) => {
    const kind = kindOf(member)
    return kind === undefined ? [] : [{ kind, member: member.name }]
  })
  return preference.flatMap((kinds) => changes.filter(({ kind }) => kinds.includes(kind)))
}

/**
 * The member that an update changes, and how.
 *
 * @returns `undefined` if the resource has nothing but its identity: it can only be created and deleted
 */
export const changeOf = (resource: Pick<ResourceSchema, "members">): Change | undefined =>
  changesOf(resource)[0]
