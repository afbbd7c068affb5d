/** The statistics of PostgreSQL for a load, as reported by the built command. */
import { assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import { DatabaseReader } from "../../src/database/DatabaseReader.ts"
import { inspectedBetween } from "../../src/database/Inspection.ts"
import { notInstalled } from "../../src/database/inspectionQueries.ts"
import { postgresReader } from "../../src/database/postgresReader.ts"
import { difference, tablesBetween } from "../../src/database/Reading.ts"
import { byActivity } from "../../src/result/databaseSums.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { startRun } from "../cli/startedRun.ts"

/** A separate server, whose log contains only the load. */
const postgres = (settings = "") =>
  Effect.acquireRelease(
    Effect.promise(() => startThrowAwayPostgres(settings)),
    ({ stop }) => Effect.promise(stop)
  )

/** The same database for another login. */
const urlFor = (url: string, login: string) => url.replace("postgres@", `${login}@`)

/** Runs students against the local DMS on a database, and reads another one or the same. */
const runOn = (store: string, databaseUrl: string, words: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const output = yield* folder
    const run = yield* startRun(
      output,
      ["run", "--local", "-c", "4", "--testList", "StudentBatchVolumeTest", "-o", output, ...words],
      { PERF_LOCAL_DMS_STORE: store, PERF_DATABASE_URL: databaseUrl }
    )
    const summary = Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
    return { run, summary, output }
  })

describe("the reader of a database", () => {
  it.scopedLive("has one connection, counts itself out, and makes another one when that is broken off", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres()
      const sql = yield* PgClient.make({ url: Redacted.make(url), maxConnections: 1 }).pipe(
        Effect.provide(Reactivity.layer)
      )
      const sessions = sql<{ readonly pid: number }>`
        SELECT pid FROM pg_stat_activity WHERE application_name = 'edfi-perf' ORDER BY backend_start DESC`
      yield* Effect.gen(function* () {
        const { read } = yield* DatabaseReader
        const first = yield* read
        yield* Effect.replicateEffect(read, 5)
        const [one, another] = yield* sessions
        assert.isUndefined(another)
        yield* sql`SELECT pg_terminate_backend(${one?.pid ?? 0})`
        const last = yield* read
        const { counts, reset } = difference(first, last)
        assert.deepStrictEqual([last.missing, reset], [[], []])
        // Two statements of this test, and the server's own activity, but none of the reader's 50.
        assert.isBelow(counts.commits ?? 50, 10)
        // The one that was broken off may still be ending.
        const [renewed] = yield* sessions
        assert.notStrictEqual(renewed?.pid, one?.pid)
      }).pipe(Effect.provide(postgresReader(Redacted.make(url))))
    })
  )
})

describe("the tables of a database", () => {
  it.scopedLive("have the rows of their partitions, and temporary tables those of all sessions", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres()
      const session = PgClient.make({ url: Redacted.make(url), maxConnections: 1 }).pipe(
        Effect.provide(Reactivity.layer)
      )
      const [one, another] = [yield* session, yield* session]
      yield* one`CREATE SCHEMA dms`
      yield* one`CREATE TABLE dms.document (n int) PARTITION BY RANGE (n)`
      yield* one`CREATE TABLE dms.low PARTITION OF dms.document FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (n)`
      yield* one`CREATE TABLE dms.low_0 PARTITION OF dms.low FOR VALUES FROM (0) TO (4)`
      yield* one`CREATE TABLE dms.low_1 PARTITION OF dms.low FOR VALUES FROM (4) TO (9)`
      for (const sql of [one, another]) yield* sql`CREATE TEMPORARY TABLE stage (n int)`
      yield* Effect.gen(function* () {
        const { read } = yield* DatabaseReader
        const before = yield* read
        yield* one`INSERT INTO dms.document SELECT generate_series(0, 8)`
        yield* one`DELETE FROM dms.document WHERE n IN (1, 5)`
        for (const sql of [one, another]) {
          yield* sql`INSERT INTO stage SELECT generate_series(1, 50)`
          yield* sql`SELECT pg_stat_force_next_flush()`
        }
        const after = yield* read
        const { reset, tables } = tablesBetween(before.tables ?? new Map(), after.tables ?? new Map())
        assert.strictEqual(reset, 0)
        assert.deepStrictEqual(byActivity(tables), [
          {
            name: "dms.document",
            rowsInserted: 9,
            rowsUpdated: 0,
            rowsDeleted: 2,
            deadRows: 2,
            deadRowsBefore: 0
          },
          {
            name: "pg_temp.stage",
            rowsInserted: 100,
            rowsUpdated: 0,
            rowsDeleted: 0,
            deadRows: 0,
            deadRowsBefore: 0
          }
        ])
      }).pipe(Effect.provide(postgresReader(Redacted.make(url))))
    })
  )
})

/** The counts of `pg_stat_statements` as another program reads them: one statement at a time. */
const secondReader = (sql: PgClient.PgClient, like: string) =>
  Effect.map(
    sql<{ readonly calls: number; readonly millis: number; readonly rows: number; readonly wal: number }>`
      SELECT calls::int, total_exec_time AS millis, rows::int, wal_bytes::int AS wal
      FROM pg_stat_statements WHERE query LIKE ${like}`,
    (rows) => rows[0] ?? { calls: 0, millis: 0, rows: 0, wal: 0 }
  )

const preloaded = "-c shared_preload_libraries=pg_stat_statements"

const clientOf = (url: string) =>
  PgClient.make({ url: Redacted.make(url), maxConnections: 1 }).pipe(Effect.provide(Reactivity.layer))

describe("the statements of a database", () => {
  it.scopedLive("have the calls, times, rows and log bytes that a second reader sees, and no literal", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres(preloaded)
      const [sql, other] = [yield* clientOf(url), yield* clientOf(url)]
      yield* sql`CREATE EXTENSION pg_stat_statements`
      yield* sql`CREATE TABLE person (name text)`
      const insert = Effect.forEach(["Ada", "Grace", "Edsger"], (name) =>
        sql.unsafe(`INSERT INTO person VALUES ('${name}')`)
      )
      yield* insert
      yield* Effect.gen(function* () {
        const { inspect, read } = yield* DatabaseReader
        const before = yield* inspect
        const seenBefore = yield* secondReader(other, "INSERT INTO person%")
        yield* insert
        yield* sql.unsafe("ALTER ROLE postgres PASSWORD 'never shown'")
        yield* read
        const after = yield* inspect
        const seenAfter = yield* secondReader(other, "INSERT INTO person%")
        const { notes, sizes, statements } = inspectedBetween(before, after)
        assert.deepStrictEqual(notes, [])
        const found = statements?.top.find(({ text }) => text.startsWith("INSERT INTO person"))
        if (found === undefined) return assert.fail("no statement")
        assert.deepStrictEqual(
          [found.calls, found.rows, found.walBytes],
          [seenAfter.calls - seenBefore.calls, 3, seenAfter.wal - seenBefore.wal]
        )
        assert.strictEqual(found.calls, 3)
        assert.closeTo(found.totalMillis, seenAfter.millis - seenBefore.millis, 1e-6)
        const texts = JSON.stringify(statements)
        assert.notMatch(texts, /Ada|never shown|edfi-perf/)
        assert.match(texts, /ALTER ROLE postgres PASSWORD \?/)
        assert.include(
          (sizes?.tables ?? []).map(({ name }) => name),
          "public.person"
        )
      }).pipe(Effect.provide(postgresReader(Redacted.make(url))))
    })
  )

  it.scopedLive("are reset only when that is asked for, and a login without the right is told", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres(preloaded)
      const sql = yield* clientOf(url)
      yield* sql`CREATE EXTENSION pg_stat_statements`
      yield* sql`CREATE ROLE reader LOGIN`
      yield* sql`CREATE TABLE person (name text)`
      const created = () => secondReader(sql, "CREATE TABLE person%")
      const inspect = (login: string, resetsStatistics: boolean) =>
        Effect.flatMap(DatabaseReader, (reader) => reader.inspect).pipe(
          Effect.provide(postgresReader(Redacted.make(urlFor(url, login)), { resetsStatistics }))
        )
      yield* inspect("postgres", false)
      assert.strictEqual((yield* created()).calls, 1)
      const { missing, statements } = yield* inspect("reader", true)
      assert.strictEqual((yield* created()).calls, 1)
      assert.match(missing.join("\n"), /^pg_stat_statements was not reset: permission denied for function/)
      assert.match(
        missing.join("\n"),
        /texts of other logins are not visible to this login \(GRANT pg_read_all_stats/
      )
      assert.include(
        [...(statements?.statements.values() ?? [])].map(({ text }) => text),
        "(all statements of other logins, whose texts this login may not read)"
      )
      yield* inspect("postgres", true)
      assert.strictEqual((yield* created()).calls, 0)
    })
  )

  it.scopedLive("are missing where the library is not loaded, with what to do, and the rest is read", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres()
      const sql = yield* clientOf(url)
      yield* sql`CREATE EXTENSION pg_stat_statements`
      const { missing, sizes } = yield* Effect.flatMap(DatabaseReader, (reader) => reader.inspect).pipe(
        Effect.provide(postgresReader(Redacted.make(url)))
      )
      assert.strictEqual(missing.length, 1)
      assert.match(
        missing[0] ?? "",
        /shared_preload_libraries = 'pg_stat_statements' and a restart of the server/
      )
      assert.isAbove(sizes?.database ?? 0, 1_000_000)
    })
  )
})

describe("sessions that wait for a lock", () => {
  it.scopedLive("are seen with the statement that they wait for, and how long they have waited", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres()
      const [holder, waiter] = [yield* clientOf(url), yield* clientOf(url)]
      yield* holder`CREATE TABLE person (name text)`
      yield* holder`INSERT INTO person VALUES ('Ada')`
      yield* Effect.gen(function* () {
        const { read } = yield* DatabaseReader
        const before = yield* read
        assert.deepStrictEqual([before.blocked, before.pairs], [0, []])
        yield* holder.unsafe("BEGIN")
        yield* holder.unsafe("UPDATE person SET name = 'Grace'")
        const waiting = yield* Effect.fork(waiter.unsafe("DELETE FROM person WHERE name = 'Ada'"))
        // Until the server has the other statement in its queue.
        const reading = yield* read.pipe(Effect.repeat({ until: ({ blocked }) => blocked > 0 }))
        yield* holder.unsafe("COMMIT")
        yield* Fiber.join(waiting)
        const [pair, another] = reading.pairs
        assert.isUndefined(another)
        assert.deepInclude(pair, {
          blocked: "DELETE FROM person WHERE name = ?",
          blocking: "UPDATE person SET name = ?",
          blockingState: "idle in transaction",
          lock: "transactionid ShareLock"
        })
        assert.isAtLeast(pair?.longestSeconds ?? -1, 0)
        assert.isAbove(reading.longestTransaction?.seconds ?? 0, 0)
      }).pipe(Effect.provide(postgresReader(Redacted.make(url))))
    })
  )
})

// Beside each other, because they mostly wait for the sessions of their databases.
describe("a run that reads the database of its DMS", { concurrent: true }, () => {
  it.scopedLive(
    "shows one commit for a batch of ten triples, its log, the tables and the waits of sessions",
    () =>
      Effect.gen(function* () {
        const { url } = yield* postgres()
        const { run, summary } = yield* runOn(url, url, ["-m", "0.2"])
        const { exitCode, out } = yield* run.ended
        assert.strictEqual(exitCode, 0, out)
        const { config, database, operations, requests } = yield* summary
        if (database === null) return assert.fail("no database")
        assert.deepStrictEqual(database.missing, [notInstalled])
        assert.isAbove(database.sizes?.allTables.after ?? 0, 0)
        assert.strictEqual(database.settings["fsync"], "on")
        assert.strictEqual(database.operations, operations.succeeded)
        assert.isAbove(requests.total, 0)
        // A connection begins with a commit, and the creation of the store may be reported late.
        assert.isAtLeast(database.total.commits ?? 0, requests.total)
        assert.isAtMost(database.total.commits ?? 0, requests.total + 60)
        const { commits, walBytes, walSyncs } = database.perOperation
        assert.closeTo(commits ?? 0, (database.total.commits ?? 0) / operations.succeeded, 0.001)
        // Commits of several users may share a sync, and the writer of the log has five of its own a second.
        assert.isAbove(walSyncs ?? 0, 0)
        const ownSyncs = 10 * (database.seconds + 1)
        assert.isAtMost(database.total.walSyncs ?? Infinity, (database.total.commits ?? 0) + ownSyncs)
        assert.isAbove(walBytes ?? 0, 100)
        const [busiest] = database.tables
        assert.match(busiest?.name ?? "", /^edfi_perf\./)
        const document = database.tables.find(({ name }) => name === "edfi_perf.document")
        // The documents that a new store begins with, about 480, were written just before, and may be reported late.
        const inserted = document?.rowsInserted ?? 0
        assert.isAtLeast(inserted, operations.byOp.create)
        assert.isAtMost(inserted, operations.byOp.create + 600)
        assert.isAbove(database.waits.length, 0)
        assert.isAtLeast(database.timeline.length, 3)
        assert.match(String(config["database"]), /\/edfi-perf-pg-\w+:5432\/postgres$/)
        const [, printed] = /^commits +[\d,]+ +([\d.]+)$/m.exec(out) ?? []
        assert.closeTo(Number(printed), commits ?? 0, 0.001)
      })
  )

  it.scopedLive("reports what is hidden from a login without pg_monitor, and still counts commits", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres()
      const sql = yield* PgClient.make({ url: Redacted.make(url) }).pipe(Effect.provide(Reactivity.layer))
      yield* sql`CREATE ROLE reader LOGIN`
      yield* sql`REVOKE SELECT ON pg_stat_wal FROM PUBLIC`
      const { run, summary } = yield* runOn(url, urlFor(url, "reader"), ["-m", "0.03"])
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 0, out)
      const { database } = yield* summary
      assert.deepStrictEqual(database?.missing, [
        "shared_preload_libraries: not visible to this login (GRANT pg_read_all_settings makes it visible)",
        "pg_stat_wal: permission denied for view pg_stat_wal",
        "waits of sessions of other logins: not visible to this login (GRANT pg_monitor makes them visible)",
        notInstalled
      ])
      assert.deepStrictEqual([database?.total.walSyncs, database?.perOperation.walBytes], [null, null])
      assert.isAtLeast(database?.perOperation.commits ?? 0, 1 / 30 - 0.001)
      assert.include(
        out,
        "Not available from the database: pg_stat_wal: permission denied for view pg_stat_wal."
      )
    })
  )

  it.scopedLive("completes when the database goes away, with one warning and the figures until then", () =>
    Effect.gen(function* () {
      const { stop, url } = yield* postgres()
      const { run, summary } = yield* runOn("memory", url, ["-m", "0.2"])
      yield* run.line(/students? |operations\/s/)
      yield* Effect.promise(stop)
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 0, out)
      assert.strictEqual(out.match(/the statistics of the database cannot be read/g)?.length, 1)
      const { database, requests } = yield* summary
      assert.isAbove(requests.total, 0)
      assert.deepStrictEqual(database?.perOperation, { commits: null, walBytes: null, walSyncs: null })
      assert.match(
        database?.missing.at(-1) ?? "",
        /^(?:the reading at \d+ s|\d+ readings from \d+ s to \d+ s) failed: connect E/
      )
    })
  )

  it.scopedLive(
    "writes all files when it is interrupted, in the load or while it waits for the sessions of the database",
    () =>
      Effect.gen(function* () {
        const { url } = yield* postgres()
        const interrupted = (words: ReadonlyArray<string>, at: RegExp) =>
          Effect.gen(function* () {
            const { output, run, summary } = yield* runOn(url, url, words)
            yield* run.line(at)
            yield* run.signal("SIGINT")
            const { exitCode, out } = yield* run.ended
            assert.strictEqual(exitCode, 130, out)
            for (const file of ["report.html", "batch_volume_stats.csv"])
              assert.isAbove((yield* read(output, file)).length, 0)
            return yield* summary
          })
        const inLoad = yield* interrupted(["-m", "1"], /students? |operations\/s/)
        assert.strictEqual(inLoad.endedBy, "interrupt")
        const afterIt = yield* interrupted(["-m", "0.02"], /waiting up to 11 s for the sessions/)
        for (const { database, operations } of [inLoad, afterIt]) {
          assert.strictEqual(database?.operations, operations.succeeded)
          assert.isAtLeast(database?.total.commits ?? -1, 0)
          assert.match(
            database?.missing.at(-1) ?? "",
            /^the last seconds of some sessions: the run was interrupted/
          )
        }
      })
  )

  it.scopedLive("does not begin with a wrong password, and shows neither the wrong nor the right one", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres()
      const sql = yield* PgClient.make({ url: Redacted.make(url) }).pipe(Effect.provide(Reactivity.layer))
      yield* sql`CREATE ROLE reader LOGIN PASSWORD 'right-one'`
      const [file] = yield* sql<{ readonly hba_file: string }>`SHOW hba_file`
      yield* sql.unsafe(`COPY (SELECT 'local all reader scram-sha-256') TO '${file?.hba_file ?? ""}'`)
      yield* sql`SELECT pg_reload_conf()`
      const wrong = urlFor(url, "reader:wrong%20one")
      const { run } = yield* runOn("memory", wrong, ["-m", "0.03"])
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 3, out)
      assert.include(out, 'password authentication failed for user "reader"')
      assert.notMatch(out, /wrong.{0,3}one|right-one/)
    })
  )
})
