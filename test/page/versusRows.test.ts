import { assert, describe, it } from "@effect/vitest"
import { medianPair } from "../../src/result/Versus.ts"
import { missingOf, perOperationRows, totalRows, waitRows } from "../../src/page/versusDatabaseRows.ts"
import { countRows, operationLatencyRows, requestLatencyRows, versusRow } from "../../src/page/versusRows.ts"
import { databaseOf } from "../result/sampleSlices.ts"
import { sampleVersus } from "../result/sampleVersus.ts"

const { batch, pairs, single } = sampleVersus(3)
const middle = medianPair(pairs)

describe("a figure of single requests and of batches", () => {
  it("has batches in relation to single requests, to three digits", () => {
    assert.deepStrictEqual(versusRow("requests", 300, 10), {
      name: "requests",
      single: "300",
      batch: "10",
      ratio: "0.0333"
    })
  })

  it("has no ratio to 0 or to an unknown figure", () => {
    assert.strictEqual(versusRow("failed", 0, 10).ratio, "–")
    assert.deepStrictEqual(versusRow("log bytes", null, 10), {
      name: "log bytes",
      single: "–",
      batch: "10",
      ratio: "–"
    })
  })
})

describe("the rows of both sides", () => {
  it("have one ratio of operations per second, which is that of the two rates beside it", () => {
    const [first, second] = countRows(single, batch, { single: 305, batch: 425, ratio: 1.3934 })
    assert.deepStrictEqual([first?.single, first?.batch, first?.ratio], ["305", "425", "1.39"])
    assert.strictEqual(second?.ratio, "–")
  })

  it("leave out losses of zero", () => {
    const names = countRows(single, batch, middle).map(({ name }) => name)
    assert.notInclude(names, "operations rolled back")
    const lossy = { ...single, operations: { ...single.operations, rolledBack: 7 } }
    assert.include(
      countRows(lossy, batch, middle).map(({ name }) => name),
      "operations rolled back"
    )
  })

  it("have no latency where no request was made", () => {
    const none = { ...single, latencyMs: null, operationMs: null }
    assert.deepStrictEqual(
      requestLatencyRows(none, batch).map((row) => [row.name, row.single, row.ratio]),
      ["p50", "p95", "p99", "max"].map((name) => [name, "–", "–"])
    )
    assert.strictEqual(operationLatencyRows(none, batch)[0]?.single, "–")
  })

  it("have no rate without a measured second, and no share of failures without a request", () => {
    const requests = { ...single.requests, total: 0, failed: 0 }
    const rows = countRows({ ...single, elapsedSeconds: 0, requests }, batch, undefined)
    assert.deepStrictEqual(rows.flatMap((row) => (row.single === "–" ? [row.name] : [])).slice(0, 4), [
      "operations per second, median pair",
      "operations per second, all slices",
      "requests per second",
      "share of requests failed"
    ])
  })

  it("have an operation's share of its request in digits that say something", () => {
    assert.isNotNull(batch.operationMs)
    const [p50] = operationLatencyRows(single, {
      ...batch,
      operationMs: { ...batch.operationMs, p50: 0.04321 }
    })
    assert.strictEqual(p50?.batch, "0.0432")
  })
})

describe("the database rows of both sides", () => {
  const ofSingle = databaseOf(3000, 1, 30)
  const ofBatch = databaseOf(9000, 30, 30)

  it("are per operation: batches need a thirtieth of the commits and WAL syncs", () => {
    assert.deepStrictEqual(
      perOperationRows(ofSingle, ofBatch).map(({ name, ratio }) => [name, ratio]),
      [
        ["commits", "0.0333"],
        ["log syncs", "0.0333"],
        ["log bytes", "0.88"]
      ]
    )
  })

  it("contain only known figures", () => {
    assert.deepStrictEqual(perOperationRows(null, ofBatch)[0], {
      name: "commits",
      single: "–",
      batch: "0.0333",
      ratio: "–"
    })
    const deadlocks = totalRows(ofSingle, ofBatch).find(({ name }) => name === "deadlocks")
    assert.deepStrictEqual([deadlocks?.single, deadlocks?.batch], ["–", "–"])
  })

  it("lists the wait events of either side, with 0 where one was not seen", () => {
    const [first, last] = [
      { event: "Lock:tuple", seen: 4 },
      { event: "running", seen: 2 }
    ]
    assert.deepStrictEqual(
      waitRows({ ...ofSingle, waits: [first] }, { ...ofBatch, waits: [last] }).map(
        ({ batch, name, single }) => [name, single, batch]
      ),
      [
        ["running", "0", "2"],
        ["Lock:tuple", "4", "0"]
      ]
    )
  })

  it("names a figure that both sides lack only once", () => {
    const missing = ["pg_stat_wal: there is none before PostgreSQL 14"]
    assert.deepStrictEqual(missingOf({ ...ofSingle, missing }, { ...ofBatch, missing }), missing)
  })
})
