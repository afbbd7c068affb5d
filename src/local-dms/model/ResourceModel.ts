/**
 * A resource in a form for fast processing: members by name, references with the id space of their target, identities as
 * paths, query fields by name. `compileResource` makes it from facts.
 */

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
  /** Lists and objects, in which rules between members have to look for lists. */
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
  /** `students`, of an extension `tpdm/candidates`; or an abstract resource: schools and districts share `EducationOrganization`. */
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

export type SecuredKind = "namespace" | "educationOrganization" | "student" | "contact" | "staff"

/** A value of a document that decides which clients may see it. */
export interface SecuredElement {
  readonly kind: SecuredKind
  readonly path: Path
  /** Its name in refusals: `SchoolId` for `schoolReference.schoolId`. */
  readonly name: string
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
  /** What claim sets decide by. Paths through lists are left out. */
  readonly secured: ReadonlyArray<SecuredElement>
}
