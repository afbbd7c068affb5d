/**
 * Where documents live: the one thing a local DMS in memory and one on a database do differently. Everything is
 * called inside `transaction` or `reading`; what a store refuses is a typed error, turned into the server's answer by writes.ts.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JsonObject } from "../domain/Json.ts"
import type { ValidDocument, Reference } from "./validate.ts"
import type { ResourceModel } from "./ResourceModel.ts"

/** A document as it is kept. */
export interface Stored {
  /** The uuid of its Location. */
  readonly id: string
  readonly model: ResourceModel
  readonly body: JsonObject
  /** The text of its identity, see `keyOf`. */
  readonly key: string
  readonly modifiedMillis: number
}

/** References that point at nothing. Nothing was written. */
export interface UnresolvedReferences {
  readonly _tag: "UnresolvedReferences"
  readonly references: ReadonlyArray<Reference>
}

/** Another document of the same id space has this identity. */
export interface IdentityTaken {
  readonly _tag: "IdentityTaken"
}

/** Documents of this resource still refer to the one to be removed. */
export interface DependentsExist {
  readonly _tag: "DependentsExist"
  /** Unknown where the reference was made in the same moment. */
  readonly by: ResourceModel | undefined
}

/** The store gave up on a deadlock or serialization failure. */
export interface WriteConflict {
  readonly _tag: "WriteConflict"
}

/** Anything else: a lost connection, a full disk. */
export interface StoreFailed {
  readonly _tag: "StoreFailed"
  readonly cause: unknown
}

export type StoreError = UnresolvedReferences | IdentityTaken | DependentsExist | WriteConflict | StoreFailed

/** What became of a document that was to be inserted. */
export interface InsertResult {
  /** The new document, or the one that has its identity already. */
  readonly stored: Stored
  readonly inserted: boolean
}

export interface Query {
  /** Every term must hold: the value at one of the paths, as text, is `value`. */
  readonly terms: ReadonlyArray<{
    readonly paths: ReadonlyArray<ReadonlyArray<string>>
    readonly value: string
  }>
  /** Documents to pass over, oldest first. */
  readonly offset: number
  /** Documents to return at most. */
  readonly limit: number
}

export interface Page {
  readonly documents: ReadonlyArray<Stored>
  /** How many there are without offset and limit. */
  readonly total: number
}

export class Store extends Context.Tag("edfi-perf/local-dms/Store")<
  Store,
  {
    /** Runs `body` so that all it writes is kept if it succeeds, and nothing if it fails or is interrupted. */
    readonly transaction: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreFailed, R>
    /** Runs `body`, which only looks, so that it sees what is committed. */
    readonly readOnly: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreFailed, R>
    /** Inside a transaction also keeps others from changing the document until it ends. */
    readonly findByKey: (model: ResourceModel, key: string) => Effect.Effect<Stored | undefined, StoreError>
    /** The same by the uuid; inside `reading` it holds nothing. */
    readonly findById: (model: ResourceModel, id: string) => Effect.Effect<Stored | undefined, StoreError>
    /**
     * Takes a document in, unless one of its resource has its identity: that is answered then, unchanged.
     * @param id the uuid of the new document; a store that outlives this process may have to choose another
     */
    readonly insert: (
      model: ResourceModel,
      id: string,
      document: ValidDocument,
      nowMillis: number
    ) => Effect.Effect<InsertResult, StoreError>
    /** Replaces the body; if the key changes, documents that refer to this one follow. */
    readonly update: (
      stored: Stored,
      document: ValidDocument,
      nowMillis: number
    ) => Effect.Effect<Stored, StoreError>
    readonly remove: (stored: Stored) => Effect.Effect<void, StoreError>
    readonly query: (model: ResourceModel, query: Query) => Effect.Effect<Page, StoreError>
    /** Documents held, by endpoint; resources without any are left out. */
    readonly rows: Effect.Effect<{ readonly [endpoint: string]: number }, StoreError>
  }
>() {}
