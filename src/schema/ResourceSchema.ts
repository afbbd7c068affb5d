/**
 * The model of an Ed-Fi API, as its own OpenAPI documents describe it: what `readOpenApi` makes and everything else of
 * this room reads. It has no resource names of its own; `exceptions.ts` has the few that are needed.
 */

/** A scalar of a document, with the bounds that the server checks. */
export interface Scalar {
  readonly _tag: "Scalar"
  readonly name: string
  readonly isRequired: boolean
  /** Whether it is a part of the identity of its document. */
  readonly isIdentity: boolean
  readonly type: "string" | "integer" | "number" | "boolean"
  /** As in the document: `date`, `date-time`, `time`, `int32`, `int64`, `double`. */
  readonly format: string | undefined
  /** In characters. */
  readonly minLength: number | undefined
  readonly maxLength: number | undefined
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  /** A number is a multiple of this: 0.01. */
  readonly multipleOf: number | undefined
  /** A regular expression that a text matches somewhere, as in JSON Schema. */
  readonly pattern: string | undefined
  /** The only values. */
  readonly enum: ReadonlyArray<string | number | boolean> | undefined
}

/** A text `namespace#codeValue` that names a value of a descriptor. */
export interface DescriptorMember {
  readonly _tag: "Descriptor"
  readonly name: string
  readonly isRequired: boolean
  readonly isIdentity: boolean
  /**
   * The descriptors whose name ends the name of the member, longest first: the first is the type, unless the server
   * has values of a later one only. Empty if there is none.
   *
   * @example levelOfEducationDescriptor in `staffs`: ["levelOfEducationDescriptor"]
   */
  readonly candidates: ReadonlyArray<string>
}

/** A member of a reference, and the column that it shares with other members of the same name. */
export interface ReferenceMember {
  readonly name: string
  /**
   * Members of one resource with the same column have the same value. A role makes a column of its own where the list
   * of the resource has a parameter of that name: `locationSchoolId` for `schoolId` of `locationReference`.
   */
  readonly column: string
}

/** A reference to another resource by its natural key. */
export interface Reference {
  readonly _tag: "Reference"
  /** With the role: `nextYearSchoolReference`. */
  readonly name: string
  readonly isRequired: boolean
  readonly isIdentity: boolean
  /** The path of the resource that it leads to, `ed-fi/schools`; `undefined` if the documents have none. */
  readonly target: string | undefined
  /** The abstract resource that the document names, `educationOrganization`, if `target` is one of its subtypes. */
  readonly abstractTarget: string | undefined
  readonly members: ReadonlyArray<ReferenceMember>
}

/** An array of objects. */
export interface Collection {
  readonly _tag: "Collection"
  readonly name: string
  readonly isRequired: boolean
  readonly members: ReadonlyArray<Member>
}

/** An object inside a document that is no reference. */
export interface Part {
  readonly _tag: "Part"
  readonly name: string
  readonly isRequired: boolean
  readonly members: ReadonlyArray<Member>
}

/** A member that the reader does not understand: left out of documents if it is optional. */
export interface Unsupported {
  readonly _tag: "Unsupported"
  readonly name: string
  readonly isRequired: boolean
  /** Why, completing "NAME ...". */
  readonly detail: string
}

export type Member = Scalar | DescriptorMember | Reference | Collection | Part | Unsupported

/** A resource that the API lets a client create. */
export interface ResourceSchema {
  /** Project and endpoint, as in its URL and in references: `ed-fi/students`. Unique in a model. */
  readonly path: string
  /** `ed-fi` */
  readonly project: string
  /** `students` */
  readonly endpoint: string
  /** The name of one record: `student`; its first letter as the dialect has it. */
  readonly name: string
  /** In the order of the document, without `id`, `link`, `_etag` and `_lastModifiedDate`. */
  readonly members: ReadonlyArray<Member>
  /** The parameters by which its list can be filtered, in the order of the document, without those of paging. */
  readonly queryFields: ReadonlyArray<string>
  /** Whether a PUT may change the key, which then changes in all dependents. */
  readonly hasKeyCascade: boolean
  readonly canUpdate: boolean
  readonly canDelete: boolean
  readonly isDeprecated: boolean
}

/** A resource of the documents that cannot be read, and why. */
export interface UnreadableResource {
  readonly path: string
  readonly detail: string
}

/** A resource of descriptor values: `gradeLevelDescriptor`, its first letter as the dialect has it; `ed-fi/gradeLevelDescriptors`. */
export type DescriptorResource = Pick<ResourceSchema, "name" | "path">

/** Everything that the documents of one API say. */
export interface ApiModel {
  /** In the order of the documents. */
  readonly resources: ReadonlyArray<ResourceSchema>
  /** Resources of descriptor values, whose key is `namespace` and `codeValue`. */
  readonly descriptors: ReadonlyArray<ResourceSchema>
  readonly unreadable: ReadonlyArray<UnreadableResource>
}

/** The references of a document outside of its collections and parts. */
export const referencesOf = ({ members }: Pick<ResourceSchema, "members">): ReadonlyArray<Reference> =>
  members.filter((member) => member._tag === "Reference")

/** All members, with those of collections and parts, outer ones first. */
export const allMembers = (members: ReadonlyArray<Member>): ReadonlyArray<Member> =>
  members.flatMap((member) =>
    member._tag === "Collection" || member._tag === "Part"
      ? [member, ...allMembers(member.members)]
      : [member]
  )

/** The members that a document cannot be without: required ones, and the required ones inside of those. */
export const requiredMembers = (members: ReadonlyArray<Member>): ReadonlyArray<Member> =>
  members
    .filter(({ isRequired }) => isRequired)
    .flatMap((member) =>
      member._tag === "Collection" || member._tag === "Part"
        ? [member, ...requiredMembers(member.members)]
        : [member]
    )

/**
 * The natural key, flat, as queries and references name it.
 *
 * @example of sections: ["sectionIdentifier", "localCourseCode", "schoolId", "schoolYear", "sessionName"]
 */
export const keyOf = ({ members }: Pick<ResourceSchema, "members">): ReadonlyArray<string> => [
  ...new Set(
    members.flatMap((member): ReadonlyArray<string> => {
      if (member._tag === "Reference" && member.isIdentity) return member.members.map(({ column }) => column)
      return (member._tag === "Scalar" || member._tag === "Descriptor") && member.isIdentity
        ? [member.name]
        : []
    })
  )
]

/**
 * The columns that several members of a document share, so that these members must have the same value.
 *
 * @example of sections: `locationSchoolId` of locationReference and locationSchoolReference
 */
export const unifiedColumns = (
  resource: Pick<ResourceSchema, "members">
): ReadonlyArray<{ readonly column: string; readonly members: ReadonlyArray<string> }> => {
  const paths = new Map<string, ReadonlyArray<string>>()
  const add = (column: string, path: string) => paths.set(column, [...(paths.get(column) ?? []), path])
  for (const member of resource.members) {
    if (member._tag === "Scalar" || member._tag === "Descriptor") add(member.name, member.name)
    if (member._tag !== "Reference") continue
    for (const { column, name } of member.members) add(column, `${member.name}.${name}`)
  }
  return [...paths]
    .filter(([, members]) => members.length > 1)
    .map(([column, members]) => ({ column, members }))
}
