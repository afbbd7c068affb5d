import { assert, describe, it } from "@effect/vitest"
import { describeChart as inWords, type ChartData } from "../../src/page/chartData.ts"
import { databaseCharts } from "../../src/page/databaseCharts.ts"
import type { DatabasePoint } from "../../src/result/DatabaseActivity.ts"
import { nothingCounted } from "../../src/result/databaseSums.ts"

/** A reading at the given second, five seconds after the previous one. */
const point = (elapsedSeconds: number, values: Partial<DatabasePoint> = {}): DatabasePoint => ({
  elapsedSeconds,
  seconds: 5,
  ...nothingCounted,
  readings: 1,
  blocked: 0,
  waits: {},
  ...values
})

const chartsOf = (timeline: ReadonlyArray<DatabasePoint>) => databaseCharts(timeline, "all")

const idsOf = (timeline: ReadonlyArray<DatabasePoint>) => chartsOf(timeline).map(({ style }) => style.id)

const chart = (timeline: ReadonlyArray<DatabasePoint>, id: string): ChartData => {
  const found = chartsOf(timeline).find(({ style }) => style.id === `database-${id}`)
  if (found === undefined) throw new Error(`there is no chart ${id}`)
  return found
}

const linesOf = ({ columns }: ChartData) => columns.series.map(({ label, values }) => [label, values])

describe("the charts of a database", () => {
  it("are per second, however long a point is", () => {
    const timeline = [
      point(5, { commits: 500, rollbacks: 0, walSyncs: 450 }),
      point(15, { commits: 1000, rollbacks: 20, walSyncs: 950, seconds: 10 }),
      point(16, { commits: 90, rollbacks: 1, walSyncs: 80, seconds: 1 })
    ]
    const transactions = chart(timeline, "transactions")
    assert.deepStrictEqual(transactions.columns.x, [5, 15, 16])
    assert.deepStrictEqual(linesOf(transactions), [
      ["commits", [100, 100, 90]],
      ["rollbacks", [0, 2, 1]]
    ])
    assert.deepStrictEqual(linesOf(chart(timeline, "log-syncs")), [["syncs", [90, 95, 80]]])
  })

  it("have the log in the unit that fits its highest value", () => {
    const logOf = (...bytes: ReadonlyArray<number | null>) =>
      chart(
        bytes.map((walBytes, i) => point(5 * (i + 1), { walBytes })),
        "log"
      )
    const inMegabytes = logOf(30_000_000, 4_000, null)
    assert.strictEqual(inMegabytes.style.unit, "MB per second")
    assert.deepStrictEqual(linesOf(inMegabytes), [["log", [6, 0.0008, null]]])
    const inKilobytes = logOf(30_000, 4_000)
    assert.strictEqual(inKilobytes.style.unit, "kB per second")
    assert.deepStrictEqual(linesOf(inKilobytes), [["log", [6, 0.8]]])
    assert.strictEqual(logOf(0, 0).style.unit, "B per second")
  })

  it("style the same with every reading: a chart is made anew with another style", () => {
    const timeline = [5, 10, 15].map((at) =>
      point(at, { commits: at, walBytes: at, walSyncs: at, waits: { running: at } })
    )
    const looks = (count: number) => chartsOf(timeline.slice(0, count)).map(({ style }) => style)
    assert.strictEqual(looks(2).length, 4)
    looks(3).forEach((style, i) => assert.strictEqual(style, looks(2)[i]))
  })

  it("have a gap where a figure is not known, no line where it never is, and no chart without a line", () => {
    const timeline = [point(5, { commits: 5 }), point(10), point(15, { commits: 10 })]
    assert.deepStrictEqual(idsOf(timeline), ["database-transactions"])
    assert.deepStrictEqual(linesOf(chart(timeline, "transactions")), [["commits", [1, null, 2]]])
  })

  it("are none of fewer than two points, a rest being part of the one before", () => {
    const [first, second] = [point(5, { commits: 5 }), point(10, { commits: 10 })]
    assert.deepStrictEqual(idsOf([]), [])
    assert.deepStrictEqual(idsOf([first]), [])
    assert.deepStrictEqual(idsOf([first, { ...second, elapsedSeconds: 5.004, seconds: 0.004 }]), [])
    assert.deepStrictEqual(idsOf([first, second]), ["database-transactions"])
  })

  it("merge an incomplete rest into the last point, with the sessions of all its readings", () => {
    const timeline = [
      point(5, { commits: 500, walSyncs: 5, waits: { running: 4 } }),
      point(10, { commits: 500, waits: { running: 4 } }),
      point(10.125, { seconds: 0.125, commits: 525, walSyncs: 5, waits: { "IO:WALSync": 2 } })
    ]
    const transactions = chart(timeline, "transactions")
    assert.deepStrictEqual([transactions.columns.x, transactions.columns.withRest], [[5, 10.125], true])
    assert.deepStrictEqual(linesOf(transactions), [["commits", [100, 200]]])
    assert.deepStrictEqual(linesOf(chart(timeline, "log-syncs")), [["syncs", [1, null]]])
    assert.deepStrictEqual(linesOf(chart(timeline, "waits")), [
      ["IO:WALSync", [0, 1]],
      ["running", [4, 2]]
    ])
  })

  it("show the selected time", () => {
    const timeline = [point(5, { commits: 5 }), point(10, { commits: 10 })]
    const endsOf = (range: Parameters<typeof databaseCharts>[1]) => databaseCharts(timeline, range)[0]?.ends
    assert.deepStrictEqual(endsOf("all"), [0, 10])
    assert.deepStrictEqual(endsOf({ from: 2, to: 6 }), [2, 6])
  })

  it("have a description", () => {
    const { axis, columns, style } = chart(
      [point(5, { commits: 500 }), point(70, { commits: 1000 })],
      "transactions"
    )
    assert.strictEqual(
      inWords(style, axis, columns),
      "Transactions, per second, over 1:10. commits: min 100, max 200."
    )
  })
})

describe("the chart of wait events", () => {
  it("is 0 where a wait event was not seen, and is left out without any session", () => {
    const timeline = [point(5, { waits: { "IO:WALSync": 3 } }), point(10, { waits: { running: 2 } })]
    assert.deepStrictEqual(linesOf(chart(timeline, "waits")), [
      ["IO:WALSync", [3, 0]],
      ["running", [0, 2]]
    ])
    assert.deepStrictEqual(idsOf([point(5), point(10)]), [])
  })

  it("has the four that were seen most often in all, and those that waited for nothing", () => {
    const timeline = [
      point(5, { waits: { "Lock:tuple": 9, "IO:WALSync": 1, running: 1, "LWLock:WALWrite": 2 } }),
      point(10, { waits: { "IO:WALSync": 8, "Client:ClientRead": 7, "LWLock:WALInsert": 2 } }),
      point(15, { waits: { "IO:DataFileRead": 5, "LWLock:WALWrite": 2 } })
    ]
    assert.deepStrictEqual(
      chart(timeline, "waits").columns.series.map(({ label }) => label),
      ["Client:ClientRead", "IO:DataFileRead", "IO:WALSync", "Lock:tuple", "running"]
    )
  })

  it("keeps the colour of each event when another becomes the most frequent", () => {
    const timeline = [
      point(5, { waits: { "IO:WALSync": 3, "Lock:tuple": 1 } }),
      point(10, { waits: { "IO:WALSync": 1, "Lock:tuple": 2 } }),
      point(15, { waits: { "Lock:tuple": 9 } })
    ]
    const colors = (count: number) =>
      chart(timeline.slice(0, count), "waits").columns.series.map(({ color, label }) => [label, color])
    assert.deepStrictEqual(colors(2), [
      ["IO:WALSync", 0],
      ["Lock:tuple", 1]
    ])
    assert.deepStrictEqual(colors(3), colors(2))
  })

  it("counts sessions once where readings were put together", () => {
    const timeline = [
      point(10, { seconds: 10.002, readings: 2, waits: { "IO:WALSync": 8 } }),
      point(15, { seconds: 4.998, waits: { "IO:WALSync": 4 } }),
      point(16, { seconds: 1, waits: { "IO:WALSync": 4 } })
    ]
    assert.deepStrictEqual(linesOf(chart(timeline, "waits")), [["IO:WALSync", [4, 4, 4]]])
  })
})
