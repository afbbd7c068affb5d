/** Errors of PostgreSQL from concurrent writes, or from a lost database, become responses of the contract. */
import { assert, describe, it } from "@effect/vitest"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { JsonObject } from "../../src/domain/Json.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import type { LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import * as PostgresStore from "../../src/local-dms/PostgresStore.ts"
import { Store } from "../../src/local-dms/Store.ts"
import {
  at,
  campus,
  failureOf,
  jsonOf,
  objectOf,
  op,
  problemOf,
  session,
  student
} from "../local-dms/harness.ts"
import { connect, freshSchema, postgresStore, url } from "./database.ts"

const key = (studentUniqueId: string) => ({ studentUniqueId })
const rename = (id: string, firstName: string) => op.update(key(id), student(id, { firstName }))
const stats = Effect.flatMap(LocalDms, ({ stats }) => stats)

/** A local DMS on a store. */
const dmsOn = <E>(store: Layer.Layer<Store, E>, options?: Partial<LocalDmsOptions>) =>
  Layer.provide(LocalDms.layerHttpClientOver(options), store)

/** A local DMS on a schema, and another connection to the same database. */
const beside = Effect.gen(function* () {
  const schema = yield* freshSchema
  return { schema, dms: dmsOn(PostgresStore.layer({ url, schema })), sql: yield* connect }
})

/** The same store, whose lookups by key wait until `count` of them have found their document. */
const meeting = (count: number) => (store: Layer.Layer<Store>) =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const inner = yield* Store
      const met = yield* Deferred.make<void>()
      let arrived = 0
      const meet = Effect.suspend(() =>
        ++arrived === count ? Deferred.succeed(met, undefined) : Deferred.await(met)
      )
      return {
        ...inner,
        findByKey: (model, text) => Effect.tap(inner.findByKey(model, text), () => meet)
      } satisfies typeof Store.Service
    })
  ).pipe(Layer.provide(store))

/** Waits until a connection that has touched the schema waits for a lock. */
const untilBlocked = (sql: PgClient, schema: string) =>
  Effect.repeat(
    sql<{ readonly blocked: number }>`
      SELECT count(*)::integer AS blocked FROM pg_locks wanted
      WHERE NOT wanted.granted AND EXISTS (
        SELECT FROM pg_locks held
        JOIN pg_class ON pg_class.oid = held.relation
        JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
        WHERE held.pid = wanted.pid AND nspname = ${schema})`,
    { until: ([row]) => (row?.blocked ?? 0) > 0 }
  )

/** Runs `mine` in a transaction of another connection, starts `theirs`, and commits once `theirs` waits for it. */
const overtaken = <A, E, R>(
  sql: PgClient,
  schema: string,
  mine: Effect.Effect<unknown, unknown>,
  theirs: Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const watch = yield* connect
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* mine
        const waiting = yield* Effect.fork(theirs)
        yield* untilBlocked(watch, schema)
        return waiting
      })
    )
  }).pipe(Effect.flatMap(Fiber.join))

/** Inserts a document that refers to nothing, or to one key. */
const insert = (
  sql: PgClient,
  schema: string,
  [resource, text, body]: readonly [string, string, JsonObject],
  target?: readonly [space: string, key: string]
) =>
  sql.unsafe(`SELECT ${schema}.insert_document(gen_random_uuid(), $1, $2, $3, $4, '', 0, $5, $6)`, [
    resource,
    [resource],
    text,
    JSON.stringify(body),
    target === undefined ? [] : [target[0]],
    target === undefined ? [] : [target[1]]
  ])

describe("two writers", () => {
  it.effect("two batches that touch the same keys in opposite order: one commits, one is a 409", () =>
    Effect.gen(function* () {
      const { batch, get } = yield* session
      assert.strictEqual((yield* batch([op.create(student("A")), op.create(student("B"))])).status, 200)
      const replies = yield* Effect.all(
        [
          batch([rename("A", "First"), rename("B", "First")]),
          batch([rename("B", "Second"), rename("A", "Second")])
        ],
        { concurrency: 2 }
      )
      const [won, lost] = [...replies].sort((one, other) => one.status - other.status)
      if (won === undefined || lost === undefined) return assert.fail("two replies were expected")
      assert.deepStrictEqual([won.status, lost.status], [200, 409])
      // A write conflict has problem details only on delete.
      const failed = objectOf(lost)["failedOperation"]
      assert.deepStrictEqual(
        [at(failed, "index"), Object.keys(Object(at(failed, "problem")))],
        [1, ["detail", "status"]]
      )
      const names = jsonOf(yield* get("students"))
      assert.strictEqual(at(names, 0, "firstName"), at(names, 1, "firstName"))
      const { batches } = yield* stats
      assert.deepStrictEqual(batches, { committed: 2, rolledBack: 1, refused: 0 })
    }).pipe(Effect.provide(dmsOn(meeting(2)(postgresStore()))))
  )

  it.effect("the loser of a deadlock in a delete gets a write conflict with its type", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      yield* batch([op.create(student("A")), op.create(student("B"))])
      const replies = yield* Effect.all(
        [
          batch([op.remove(key("A")), op.remove(key("B"))]),
          batch([op.remove(key("B")), op.remove(key("A"))])
        ],
        { concurrency: 2 }
      )
      const lost = replies.find(({ status }) => status === 409)
      assert.deepStrictEqual(lost && failureOf(lost), [409, 1, "data-conflict:write-conflict"])
      assert.isUndefined((yield* stats).rows["students"])
    }).pipe(Effect.provide(dmsOn(meeting(2)(postgresStore()))))
  )

  it.scoped("an identity that another request takes at the same time is an identity conflict", () =>
    Effect.gen(function* () {
      const { dms, schema, sql } = yield* beside
      yield* Effect.gen(function* () {
        const { post } = yield* session
        const mine = insert(sql, schema, ["students", "A", student("A")])
        const reply = yield* overtaken(sql, schema, mine, post("students", student("A")))
        assert.deepStrictEqual(problemOf(reply), [409, "identity-conflict"])
        assert.strictEqual((yield* stats).rows["students"], 1)
      }).pipe(Effect.provide(dms))
    })
  )

  it.scoped("a document that another request references at the same time cannot be deleted", () =>
    Effect.gen(function* () {
      const { dms, schema, sql } = yield* beside
      yield* Effect.gen(function* () {
        const { create, data } = yield* session
        const id = yield* create("schools", campus.school)
        const target = ["schools", String(campus.schoolId)] as const
        const mine = insert(sql, schema, ["classPeriods", "P", campus.classPeriod], target)
        const reply = yield* overtaken(sql, schema, mine, data("DELETE", `schools/${id}`))
        assert.deepStrictEqual(problemOf(reply), [409, "data-conflict:dependent-item-exists"])
      }).pipe(Effect.provide(dms))
    })
  )

  it.scoped("a document that another request deletes at the same time cannot be referenced", () =>
    Effect.gen(function* () {
      const { dms, schema, sql } = yield* beside
      yield* Effect.gen(function* () {
        const { create, post } = yield* session
        const id = yield* create("schools", campus.school)
        const mine = sql.unsafe(`SELECT ${schema}.remove_document($1, '', NULL)`, [id])
        const reply = yield* overtaken(sql, schema, mine, post("classPeriods", campus.classPeriod))
        assert.deepStrictEqual(problemOf(reply), [409, "data-conflict:unresolved-reference"])
      }).pipe(Effect.provide(dms))
    })
  )

  it.scoped("a batch sees the commits of a batch that it waited for", () =>
    Effect.gen(function* () {
      const { dms, schema, sql } = yield* beside
      yield* Effect.gen(function* () {
        const { batch, create, get } = yield* session
        const id = yield* create("students", student("A"))
        const body = JSON.stringify(student("A", { firstName: "Theirs" }))
        const mine = Effect.zipRight(
          sql.unsafe(`SELECT ${schema}.find_by_id('students', $1, true)`, [id]),
          sql.unsafe(`SELECT ${schema}.update_document($1, 'A', false, $2, '', 1, '{}', '{}', NULL, NULL)`, [
            id,
            body
          ])
        )
        const waiting = batch([{ ...rename("A", "Mine"), ifMatch: "the tag of what was there before" }])
        const reply = yield* overtaken(sql, schema, mine, waiting)
        assert.deepStrictEqual(failureOf(reply), [412, 0, "optimistic-lock-failed"])
        assert.strictEqual(objectOf(yield* get(`students/${id}`))["firstName"], "Theirs")
      }).pipe(Effect.provide(dms))
    })
  )
})

describe("connections", () => {
  it.scoped(
    "one that is lost in the middle of a batch is a 500 in the envelope; the next batch has another",
    () =>
      Effect.gen(function* () {
        const { dms, schema, sql } = yield* beside
        yield* Effect.gen(function* () {
          const { batch, create } = yield* session
          yield* create("students", student("A"))
          const lock = sql.unsafe(`SELECT ${schema}.find_by_key('students', 'A')`)
          const watch = yield* connect
          const waiting = yield* sql.withTransaction(
            Effect.gen(function* () {
              yield* lock
              const waiting = yield* Effect.fork(batch([op.create(student("B")), rename("A", "Eva")]))
              yield* untilBlocked(watch, schema)
              yield* watch`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND pid IN (
              SELECT held.pid FROM pg_locks held JOIN pg_class ON pg_class.oid = held.relation
              JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace WHERE nspname = ${schema})`
              return waiting
            })
          )
          const reply = yield* Fiber.join(waiting)
          assert.strictEqual(reply.status, 500)
          assert.deepStrictEqual(Object.keys(Object(at(objectOf(reply), "failedOperation", "problem"))), [
            "error",
            "correlationId"
          ])
          assert.strictEqual((yield* batch([rename("A", "Eva")])).status, 200)
          assert.strictEqual((yield* stats).rows["students"], 1)
        }).pipe(Effect.provide(dms))
      })
  )

  it.scoped(
    "a client that gives up in the middle of a batch writes nothing and leaves a good connection",
    () =>
      Effect.gen(function* () {
        const schema = yield* freshSchema
        const sql = yield* connect
        yield* Effect.gen(function* () {
          const { batch, create } = yield* session
          yield* create("students", student("A"))
          const watch = yield* connect
          const interrupted = yield* sql.withTransaction(
            Effect.gen(function* () {
              yield* sql.unsafe(`SELECT ${schema}.find_by_key('students', 'A')`)
              const waiting = yield* Effect.fork(batch([op.create(student("B")), rename("A", "Eva")]))
              yield* untilBlocked(watch, schema)
              return yield* Effect.fork(Fiber.interrupt(waiting))
            })
          )
          yield* Fiber.join(interrupted)
          assert.strictEqual((yield* batch([op.create(student("C"))])).status, 200)
          assert.strictEqual((yield* stats).rows["students"], 2)
        }).pipe(Effect.provide(dmsOn(PostgresStore.layer({ url, schema, poolSize: 1 }))))
      })
  )

  it.effect("more batches at once than connections wait for each other and all commit", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const replies = yield* Effect.forEach(
        Array.from({ length: 40 }, (_, index) => String(index)),
        (id) => batch([op.create(student(id)), rename(id, "Eva")]),
        { concurrency: "unbounded" }
      )
      assert.isTrue(replies.every(({ status }) => status === 200))
      assert.strictEqual((yield* stats).rows["students"], 40)
    }).pipe(Effect.provide(dmsOn(postgresStore(2))))
  )
})

describe("a database that outlives the local DMS", () => {
  it.scoped("is found again with its rows, and the same seed gives no id twice", () =>
    Effect.gen(function* () {
      const schema = yield* freshSchema
      const run = (id: string) =>
        Effect.gen(function* () {
          const { create, get } = yield* session
          const uuid = yield* create("students", student(id))
          assert.strictEqual(objectOf(yield* get(`students/${uuid}`))["studentUniqueId"], id)
          return { uuid, ...(yield* stats) }
        }).pipe(Effect.provide(dmsOn(PostgresStore.layer({ url, schema }), { seed: 1 })))
      const first = yield* run("A")
      const second = yield* run("B")
      assert.notStrictEqual(first.uuid, second.uuid)
      assert.deepStrictEqual(second.rows, { ...first.rows, students: 2 })
      assert.deepStrictEqual(second.operations.create, { students: 1 })
    })
  )

  it.scoped("may be filled by several at once, which all find the same rows", () =>
    Effect.gen(function* () {
      const schema = yield* freshSchema
      const one = stats.pipe(Effect.provide(dmsOn(PostgresStore.layer({ url, schema, poolSize: 1 }))))
      const all = yield* Effect.all(
        Array.from({ length: 4 }, () => one),
        { concurrency: "unbounded" }
      )
      assert.isTrue(all.every(({ rows }) => rows["schoolYearTypes"] === 47))
    })
  )

  it.effect("text that jsonb cannot hold is a 500 like any unexpected failure, and nothing is written", () =>
    Effect.gen(function* () {
      const { batch, get, post } = yield* session
      assert.strictEqual((yield* post("students", student("A\u0000"))).status, 500)
      const reply = yield* batch([op.create(student("B", { firstName: "\u0000" }))])
      assert.deepStrictEqual([reply.status, at(objectOf(reply), "failedOperation", "index")], [500, 0])
      assert.strictEqual((yield* get("students")).text, "[]")
    }).pipe(Effect.provide(dmsOn(postgresStore())))
  )

  it.scoped("an unreachable database is one error that names it", () =>
    Effect.gen(function* () {
      const none = new URL(Redacted.value(url))
      none.pathname = "/no_such_database"
      const failure = yield* PostgresStore.layer({ url: Redacted.make(none.href) }).pipe(
        Layer.build,
        Effect.scoped,
        Effect.flip
      )
      assert.match(
        failure.message,
        /no_such_database cannot be used: database "no_such_database" does not exist/
      )
    })
  )
})
