/**
 * The store of documents, in memory or in a database. All operations are called inside `transaction` or `readOnly`; a
 * refused operation is a typed error, which writes.ts maps to the response of the server.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JsonObject } from "../domain/Json.ts"
import type { ValidDocument, Reference } from "./validate.ts"
import type { Path, ResourceModel } from "./ResourceModel.ts"

/** A stored document. */
export interface Stored {
  /** The uuid in its Location. */
  readonly id: string
  readonly model: ResourceModel
  readonly body: JsonObject
  /** The text of its identity, see `keyOf`. */
  readonly key: string
  readonly modifiedMillis: number
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

export interface Query {
  /** All terms must match: the value at one of the paths, as text, equals `value`. The path `["id"]` is the uuid. */
  readonly terms: ReadonlyArray<{ readonly paths: ReadonlyArray<Path>; readonly value: string }>
  /** Number of documents to skip, oldest first. */
  readonly offset: number
  /** Maximum number of documents to return. */
  readonly limit: number
}

export interface Page {
  readonly documents: ReadonlyArray<Stored>
  /** Number of matching documents, ignoring offset and limit. */
  readonly total: number
}

export class Store extends Context.Tag("edfi-perf/local-dms/Store")<
  Store,
  {
    /** Commits the writes of `body` if it succeeds; rolls them back if it fails or is interrupted. */
    readonly transaction: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreFailed, R>
    /** Runs a `body` that does not write; it sees committed documents only. */
    readonly readOnly: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreFailed, R>
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
    /** Number of documents by endpoint; descriptors, and resources without documents, are left out. */
    readonly rows: Effect.Effect<{ readonly [endpoint: string]: number }, StoreError>
  }
>() {}
