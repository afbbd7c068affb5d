/**
 * What the local DMS knows of a resource, reduced from ApiSchema to what it checks. Paths are written without `$.`:
 * `classPeriods[*].classPeriodReference.schoolId`.
 */
import * as Schema from "effect/Schema"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const common = {
  name: Schema.String,
  required: optional(Schema.Literal(true))
}

/**
 * What the text of a member must not be, beside too long: `trimmed` forbids blanks at its ends and the empty text,
 * `notBlank` a text of blanks only.
 */
export const TextRule = Schema.Literal("trimmed", "notBlank")
export type TextRule = typeof TextRule.Type

const ScalarFacts = Schema.Union(
  Schema.Struct({
    ...common,
    type: Schema.Literal("text"),
    /** Lengths in characters (code points). */
    min: optional(Schema.Number),
    max: optional(Schema.Number),
    rule: optional(TextRule)
  }),
  /** `of` is the name of the descriptor: `Term` for `uri://ed-fi.org/TermDescriptor#Fall Semester`. */
  Schema.Struct({ ...common, type: Schema.Literal("descriptor"), of: Schema.String }),
  Schema.Struct({ ...common, type: Schema.Literal("boolean", "date", "dateTime", "time") }),
  /** 32 bits in the database, of which the server does not know; 64 where `bits` says so. */
  Schema.Struct({
    ...common,
    type: Schema.Literal("integer"),
    bits: optional(Schema.Literal(64)),
    min: optional(Schema.Number),
    max: optional(Schema.Number)
  }),
  /** `digits: 9, places: 2` allows -9999999.99 to 9999999.99; more places are taken. */
  Schema.Struct({
    ...common,
    type: Schema.Literal("decimal"),
    digits: optional(Schema.Number),
    places: optional(Schema.Number)
  })
)
export type ScalarFacts = typeof ScalarFacts.Type

const ReferenceFacts = Schema.Struct({
  ...common,
  type: Schema.Literal("reference"),
  /** The name of the target, which may be abstract: `EducationOrganization`. */
  to: Schema.String,
  /**
   * The members that carry the target's identity, one for each path of it, in its order. A member that carries two of
   * them stands twice: `["localCourseCode", "schoolId", "schoolId", "schoolYear", "sessionName"]`. Without it they are
   * the members in their order.
   */
  parts: optional(Schema.Array(Schema.String)),
  members: Schema.Array(ScalarFacts)
})
export interface ReferenceFacts extends Schema.Schema.Type<typeof ReferenceFacts> {}

export interface ObjectFacts {
  readonly name: string
  readonly required?: true
  readonly type: "object"
  readonly members: ReadonlyArray<MemberFacts>
}

export interface ListFacts {
  readonly name: string
  readonly required?: true
  readonly type: "list"
  /** The members of each item. */
  readonly items: ReadonlyArray<MemberFacts>
  /** Paths in an item, whose values together must differ from those of the other items. */
  readonly unique?: ReadonlyArray<string>
}

export type MemberFacts = ScalarFacts | ReferenceFacts | ObjectFacts | ListFacts

const MemberFacts: Schema.Schema<MemberFacts> = Schema.Union(
  ScalarFacts,
  ReferenceFacts,
  Schema.Struct({
    ...common,
    type: Schema.Literal("object"),
    members: Schema.Array(Schema.suspend(() => MemberFacts))
  }),
  Schema.Struct({
    ...common,
    type: Schema.Literal("list"),
    items: Schema.Array(Schema.suspend(() => MemberFacts)),
    unique: optional(Schema.Array(Schema.String))
  })
)

/** Paths whose values decide what a client may see, by kind. A claim set says which kinds count. */
const SecuredFacts = Schema.Struct({
  namespace: optional(Schema.Array(Schema.String)),
  educationOrganization: optional(Schema.Array(Schema.String)),
  student: optional(Schema.Array(Schema.String)),
  contact: optional(Schema.Array(Schema.String)),
  staff: optional(Schema.Array(Schema.String))
})

export const ResourceFacts = Schema.Struct({
  members: Schema.Array(MemberFacts),
  /** Paths of the identity, in its order. */
  identity: Schema.Array(Schema.String),
  /** A PUT may change the identity; the change cascades to documents that refer to it. */
  keyUpdates: optional(Schema.Literal(true)),
  /** Pairs of paths whose values must be equal. */
  equal: optional(Schema.Array(Schema.Tuple(Schema.String, Schema.String))),
  /** Paths that a query can filter by, under their last part. */
  query: Schema.Array(Schema.String),
  /** The abstract resource whose identity it shares. */
  superclass: optional(Schema.String),
  secured: optional(SecuredFacts)
})
export interface ResourceFacts extends Schema.Schema.Type<typeof ResourceFacts> {}

export const partsOf = ({ members, parts }: ReferenceFacts): ReadonlyArray<string> =>
  parts ?? members.map(({ name }) => name)

/** A resource by its names: `["sections", "Section", facts]`. */
export type NamedFacts<Facts> = readonly [endpoint: string, name: string, facts: Facts]

/** A data model: the resources of a project. */
export interface ProjectFacts {
  /** `Ed-Fi` */
  readonly name: string
  /** Its part of URLs: `ed-fi`. */
  readonly endpoint: string
  /** `5.2.0` */
  readonly version: string
  /** `The Ed-Fi Data Standard v5.2` */
  readonly description: string
  readonly resources: ReadonlyArray<NamedFacts<ResourceFacts>>
  /** What an extension adds to resources of the core project. */
  readonly extensions: ReadonlyArray<NamedFacts<ResourceFacts>>
  /** Endpoint and name of each descriptor: `["termDescriptors", "Term"]`. */
  readonly descriptors: ReadonlyArray<readonly [endpoint: string, name: string]>
  /** What all descriptors have in common. */
  readonly descriptor: ResourceFacts | undefined
  /** Names of resources that are only referred to. */
  readonly abstract: ReadonlyArray<string>
}
