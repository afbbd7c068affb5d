/** Lists on PostgreSQL are found by index: the plans of their statements over 5,000 students. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { DataModel } from "../../src/local-dms/DataModel.ts"
import {
  countStatement,
  pageStatement,
  partitionStatement
} from "../../src/local-dms/store/postgresQueries.ts"
import type { Statement } from "../../src/local-dms/store/postgresQueries.ts"
import * as PostgresStore from "../../src/local-dms/PostgresStore.ts"
import { Store, unbounded } from "../../src/local-dms/Store.ts"
import type { Query } from "../../src/local-dms/Store.ts"
import { validate } from "../../src/local-dms/requests/validate.ts"
import { student } from "../local-dms/harness.ts"
import { connect, freshSchema, url } from "./database.ts"

const rows = 5000
const models = DataModel.defaultValue()
const students = models.findByEndpoint("students") ?? assert.fail("no students")

const everything: Query = {
  terms: [],
  changed: undefined,
  order: "position",
  within: unbounded,
  offset: 0,
  limit: 500,
  totalCount: true
}

/** 5,000 students, of whom 50 have each last name. */
const fill = Effect.flatMap(Store, (store) =>
  store.transaction(
    store.insertAll(
      Array.from({ length: rows }, (_, index) => {
        const text = { lastSurname: `Name ${index % 100}`, firstName: `First ${index % 7}` }
        const valid = validate(students, student(String(index), text), () => undefined)
        if (Either.isLeft(valid)) throw new Error("the student is not valid")
        const id = `00000000-0000-4000-a000-${String(index).padStart(12, "0")}`
        return { model: students, id, document: valid.right }
      }),
      0
    )
  )
)

const planOf = (sql: SqlClient, { text, values }: Statement) =>
  Effect.map(sql.unsafe<{ readonly "QUERY PLAN": string }>(`EXPLAIN ${text}`, values), (lines) =>
    lines.map((line) => line["QUERY PLAN"]).join("\n")
  )

/** Every query field alone, two together, pages at all depths, cursors and change versions. */
const queries: ReadonlyArray<Query> = [
  everything,
  { ...everything, offset: 4000 },
  { ...everything, limit: 25, within: { min: 2000, max: 3000 } },
  { ...everything, changed: { min: rows - 10, max: unbounded.max } },
  { ...everything, order: "changeVersion", changed: { min: 100, max: 200 } },
  { ...everything, order: "changeVersion", within: { min: 100, max: 4000 } },
  ...[...students.queryFields.values()].map(({ paths }) => ({
    ...everything,
    terms: [{ paths, value: "Name 7" }]
  })),
  {
    ...everything,
    terms: [
      { paths: [["lastSurname"]], value: "Name 7" },
      { paths: [["firstName"]], value: "First 3" }
    ]
  },
  {
    ...everything,
    terms: [{ paths: [["lastSurname"], ["firstName"]], value: "Name 7" }]
  }
]

describe("plans on PostgreSQL", () => {
  it.scopedLive("no list, count or partition of 5,000 students reads all documents or keys", () =>
    Effect.gen(function* () {
      const schema = yield* freshSchema
      const sql = yield* connect
      yield* Effect.gen(function* () {
        const store = yield* Store
        yield* fill
        for (const query of queries) yield* store.query(students, query)
        const statements = queries.flatMap((query) => [
          pageStatement(schema, students, query),
          ...(query.terms.length > 0 ? [countStatement(schema, students, query)] : [])
        ])
        const partitioning = { ...everything, number: 5, minSize: 10, changed: { min: 10, max: 50 } }
        statements.push(partitionStatement(schema, students, partitioning))
        // Before and after the database has statistics of the documents and of the new indexes.
        for (const analyze of [false, true]) {
          if (analyze) yield* sql.unsafe(`ANALYZE ${schema}.document, ${schema}.natural_key`)
          for (const statement of statements) {
            const plan = yield* planOf(sql, statement)
            assert.notInclude(plan, "Seq Scan", statement.text)
            // Not by walking through all students in their order.
            if (statement.text.includes("d.body #>>"))
              assert.match(plan, /query_[0-9a-f]+|InitPlan/, statement.text)
          }
        }
      }).pipe(Effect.provide(Layer.orDie(PostgresStore.layer({ url, schema }))))
    })
  )

  it.scopedLive("an index that was left invalid is made again", () =>
    Effect.gen(function* () {
      const schema = yield* freshSchema
      const sql = yield* connect
      const query = { ...everything, terms: [{ paths: [["lastSurname"]], value: "Name 7" }] }
      const listed = Effect.map(
        Effect.flatMap(Store, (store) => store.query(students, query)),
        ({ total }) => total
      )
      const store = () => Effect.provide(Layer.orDie(PostgresStore.layer({ url, schema })))
      assert.strictEqual(yield* Effect.zipRight(fill, listed).pipe(store()), 50)
      const isQueryIndex = `indexrelid::regclass::text LIKE '${schema}.query_%'`
      yield* sql.unsafe(`UPDATE pg_index SET indisvalid = false WHERE ${isQueryIndex}`)
      assert.strictEqual(yield* listed.pipe(store()), 50)
      const indexes = yield* sql.unsafe(`SELECT indisvalid FROM pg_index WHERE ${isQueryIndex}`)
      assert.deepStrictEqual(indexes, [{ indisvalid: true }])
    })
  )
})
