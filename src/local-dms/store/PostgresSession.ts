/**
 * Statements and transactions on a pool of connections. A transaction reserves its connection at its first statement, so
 * a request that is refused before that does not use the database. A write whose result is certain is deferred: it is
 * sent with the next statement, which saves a round trip.
 */
import { PgClient } from "@effect/sql-pg/PgClient"
import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Scope from "effect/Scope"
import type { JsonObject } from "../../domain/Json.ts"
import { loggedCause } from "../loggedCause.ts"
import { failureOf } from "./sqlFailure.ts"
import type { Stored, StoreError, StoreFailed } from "../Store.ts"
import type { Reference } from "../requests/validate.ts"

/** A document that a transaction wrote or locked. */
export interface LockedDocument {
  readonly stored: Stored
  /** As the transaction wrote them; `undefined` if it only read the document. */
  readonly references: ReadonlyArray<Reference> | undefined
  /** The transaction inserted it, so that no other one sees it. */
  readonly isNew: boolean
}

/** An update of a document that keeps its key and its references, or its removal. */
export interface DeferredWrite {
  readonly uuid: string
  readonly key: string
  /** `undefined` if the document is removed. */
  readonly body?: JsonObject
  readonly member_order?: string
  readonly modified_millis?: number
}

/** An open transaction. */
export interface Transaction {
  readonly scope: Scope.CloseableScope
  connection: Connection | undefined
  /** A statement failed; PostgreSQL rejects all further ones and treats a COMMIT as a ROLLBACK. */
  aborted: boolean
  /** The documents that it wrote or locked, which no other transaction can change, by resource and key. */
  readonly locked: Map<string, LockedDocument>
  /** The targets of all references that it wrote, also of those that it removed again, as keys of `locked`. */
  readonly referenced: Set<string>
  /** Writes that have not been sent yet, in order. */
  readonly deferred: Array<DeferredWrite>
}

/** Its deferred writes as JSON, which the caller sends now; `null` if there are none. */
export const takeDeferred = (transaction: Transaction | undefined): string | null =>
  transaction === undefined || transaction.deferred.length === 0
    ? null
    : JSON.stringify(transaction.deferred.splice(0))

/** @param writeDeferred the statement that does deferred writes; its placeholder is `takeDeferred` */
export const make = Effect.fnUntraced(function* (writeDeferred: string) {
  const client = yield* PgClient
  const current = yield* FiberRef.make<Transaction | undefined>(undefined)

  const connect = (transaction: Transaction): Effect.Effect<Connection, SqlError> =>
    Effect.tap(Scope.extend(client.reserve, transaction.scope), (connection) => {
      transaction.connection = connection
      return connection.executeUnprepared("BEGIN ISOLATION LEVEL READ COMMITTED", [], undefined)
    })

  const execute = (
    transaction: Transaction | undefined,
    statement: string,
    values: ReadonlyArray<unknown>
  ) => {
    const send = (one: Connection) => one.execute(statement, values, undefined)
    if (transaction === undefined) return Effect.scoped(Effect.flatMap(client.reserve, send))
    const { connection } = transaction
    if (connection === undefined) return Effect.flatMap(connect(transaction), send)
    return Effect.zipRight(sendDeferred(transaction, connection), send(connection))
  }

  /** Does nothing if there are none. */
  const sendDeferred = (transaction: Transaction, connection: Connection): Effect.Effect<void, SqlError> => {
    const deferred = takeDeferred(transaction)
    return deferred === null
      ? Effect.void
      : Effect.asVoid(connection.execute(writeDeferred, [deferred], undefined))
  }

  /**
   * Runs a statement, in the transaction of this fiber if there is one, after the deferred writes. Uninterruptible, so
   * that no connection returns to the pool before its result has arrived.
   * @param whenReferenceBroken the error for a foreign key violation
   */
  const run = <Row>(
    statement: string,
    values: ReadonlyArray<unknown>,
    whenReferenceBroken?: StoreError
  ): Effect.Effect<ReadonlyArray<Row>, StoreError> =>
    Effect.uninterruptible(
      Effect.flatMap(FiberRef.get(current), (transaction) =>
        Effect.catchAll(execute(transaction, statement, values), (error) => {
          if (transaction !== undefined) transaction.aborted = true
          return fail(failureOf(error, whenReferenceBroken))
        })
      )
    )

  const transaction = <A, E, R>(body: Effect.Effect<A, E, R>): Effect.Effect<A, E | StoreFailed, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Scope.make(), (scope) => {
        const transaction = begun(scope)
        return Effect.exit(restore(Effect.locally(body, current, transaction))).pipe(
          Effect.flatMap((exit) =>
            Exit.isSuccess(exit)
              ? Effect.zipRight(commit(transaction), exit)
              : Effect.zipRight(rollback(transaction), exit)
          ),
          Effect.ensuring(Scope.close(scope, Exit.void))
        )
      })
    )

  const commit = (transaction: Transaction): Effect.Effect<void, StoreFailed> => {
    const { aborted, connection } = transaction
    if (connection === undefined) return Effect.void
    if (aborted) {
      const failure: StoreFailed = { _tag: "StoreFailed", cause: "a statement of the transaction had failed" }
      return Effect.zipRight(rollback(transaction), Effect.fail(failure))
    }
    return sendDeferred(transaction, connection).pipe(
      Effect.tapError(() => rollback(transaction)),
      Effect.zipRight(connection.executeUnprepared("COMMIT", [], undefined)),
      Effect.catchAll(({ cause }) => fail<StoreFailed>({ _tag: "StoreFailed", cause }))
    )
  }

  return { run, transaction, current: FiberRef.get(current) }
})

export type Session = Effect.Effect.Success<ReturnType<typeof make>>

const begun = (scope: Scope.CloseableScope): Transaction => ({
  scope,
  connection: undefined,
  aborted: false,
  locked: new Map(),
  referenced: new Set(),
  deferred: []
})

/** If the rollback fails the connection is lost, and the transaction with it. */
const rollback = ({ connection }: Transaction): Effect.Effect<void> =>
  connection === undefined
    ? Effect.void
    : Effect.ignore(connection.executeUnprepared("ROLLBACK", [], undefined))

/** Logs failures, because their response has no details. */
const fail = <E extends StoreError>(error: E): Effect.Effect<never, E> =>
  error._tag === "StoreFailed"
    ? Effect.zipRight(Effect.logWarning("PostgreSQL failed", loggedCause(error.cause)), Effect.fail(error))
    : Effect.fail(error)
