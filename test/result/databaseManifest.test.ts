import { assert, describe, it } from "@effect/vitest"
import { contentOf } from "../../src/database/contentBefore.ts"
import type { ContentBefore } from "../../src/result/DatabaseActivity.ts"
import { databaseManifest } from "../../src/result/databaseManifest.ts"
import { databaseFacts } from "../../src/result/manifestFacts.ts"
import { databaseOf } from "./sampleSlices.ts"

const sized = (before: number, after: number) => ({
  database: { before, after },
  allTables: { before, after },
  allIndexes: { before: 0, after: 0 },
  tables: [],
  indexes: []
})

const freshWith = (contentBefore: ContentBefore | null) =>
  databaseManifest(databaseOf(1000, 30, 10, { contentBefore })).fresh

const documents = { table: "dms.document", bytes: 1_234_567, changes: 3012 }

describe("the database in a manifest", () => {
  it("has its version and its size before and after the load", () => {
    const activity = databaseOf(1000, 30, 10, { sizes: sized(12_100_000, 30_400_000) })
    const manifest = databaseManifest(activity)
    assert.deepStrictEqual(manifest.database, {
      version: "15.18",
      name: "edfi_dms",
      bytesBefore: 12_100_000,
      bytesAfter: 30_400_000
    })
    assert.deepStrictEqual(databaseFacts(manifest), [
      ["database", "PostgreSQL 15.18, 12.1 MB before and 30.4 MB after the load"]
    ])
  })

  it("is absent where it was not watched", () => {
    assert.deepStrictEqual(databaseManifest(null), { database: null, fresh: null })
    assert.deepStrictEqual(databaseFacts({ database: null, fresh: null }), [])
  })

  it("is fresh without tables, or with a table of documents that never had a row", () => {
    assert.deepStrictEqual(freshWith({ tables: 0, documents: null }), {
      isFresh: true,
      because: "it had no tables"
    })
    assert.deepStrictEqual(freshWith({ tables: 40, documents: { ...documents, bytes: 0, changes: 0 } }), {
      isFresh: true,
      because: "dms.document had never had a row"
    })
  })

  it("is not fresh where documents were updated or deleted", () => {
    const used = freshWith({ tables: 40, documents })
    const because = "rows of dms.document had been updated or deleted, 3,012 times"
    assert.deepStrictEqual(used, { isFresh: false, because })
    assert.deepStrictEqual(databaseFacts({ database: null, fresh: used }), [
      ["fresh database", `no: ${because}`]
    ])
  })

  it("is neither where nothing is known of its documents", () => {
    assert.isNull(freshWith(null))
    assert.isNull(freshWith({ tables: 40, documents: null }))
    // Descriptors that a new database has, or records of an earlier load.
    assert.isNull(freshWith({ tables: 40, documents: { ...documents, changes: 0 } }))
  })
})

describe("what is in a database before a load", () => {
  const counting = (track_counts: string) => ({
    settings: {
      server_version: "15.18",
      server_version_num: 150_018,
      fsync: "on",
      wal_sync_method: "fdatasync",
      track_counts,
      track_activities: "on",
      track_io_timing: "off"
    }
  })
  const row = { tables: 40, schema: "dms", bytes: 1_234_567, changes: 3012 }

  it("are its tables, and the documents with all partitions", () => {
    assert.deepStrictEqual(contentOf(counting("on"), row), { tables: 40, documents })
    assert.deepStrictEqual(
      contentOf(counting("on"), { tables: 7, schema: null, bytes: null, changes: null }),
      {
        tables: 7,
        documents: null
      }
    )
  })

  it("are no documents where rows are not counted, and nothing where it could not be read", () => {
    assert.isNull(contentOf(counting("off"), row)?.documents)
    assert.isUndefined(contentOf(counting("on"), undefined))
  })
})
