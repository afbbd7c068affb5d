/**
 * Statements and transactions on a pool of connections. A transaction takes its connection with its first
 * statement, so what is refused before that costs the database nothing.
 */
import { PgClient } from "@effect/sql-pg/PgClient"
import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Scope from "effect/Scope"
import { loggedCause } from "./loggedCause.ts"
import { failureOf } from "./sqlFailure.ts"
import type { Stored, StoreError, StoreFailed } from "./Store.ts"

/** A transaction under way. */
export interface Transaction {
  readonly scope: Scope.CloseableScope
  connection: Connection | undefined
  /** A statement failed; PostgreSQL takes no other one and would answer a COMMIT by rolling back. */
  aborted: boolean
  /** Documents that it wrote or locked, which nobody else can change meanwhile, by resource and key. */
  readonly held: Map<string, Stored>
}

export const make = Effect.gen(function* () {
  const client = yield* PgClient
  const current = yield* FiberRef.make<Transaction | undefined>(undefined)

  const connect = (transaction: Transaction): Effect.Effect<Connection, SqlError> => {
    const { connection } = transaction
    if (connection !== undefined) return Effect.succeed(connection)
    return Effect.tap(Scope.extend(client.reserve, transaction.scope), (connection) => {
      transaction.connection = connection
      return connection.executeUnprepared("BEGIN ISOLATION LEVEL READ COMMITTED", [], undefined)
    })
  }

  const execute = (
    transaction: Transaction | undefined,
    statement: string,
    values: ReadonlyArray<unknown>
  ) => {
    if (transaction === undefined) {
      return Effect.scoped(Effect.flatMap(client.reserve, (one) => one.execute(statement, values, undefined)))
    }
    return Effect.tapError(
      Effect.flatMap(connect(transaction), (one) => one.execute(statement, values, undefined)),
      () => Effect.sync(() => (transaction.aborted = true))
    )
  }

  /**
   * Runs a statement, inside the transaction of this fiber if there is one. It is never interrupted: its answer is
   * awaited, so that no connection goes back to the pool in the middle of one.
   * @param whenReferenceBroken what a broken foreign key means here
   */
  const run = <Row>(
    statement: string,
    values: ReadonlyArray<unknown>,
    whenReferenceBroken?: StoreError
  ): Effect.Effect<ReadonlyArray<Row>, StoreError> =>
    Effect.flatMap(FiberRef.get(current), (transaction) => execute(transaction, statement, values)).pipe(
      Effect.uninterruptible,
      Effect.map((rows): ReadonlyArray<Row> => rows),
      Effect.catchAll((error) => fail(failureOf(error, whenReferenceBroken)))
    )

  const transaction = <A, E, R>(body: Effect.Effect<A, E, R>): Effect.Effect<A, E | StoreFailed, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Scope.make(), (scope) => {
        const transaction: Transaction = { scope, connection: undefined, aborted: false, held: new Map() }
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

  return { run, transaction, current: FiberRef.get(current) }
})

const commit = (transaction: Transaction): Effect.Effect<void, StoreFailed> => {
  const { aborted, connection } = transaction
  if (connection === undefined) return Effect.void
  if (aborted) {
    const failure: StoreFailed = { _tag: "StoreFailed", cause: "a statement of the transaction had failed" }
    return Effect.zipRight(rollback(transaction), Effect.fail(failure))
  }
  return Effect.catchAll(connection.executeUnprepared("COMMIT", [], undefined), ({ cause }) =>
    fail<StoreFailed>({ _tag: "StoreFailed", cause })
  )
}

/** A connection that cannot even roll back is lost, and the transaction with it. */
const rollback = ({ connection }: Transaction): Effect.Effect<void> =>
  connection === undefined
    ? Effect.void
    : Effect.ignore(connection.executeUnprepared("ROLLBACK", [], undefined))

/** Failures that the contract has no words for are told to whoever runs the server. */
const fail = <E extends StoreError>(error: E): Effect.Effect<never, E> =>
  error._tag === "StoreFailed"
    ? Effect.zipRight(Effect.logWarning("PostgreSQL failed", loggedCause(error.cause)), Effect.fail(error))
    : Effect.fail(error)
