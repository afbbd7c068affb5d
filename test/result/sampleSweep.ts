/** Batch sizes of a server that costs 3 ms a batch and 1 ms an operation, in a session that never was. */
import type { Sweep, SweepPoint } from "../../src/result/Sweep.ts"
import { throughputAt } from "../../src/result/ScalabilityLaw.ts"
import { answerOf } from "../../src/studies/sweepAnswer.ts"
import { triple } from "../../src/result/batchSize.ts"
import { findingOf } from "../../src/studies/sweepSentences.ts"
import { concluded } from "../../src/studies/studyEnd.ts"
import { figuresOf, type Measured, sliceOf } from "./sampleSlices.ts"

const seconds = 20
const sizes = [1, 2, 5, 10, 20, 33, 50]

const measuredOf = (clientCount: number, triples: number, repeat: number): Measured => {
  const operations = 3 * triples
  const alone = 3 + operations
  // More than eight at once wait for each other.
  const millis = alone * Math.max(1, clientCount / 8)
  const noise = 1 + 0.008 * Math.sin(clientCount + triples * 3.1 + repeat * 2.2)
  return {
    seconds,
    requestsPerSecond: (noise * clientCount * 1000) / millis,
    operations,
    p50: millis / noise
  }
}

const pointOf = (clientCount: number, batchTripleCount: number): SweepPoint => {
  const none = { figures: null, operationsPerSecond: null, rowsPerSecond: null, slices: [] }
  const at = { clientCount, batchTripleCount, pageSize: null, rowsPerSecond: null }
  if (batchTripleCount === 33) {
    const note = "413: 99 operations are more than the 60 that the server takes"
    return { ...at, ...none, outcome: "refused", note }
  }
  if (batchTripleCount > 33) return { ...at, ...none, outcome: "skipped", note: "33 was refused" }
  const repeats = [0, 1, 2].map((repeat) => measuredOf(clientCount, batchTripleCount, repeat))
  const limited = clientCount === 50 && batchTripleCount === 1
  const place = sizes.indexOf(batchTripleCount) * 3 + [1, 10, 50].indexOf(clientCount)
  const slices = repeats.map((measured, repeat) =>
    // In an order that looks shuffled.
    sliceOf(5 + 25 * (((place * 7 + repeat * 19) % 47) + repeat * 0.01), measured, {
      users: clientCount,
      limited: limited ? ["in 9 of 20 s (45 %) its event loop was more than 90 % busy"] : []
    })
  )
  const rates = slices.map(({ operations }) => operations.perSecond).sort((a, b) => a - b)
  const [min = 0, median = 0, max = 0] = rates
  const [first = measuredOf(clientCount, batchTripleCount, 0)] = repeats
  return {
    ...at,
    outcome: limited ? "limited" : "measured",
    note: limited ? "the load generator was at its limit in 3 of 3 slices" : null,
    figures: figuresOf({ ...first, seconds: seconds * 3 }),
    operationsPerSecond: { median, min, max },
    slices
  }
}

/** @param clientCounts of 1, 10 and 50 */
export const sampleSweep = (clientCounts: ReadonlyArray<number>): Sweep => {
  const points = clientCounts.flatMap((clientCount) => sizes.map((size) => pointOf(clientCount, size)))
  const answer = answerOf(clientCounts.length > 1 ? "Pair" : "BatchSize", points)
  const end = { endedBy: "completed" as const, refused: null, at: "" }
  return {
    startedAt: "2026-11-22T08:00:00.000Z",
    elapsedSeconds: 1182,
    endedBy: "completed",
    refused: null,
    processes: [],
    manifest: null,
    warnings: [],
    config: {
      baseUrl: "https://dms.example.org/api",
      scenarios: ["StudentBatchVolumeTest"],
      batchTripleCount: sizes.map(String),
      clientCount: clientCounts.map(String),
      slices: 3,
      sliceSeconds: seconds,
      warmUpSeconds: 5,
      seed: 1_234_567
    },
    testType: "BATCH_VOLUME",
    operationsPerRecord: triple,
    points,
    answer,
    ...concluded(findingOf({ answer, operationsPerRecord: triple, points }), end)
  }
}

/** Numbers of users of a server that follows the scalability law, with some noise. @param testType one size, or none */
export const sampleUserSweep = (testType: "BATCH_VOLUME" | "VOLUME" = "BATCH_VOLUME"): Sweep => {
  const law = { perUser: 349, contention: 0.12, coherency: 0.04 }
  const size = testType === "VOLUME" ? null : 10
  const operations = size === null ? 1 : 3 * size
  const points = [1, 2, 3, 4, 6, 8, 12, 20].map((clientCount, place): SweepPoint => {
    const rate = throughputAt(law, clientCount)
    const slices = [0, 1, 2].map((repeat) =>
      sliceOf(
        5 + 25 * (((place * 7 + repeat * 11) % 24) + repeat * 0.01),
        {
          seconds,
          requestsPerSecond: (rate * (1 + 0.01 * Math.sin(clientCount + 2.1 * repeat))) / operations,
          operations,
          p50: (1000 * clientCount * operations) / rate
        },
        { users: clientCount }
      )
    )
    const [min = 0, median = 0, max = 0] = slices
      .map((slice) => slice.operations.perSecond)
      .sort((a, b) => a - b)
    return {
      clientCount,
      batchTripleCount: size,
      pageSize: null,
      rowsPerSecond: null,
      outcome: "measured",
      note: null,
      figures: figuresOf({
        seconds: 3 * seconds,
        requestsPerSecond: rate / operations,
        operations,
        p50: (1000 * clientCount * operations) / rate
      }),
      operationsPerSecond: { median, min, max },
      slices
    }
  })
  const answer = answerOf("Users", points)
  const end = { endedBy: "completed" as const, refused: null, at: "" }
  return {
    ...sampleSweep([1]),
    testType,
    points,
    answer,
    ...concluded(findingOf({ answer, operationsPerRecord: triple, points }), end)
  }
}
