/** Stores for system tests: each has its own schema in one database, which is removed after the test. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { inject } from "vitest"
import * as PostgresStore from "../../src/local-dms/PostgresStore.ts"

export const url = Redacted.make(inject("databaseUrl"))

let schemas = 0

/** A connection beside those of the store. */
export const connect = Effect.provide(PgClient.make({ url, maxConnections: 2 }), Reactivity.layer)

/** A unique schema name. */
export const freshSchema = Effect.acquireRelease(
  Effect.sync(() => `test_${process.pid}_${schemas++}`),
  (schema) =>
    connect.pipe(
      Effect.flatMap((sql) => sql`DROP SCHEMA IF EXISTS ${sql(schema)} CASCADE`),
      Effect.scoped,
      Effect.orDie
    )
)

/** An empty store on PostgreSQL. */
export const postgresStore = (poolSize = 10) =>
  Layer.unwrapScoped(
    Effect.map(freshSchema, (schema) => Layer.orDie(PostgresStore.layer({ url, schema, poolSize })))
  )
