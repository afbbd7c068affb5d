/** The store in PostgreSQL, with real commits. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MutableRef from "effect/MutableRef"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { addressOf } from "../domain/databaseUrl.ts"
import { rootMessage } from "../domain/rootMessage.ts"
import { DataModel } from "./DataModel.ts"
import * as changes from "./store/postgresChanges.ts"
import * as documents from "./store/postgresDocuments.ts"
import * as queryIndexes from "./store/postgresIndexes.ts"
import * as rewrites from "./store/postgresRewrites.ts"
import * as postgresLock from "./store/postgresLock.ts"
import * as queries from "./store/postgresQueries.ts"
import { locate } from "./store/postgresLocate.ts"
import { migrate, schemaName } from "./store/postgresSchema.ts"
import * as PostgresSession from "./store/PostgresSession.ts"
import { defaultPoolSize } from "./store/postgresUrl.ts"
import { Store } from "./Store.ts"

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database` */
  readonly url: Redacted.Redacted
  /** Maximum number of connections, 1 or more; a transaction holds one. Default `defaultPoolSize`. */
  readonly poolSize?: number | undefined
  /** The schema of the tables, created if needed: lower-case letters, digits and `_`. Default `edfi_perf`. */
  readonly schema?: string
}

/** The database cannot be reached, rejects the login, or the tables cannot be created. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  /** Host, port and database; never user or password. */
  address: Schema.String,
  cause: Schema.Defect
}) {
  override get message(): string {
    return `PostgreSQL at ${this.address} cannot be used: ${rootMessage(this.cause)}`
  }
}

const make = (url: Redacted.Redacted, schema: string) =>
  Effect.gen(function* () {
    const session = yield* PostgresSession.make(`SELECT ${schema}.write_deferred($1)`)
    const database: documents.Database = {
      schema,
      session,
      models: yield* DataModel,
      indexes: yield* queryIndexes.make(schema, session),
      recordsChanges: MutableRef.make(false)
    }
    return Store.of({
      transaction: session.transaction,
      // A single statement sees a consistent state of the database, so reads need no transaction.
      readOnly: (body) => body,
      lockWrites: yield* postgresLock.make(url, schema),
      findByKey: (model, key) => documents.findByKey(database, model, key),
      findById: (model, id) => documents.findById(database, model, id),
      insert: (model, id, document, nowMillis) => documents.insert(database, model, id, document, nowMillis),
      insertAll: (many, nowMillis) => documents.insertAll(database, many, nowMillis),
      update: (stored, document, nowMillis) => rewrites.update(database, stored, document, nowMillis),
      remove: (stored) => rewrites.remove(database, stored),
      query: (model, query) => queries.query(database, model, query),
      partition: (model, partitioning) => queries.partition(database, model, partitioning),
      recordChanges: Effect.sync(() => void MutableRef.set(database.recordsChanges, true)),
      deletes: (model, query) => changes.deletes(database, model, query),
      keyChanges: (model, query) => changes.keyChanges(database, model, query),
      newestChangeVersion: changes.newest(database),
      locate: (keys) => locate(database, keys),
      rows: documents.counts(database)
    })
  })

/** The store in a database, whose tables are created or migrated first. */
export const layer = ({
  poolSize = defaultPoolSize,
  schema = "edfi_perf",
  url
}: PostgresOptions): Layer.Layer<Store, StoreUnavailable> =>
  Layer.scoped(
    Store,
    Effect.gen(function* () {
      if (!schemaName.test(schema)) return yield* Effect.dieMessage(`not the name of a schema: ${schema}`)
      const client = yield* PgClient.make({
        url,
        maxConnections: poolSize,
        // Also the maximum wait of a transaction for a connection: 15 s, as in the driver of DMS.
        connectTimeout: "15 seconds",
        applicationName: "edfi-perf local-dms"
      })
      yield* migrate(schema).pipe(
        Effect.provideService(SqlClient.SqlClient, client),
        Effect.catchAllDefect(Effect.fail),
        // Another local DMS may be creating the same tables.
        Effect.retry({ times: 3 })
      )
      return yield* Effect.provideService(make(url, schema), PgClient.PgClient, client)
    }).pipe(
      Effect.provide(Reactivity.layer),
      Effect.mapError((cause) => new StoreUnavailable({ address: addressOf(url), cause }))
    )
  )
