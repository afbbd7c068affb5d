/** The fault `lock` on PostgreSQL. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { makeLockWrites } from "./lockWrites.ts"

/**
 * Locks the documents in a transaction on a connection of its own, which is idle while it holds the lock. In this mode
 * writes and `SELECT FOR UPDATE` wait, and plain reads do not.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html table 13.2
 */
export const make = (url: Redacted.Redacted, schema: string) =>
  makeLockWrites((whileHeld) =>
    PgClient.make({ url, maxConnections: 1, applicationName: "edfi-perf local-dms lock" }).pipe(
      Effect.flatMap((client) =>
        client.withTransaction(
          Effect.zipRight(client.unsafe(`LOCK TABLE ${schema}.document IN EXCLUSIVE MODE`), whileHeld)
        )
      ),
      Effect.scoped,
      Effect.provide(Reactivity.layer)
    )
  )
