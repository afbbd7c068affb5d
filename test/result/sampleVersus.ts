/** Single requests beside batches, measured in a session that never was. */
import { medianPair, type Versus } from "../../src/result/Versus.ts"
import { asPrinted } from "../../src/result/numberFormat.ts"
import { databaseOf, figuresOf, latencyOf, type Measured, round, sliceOf } from "./sampleSlices.ts"

const seconds = 30

/** A server that becomes slower while it is measured, as one with a filling table does. */
const drift = (slice: number): number => 1 - 0.012 * slice + 0.03 * Math.sin(slice * 2.3)

const singleAt = (slice: number): Measured => ({
  seconds,
  requestsPerSecond: 812 * drift(slice),
  operations: 1,
  p50: 11.4 / drift(slice),
  failed: slice === 4 ? 7 : 0
})

const batchAt = (slice: number): Measured => ({
  seconds,
  requestsPerSecond: 97.5 * drift(slice + 0.5),
  operations: 30,
  p50: 96 / drift(slice + 0.5)
})

const limited = ["in 4 of 30 s (13 %) its event loop was more than 90 % busy"]
const missing = ["pg_stat_database.deadlocks: this login may not read it"]

/** @param pairs of slices; the third one of batches was limited by the generator */
export const sampleVersus = (pairs: number): Versus => {
  const places = Array.from({ length: pairs }, (_, i) => i)
  const single = places.map((i) => sliceOf(5 + i * 70, singleAt(i)))
  const batch = places.map((i) => sliceOf(40 + i * 70, batchAt(i), { limited: i === 2 ? limited : [] }))
  const sideOf = (testType: string, slices: typeof single, middle: Measured) => {
    const sum = (of: (slice: (typeof single)[number]) => number) =>
      slices.reduce((all, slice) => all + of(slice), 0)
    const all = figuresOf({
      ...middle,
      seconds: seconds * pairs,
      requestsPerSecond: sum(({ requests }) => requests.perSecond) / pairs,
      failed: sum(({ requests }) => requests.failed)
    })
    return {
      testType,
      ...all,
      elapsedSeconds: seconds * pairs,
      operationMs: latencyOf(middle.p50 / middle.operations),
      slices,
      database: databaseOf(all.operations.succeeded, middle.operations, seconds * pairs, { missing })
    }
  }
  const sides = {
    single: sideOf("VOLUME", single, singleAt(5)),
    batch: sideOf("BATCH_VOLUME", batch, batchAt(5))
  }
  const measured = places.map((i) => {
    const [one, other] = [single[i]?.operations.perSecond ?? 0, batch[i]?.operations.perSecond ?? 0]
    return {
      single: asPrinted(one),
      batch: asPrinted(other),
      ratio: round(asPrinted(other) / asPrinted(one), 4)
    }
  })
  const ratios = measured.map(({ ratio }) => ratio).sort((a, b) => a - b)
  const ratio = {
    median: medianPair(measured)?.ratio ?? 0,
    min: ratios[0] ?? 0,
    max: ratios.at(-1) ?? 0
  }
  const { succeeded } = sides.batch.operations
  const requests = sides.batch.requests.total
  return {
    startedAt: "2026-11-22T08:00:00.000Z",
    elapsedSeconds: 5 + pairs * 70,
    endedBy: "completed",
    refused: null,
    processes: [],
    manifest: null,
    warnings: [
      "In 1 of 20 slices the load generator was the bottleneck: the figures of batches describe the tool and not the DMS.",
      "7 of 229,000 single requests failed."
    ],
    config: {
      baseUrl: "https://dms.example.org/api",
      scenarios: { StudentVolumeTest: 1, StudentBatchVolumeTest: 10 },
      clientCount: 10,
      spawnRate: 10,
      sliceSeconds: seconds,
      warmUpSeconds: 5,
      slices: pairs,
      databaseUrl: "postgres://reader@db.example.org/edfi_dms",
      seed: 1_234_567
    },
    clientCount: 10,
    batchTripleCount: 10,
    resources: ["students"],
    ...sides,
    pairs: measured,
    ratio,
    requestsSaved: { operations: succeeded, requests, share: round(1 - requests / succeeded, 4) },
    noResult: null,
    verdict:
      `Batches of 10 triples confirmed ${ratio.median} times as many operations per second as single requests: ` +
      `between ${ratio.min} and ${ratio.max} times in ${pairs} pairs of slices.`
  }
}
