/**
 * The reader of the database and the local DMS on each version of PostgreSQL: that of the system, and those whose folders of
 * `initdb` are in PERF_TEST_POSTGRES, separated by colons. `npm run test:postgres` installs 12 to 18.
 */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import { DatabaseReader } from "../../src/database/DatabaseReader.ts"
import { inspectedBetween } from "../../src/database/Inspection.ts"
import { evictionsUnknown } from "../../src/database/inspectionQueries.ts"
import { postgresReader } from "../../src/database/postgresReader.ts"
import { difference, tablesBetween } from "../../src/database/Reading.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import * as PostgresStore from "../../src/local-dms/PostgresStore.ts"
import { byActivity } from "../../src/result/databaseSums.ts"
import { session, student } from "../local-dms/harness.ts"

const given = (process.env["PERF_TEST_POSTGRES"] ?? "").split(":").filter((folder) => folder !== "")
const servers = [undefined, ...given].map((bin) => ({ bin, name: bin ?? "the system" }))

const postgres = (bin: string | undefined) =>
  Effect.acquireRelease(
    Effect.promise(() => startThrowAwayPostgres("-c shared_preload_libraries=pg_stat_statements", bin)),
    ({ stop }) => Effect.promise(stop)
  )

const clientOf = (url: string) =>
  PgClient.make({ url: Redacted.make(url), maxConnections: 1 }).pipe(Effect.provide(Reactivity.layer))

const versionOf = (sql: PgClient.PgClient) =>
  Effect.map(
    sql<{ readonly version: number }>`SELECT current_setting('server_version_num')::int / 10000 AS version`,
    ([row]) => row?.version ?? 0
  )

/** Reports the counters of a session now; before PostgreSQL 15 it does so itself, half a second after its last statement. */
const reported = (sql: PgClient.PgClient, version: number) =>
  version >= 15
    ? Effect.asVoid(sql`SELECT pg_stat_force_next_flush()`)
    : Effect.asVoid(sql`SELECT pg_sleep(0.6)`)

/** What a version does not provide. */
const expectedNotes = (version: number): ReadonlyArray<RegExp> => [
  ...(version < 14 ? [/^pg_stat_wal: introduced in PostgreSQL 14$/] : []),
  ...(version < 15 ? [/^the last half second of each session/] : []),
  ...(version < 14 ? [/^the beginning of lock waits/] : [])
]

describe.each(servers)("PostgreSQL of $name", ({ bin }) => {
  it.scopedLive("has every figure of a load that its version provides", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres(bin)
      const sql = yield* clientOf(url)
      const version = yield* versionOf(sql)
      yield* sql`CREATE EXTENSION pg_stat_statements`
      yield* sql`CREATE TABLE person (id int PRIMARY KEY, name text)`
      yield* Effect.gen(function* () {
        const { inspect, read, server } = yield* DatabaseReader
        assert.strictEqual(Number.parseInt(server.version), version)
        assert.lengthOf(server.missing, expectedNotes(version).length)
        for (const [index, note] of expectedNotes(version).entries())
          assert.match(server.missing[index] ?? "", note)
        assert.isDefined(server.settings["shared_buffers"])

        const inspected = yield* inspect
        yield* reported(sql, version)
        const before = yield* read
        yield* sql`INSERT INTO person SELECT n, 'name' FROM generate_series(1, 1000) n`
        yield* sql`UPDATE person SET name = 'other' WHERE id <= 100`
        yield* sql`DELETE FROM person WHERE id > 900`
        yield* sql`CHECKPOINT`
        yield* reported(sql, version)
        // The checkpointer counts a checkpoint after its end.
        const after = yield* read.pipe(
          Effect.repeat({
            until: (reading) => (difference(before, reading).counts.checkpointsRequested ?? 1) > 0
          })
        )
        assert.deepStrictEqual([before.missing, after.missing], [[], []])

        const { counts, reset } = difference(before, after)
        assert.deepStrictEqual(reset, [])
        assert.deepInclude(counts, { rowsInserted: 1000, rowsUpdated: 100, rowsDeleted: 100, rollbacks: 0 })
        assert.isAtLeast(counts.commits ?? 0, 3)
        assert.isAtLeast(counts.checkpointsRequested ?? 0, 1)
        assert.isAbove(counts.checkpointBlocks ?? 0, 0)
        assert.isNotNull(counts.backendBlocks)
        if (version >= 14) {
          for (const figure of ["walBytes", "walRecords", "walWrites", "walSyncs"] as const)
            assert.isAbove(counts[figure] ?? 0, 0, figure)
          assert.isNotNull(counts.walBuffersFull)
        } else assert.isNull(counts.walBytes)
        const { tables } = tablesBetween(before.tables ?? new Map(), after.tables ?? new Map())
        assert.deepInclude(byActivity(tables)[0], {
          name: "public.person",
          rowsInserted: 1000,
          deadRows: 200
        })

        const { notes, sizes, statements } = inspectedBetween(inspected, yield* inspect)
        assert.deepStrictEqual([...new Set(notes)], version < 14 ? [evictionsUnknown] : [])
        const insert = statements?.top.find(({ text }) => text.startsWith("INSERT INTO person"))
        assert.deepInclude(insert, { calls: 1, rows: 1000 })
        assert.isAbove(insert?.totalMillis ?? 0, 0)
        if (version >= 13) assert.isAbove(insert?.walBytes ?? 0, 10_000)
        else assert.isNull(insert?.walBytes)
        assert.notMatch(JSON.stringify(statements), /edfi-perf|'other'/)
        assert.isAbove(sizes?.allTables.after ?? 0, 0)
      }).pipe(Effect.provide(postgresReader(Redacted.make(url))))
    })
  )

  it.scopedLive("shows sessions that wait for a lock, and for whom", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres(bin)
      const [holder, waiter] = [yield* clientOf(url), yield* clientOf(url)]
      yield* holder`CREATE TABLE person (name text)`
      yield* Effect.gen(function* () {
        const { read } = yield* DatabaseReader
        yield* holder.unsafe("BEGIN")
        yield* holder.unsafe("LOCK TABLE person IN EXCLUSIVE MODE")
        const waiting = yield* Effect.fork(waiter.unsafe("DELETE FROM person WHERE name = 'Ada'"))
        const reading = yield* read.pipe(Effect.repeat({ until: ({ blocked }) => blocked > 0 }))
        yield* holder.unsafe("COMMIT")
        yield* Fiber.join(waiting)
        assert.lengthOf(reading.pairs, 1)
        assert.deepInclude(reading.pairs[0], {
          blocked: "DELETE FROM person WHERE name = ?",
          blocking: "LOCK TABLE person IN EXCLUSIVE MODE",
          blockingState: "idle in transaction",
          lock: "relation RowExclusiveLock"
        })
      }).pipe(Effect.provide(postgresReader(Redacted.make(url))))
    })
  )

  it.scopedLive("is a store for the local DMS", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres(bin)
      const create = { op: "create", resource: "students", document: student("A") }
      const store = Layer.orDie(PostgresStore.layer({ url: Redacted.make(url) }))
      yield* Effect.gen(function* () {
        const { batch, get } = yield* session
        assert.strictEqual((yield* batch([create])).status, 200)
        assert.match((yield* get("students?studentUniqueId=A")).text, /"studentUniqueId":"A"/)
      }).pipe(Effect.provide(Layer.provide(LocalDms.layerHttpClientOver(), store)))
    })
  )
})
