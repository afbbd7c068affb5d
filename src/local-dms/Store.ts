/**
 * The store of documents, in memory or in a database. All operations are called inside `transaction` or `readOnly`; a
 * refused operation is a typed error, which writes.ts maps to the response of the server.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JsonObject } from "../domain/Json.ts"
import type { ValidDocument, Reference } from "./requests/validate.ts"
import type { Path, ResourceModel } from "./model/ResourceModel.ts"

/** A stored document. */
export interface Stored {
  /** The uuid in its Location. */
  readonly id: string
  readonly model: ResourceModel
  readonly body: JsonObject
  /** The text of its identity, see `keyOf`. */
  readonly key: string
  readonly modifiedMillis: number
  /** Its place in the order of creation in the store, 1 or more; it never changes. */
  readonly position: number
  /** The change version of its last write, 1 or more; each write of any document gives a higher one. */
  readonly changeVersion: number
}

/** References without a target, those to descriptors included. Nothing was written. */
export interface UnresolvedReferences {
  readonly _tag: "UnresolvedReferences"
  readonly references: ReadonlyArray<Reference>
}

/** Another document in the id space has this identity. */
export interface IdentityTaken {
  readonly _tag: "IdentityTaken"
}

/** Documents of this resource still refer to the document to be removed. */
export interface DependentsExist {
  readonly _tag: "DependentsExist"
  /** Unknown if the reference was added concurrently. */
  readonly by: ResourceModel | undefined
}

/** A deadlock or serialization failure. */
export interface WriteConflict {
  readonly _tag: "WriteConflict"
}

/** Any other failure: a lost connection, a full disk. */
export interface StoreFailed {
  readonly _tag: "StoreFailed"
  readonly cause: unknown
}

export type StoreError = UnresolvedReferences | IdentityTaken | DependentsExist | WriteConflict | StoreFailed

/** The result of an insert. */
export interface InsertResult {
  /** The new document, or the existing one with the same identity. */
  readonly stored: Stored
  readonly inserted: boolean
}

/** A document to be inserted. */
export interface NewDocument {
  readonly model: ResourceModel
  readonly id: string
  readonly document: ValidDocument
}

/** A key in its id space. */
export interface SpaceKey {
  readonly space: string
  readonly key: string
}

/** The document that a key leads to. */
export interface Located {
  readonly id: string
  /** Its own resource, also if the id space is that of an abstract one. */
  readonly model: ResourceModel
  /** The value of a descriptor, in the case in which it was defined; `undefined` for other documents. */
  readonly uri: string | undefined
}

/** A condition on the value at a path, as text, that needs no other document. */
export type PlainCondition =
  | { readonly _tag: "oneOf"; readonly path: Path; readonly values: ReadonlySet<string> }
  | { readonly _tag: "startsWith"; readonly path: Path; readonly prefixes: ReadonlyArray<string> }

/** A document without the value at `path` does not meet the condition. */
export type Condition =
  | PlainCondition
  /** The value is the key of a document that one of `links` refers to. */
  | { readonly _tag: "linked"; readonly path: Path; readonly links: ReadonlyArray<Link> }

/**
 * Documents that refer to others: a `studentSchoolAssociations` document (`model`) at a school of the client (`where`)
 * refers to the document in `students` (`space`) whose key is the value at `studentReference.studentUniqueId` (`path`).
 */
export interface Link {
  readonly model: ResourceModel
  readonly path: Path
  readonly space: string
  readonly where: Condition
}

/** Whole numbers from `min` to `max`, both included. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** Every change version and every position. */
export const unbounded: Range = { min: 0, max: Number.MAX_SAFE_INTEGER }

/** Which documents of a resource are meant; all conditions must hold. */
export interface Selection {
  /** The value at one of the paths, as text, equals `value`. The path `["id"]` is the uuid. */
  readonly terms: ReadonlyArray<{ readonly paths: ReadonlyArray<Path>; readonly value: string }>
  /** What documents must be beyond that. */
  readonly where?: ReadonlyArray<Condition>
  /** The change version is in this range. */
  readonly changed: Range | undefined
}

/** The number of a document by which a list is sorted, ascending. */
export type Order = "position" | "changeVersion"

export interface Query extends Selection {
  readonly order: Order
  /** Only documents whose number in the order is in this range: a page of a cursor. */
  readonly within: Range
  /** Number of documents to skip. */
  readonly offset: number
  /** Maximum number of documents to return. */
  readonly limit: number
  /** Whether the matching documents are counted. */
  readonly totalCount: boolean
}

/** All documents of a resource, without their number. */
export const oldestFirst: Query = {
  terms: [],
  changed: undefined,
  order: "position",
  within: unbounded,
  offset: 0,
  limit: Number.MAX_SAFE_INTEGER,
  totalCount: false
}

export interface Page<Item = Stored> {
  readonly items: ReadonlyArray<Item>
  /** Number of matching items, ignoring offset and limit; `undefined` unless it was asked for. */
  readonly total: number | undefined
}

/** How a selection is divided into ranges of its order. */
export interface Partitioning extends Selection {
  readonly order: Order
  /** Maximum number of ranges, 1 or more. */
  readonly number: number
  /** Minimum number of documents in each range but the last, 1 or more. */
  readonly minSize: number
}

/** Which records of deletes or key changes are meant. */
export interface ChangeQuery extends Pick<Query, "limit" | "offset" | "totalCount"> {
  /** Their change versions. */
  readonly changed: Range
}

/** A document that was deleted, and whose key no other document has taken since. */
export interface Deletion {
  readonly id: string
  readonly changeVersion: number
  /** `{"studentUniqueId": "604822"}`, see keyValues.ts */
  readonly keyValues: JsonObject
}

/** A document whose key changed, by a write of its own or because that of a document in its key did. */
export interface KeyChange {
  readonly id: string
  /** The version of its last key change in the range that was asked for. */
  readonly changeVersion: number
  /** Before the first change in that range. */
  readonly oldKeyValues: JsonObject
  /** After the last one. */
  readonly newKeyValues: JsonObject
}

export class Store extends Context.Tag("edfi-perf/local-dms/Store")<
  Store,
  {
    /** Commits the writes of `body` if it succeeds; rolls them back if it fails or is interrupted. */
    readonly transaction: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreFailed, R>
    /** Runs a `body` that does not write; it sees committed documents only. */
    readonly readOnly: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreFailed, R>
    /**
     * Makes the writes of all others wait for `millis`, but no reads. Ends as soon as they are locked, which takes until the
     * transactions in progress have ended.
     * @returns `false`, and locks nothing, if they are locked already or cannot be locked
     */
    readonly lockWrites: (millis: number) => Effect.Effect<boolean>
    /** In a transaction this also locks the document until its end. */
    readonly findByKey: (model: ResourceModel, key: string) => Effect.Effect<Stored | undefined, StoreError>
    /** By uuid; does not lock in `readOnly`. */
    readonly findById: (model: ResourceModel, id: string) => Effect.Effect<Stored | undefined, StoreError>
    /**
     * Inserts a document, or returns the existing one with the same identity, unchanged.
     * @param id uuid of the new document; a persistent store chooses another if it is taken
     */
    readonly insert: (
      model: ResourceModel,
      id: string,
      document: ValidDocument,
      nowMillis: number
    ) => Effect.Effect<InsertResult, StoreError>
    /** Inserts many documents, in order; those with an identity that exists are left as they are. */
    readonly insertAll: (
      documents: ReadonlyArray<NewDocument>,
      nowMillis: number
    ) => Effect.Effect<void, StoreError>
    /** Replaces the body; a change of the key cascades to the documents that refer to this one. */
    readonly update: (
      stored: Stored,
      document: ValidDocument,
      nowMillis: number
    ) => Effect.Effect<Stored, StoreError>
    readonly remove: (stored: Stored) => Effect.Effect<void, StoreError>
    readonly query: (model: ResourceModel, query: Query) => Effect.Effect<Page, StoreError>
    /** The number in the order at which each range begins, ascending; none if no document is selected. */
    readonly partition: (
      model: ResourceModel,
      partitioning: Partitioning
    ) => Effect.Effect<ReadonlyArray<number>, StoreError>
    /** Records deletes and key changes from now on; before that they leave nothing behind. */
    readonly recordChanges: Effect.Effect<void>
    /** Recorded deletes, by change version. */
    readonly deletes: (model: ResourceModel, query: ChangeQuery) => Effect.Effect<Page<Deletion>, StoreError>
    /** Recorded key changes, those of one document as one item, by change version. */
    readonly keyChanges: (
      model: ResourceModel,
      query: ChangeQuery
    ) => Effect.Effect<Page<KeyChange>, StoreError>
    /** The highest change version so far; 0 before the first write. */
    readonly newestChangeVersion: Effect.Effect<number, StoreError>
    /** What keys lead to, in their order; `undefined` where there is no document. Locks nothing. */
    readonly locate: (
      keys: ReadonlyArray<SpaceKey>
    ) => Effect.Effect<ReadonlyArray<Located | undefined>, StoreError>
    /** Number of documents by endpoint; descriptors, and resources without documents, are left out. */
    readonly rows: Effect.Effect<{ readonly [endpoint: string]: number }, StoreError>
  }
>() {}
