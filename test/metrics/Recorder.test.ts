import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import type { Failure, Sample } from "../../src/domain/Sample.ts"
import { type GeneratorHealth, noPauses } from "../../src/metrics/GeneratorHealth.ts"
import { noStarts } from "../../src/metrics/Starts.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { Counted, type Measurements, maxFailureGroups, Recorder } from "../../src/metrics/Recorder.ts"
import { noSuspensions } from "../../src/metrics/suspension.ts"

const succeeded = (name: string, latencyMicros: number): Sample => ({
  name,
  method: "POST",
  sentNanos: 0n,
  latencyMicros,
  sentBytes: 300,
  receivedBytes: 40,
  outcome: { _tag: "Succeeded", operations: { create: 2, update: 2, delete: 2 } }
})

const failed = (name: string, failure: Partial<Failure>) => ({
  name,
  method: "POST",
  sentNanos: 0n,
  latencyMicros: 1000,
  sentBytes: 300,
  receivedBytes: 20,
  outcome: {
    _tag: "Failed" as const,
    operationCount: 6,
    failure: {
      kind: "rolledBack" as const,
      status: 409,
      op: "create",
      resource: "students",
      index: 3,
      problemType: "urn:x",
      example: "operation 3 failed",
      ...failure
    }
  }
})

const withRecorder = <A>(use: (recorder: Recorder["Type"]) => Effect.Effect<A>) =>
  Effect.provide(Effect.flatMap(Recorder, use), Recorder.layer)

describe("Recorder", () => {
  it.effect("counts operations from the outcomes, by name and in total", () =>
    withRecorder((recorder) =>
      Effect.sync(() => {
        recorder.unsafeRecord(succeeded("students-batch-2", 1000))
        recorder.unsafeRecord(succeeded("students-batch-2", 3000))
        recorder.unsafeRecord(succeeded("sections-batch-2", 2000))
        recorder.unsafeRecord(failed("sections-batch-2", {}))
        recorder.unsafeRecord(failed("sections-batch-2", { kind: "refused" }))
        recorder.unsafeRecord(failed("sections-batch-2", { kind: "transport" }))
        recorder.unsafeRecord(failed("sections-batch-2", { kind: "transport", problemType: "connect" }))
        const { rows, total } = recorder.measurements()
        assert.deepStrictEqual(
          rows.map((row) => [row.name, row.requests, row.failures, row.succeeded.create]),
          [
            ["sections-batch-2", 5, 4, 2],
            ["students-batch-2", 2, 0, 4]
          ]
        )
        assert.deepStrictEqual(
          [total.requests, total.failures, total.rolledBack, total.refused, total.unknown],
          [7, 4, 6, 12, 6]
        )
        assert.deepStrictEqual(total.succeeded, { create: 6, update: 6, delete: 6 })
        assert.deepStrictEqual([total.sentBytes, total.receivedBytes], [2100, 200])
        assert.strictEqual(total.latencies.maxMicros, 3000)
      })
    )
  )

  it.effect("counts a write that should have been refused as a failure whose operations are known", () =>
    withRecorder((recorder) =>
      Effect.sync(() => {
        const { outcome, ...sample } = failed("POST /data/ed-fi/students", { kind: "transport" })
        const written = { create: 1, update: 0, delete: 0 }
        recorder.unsafeRecord({ ...sample, outcome: { ...outcome, written } })
        const { total } = recorder.measurements()
        assert.deepStrictEqual([total.requests, total.failures, total.unknown], [1, 1, 0])
        assert.deepStrictEqual(total.succeeded, written)
      })
    )
  )

  it.effect("groups failures by kind, with one example and the times of the first and the last", () =>
    withRecorder((recorder) =>
      Effect.gen(function* () {
        recorder.unsafeRecord(failed("a", {}))
        yield* TestClock.adjust("5 seconds")
        recorder.unsafeRecord(failed("a", { example: "another wording" }))
        recorder.unsafeRecord(failed("a", { index: 4 }))
        const [first, second] = recorder.measurements().failures
        assert.deepInclude(first, { count: 2, firstSeenMillis: 0, lastSeenMillis: 5000 })
        assert.strictEqual(first?.failure.example, "operation 3 failed")
        assert.deepInclude(second, { count: 1, firstSeenMillis: 5000, lastSeenMillis: 5000 })
      })
    )
  )

  it.effect("continues to count beyond the maximum number of failure groups", () =>
    withRecorder((recorder) =>
      Effect.sync(() => {
        for (let i = 0; i < maxFailureGroups + 5; i++) {
          recorder.unsafeRecord(failed("a", { problemType: `urn:${i}` }))
        }
        recorder.unsafeRecord(failed("a", { problemType: "urn:another", kind: "refused" }))
        // A problem type of a server may equal the name of the group for the rest.
        for (let i = 0; i < 7; i++) recorder.unsafeRecord(failed("b", { problemType: "other", index: i }))
        const { failures } = recorder.measurements()
        assert.strictEqual(failures.length, maxFailureGroups + 2)
        assert.strictEqual(failures[0]?.count, 12)
        assert.deepStrictEqual(
          failures
            .filter(({ failure }) => failure.problemType === "other")
            .map(({ count, failure }) => [failure.kind, count]),
          [
            ["rolledBack", 12],
            ["refused", 1]
          ]
        )
        assert.strictEqual(
          failures.reduce((sum, { count }) => sum + count, 0),
          maxFailureGroups + 13
        )
      })
    )
  )

  it.effect("describes the last ten seconds in a slice, and everything so far beside it", () =>
    withRecorder((recorder) =>
      Effect.gen(function* () {
        for (let second = 1; second <= 12; second++) {
          for (let i = 0; i < second; i++) recorder.unsafeRecord(succeeded("a", second * 1000))
          yield* TestClock.adjust("1 second")
          const { atMillis, total, users } = recorder.unsafeEndSlice(7, second)
          const inWindow = Array.from({ length: second }, (_, i) => i + 1).slice(-10)
          const requests = inWindow.reduce((sum, count) => sum + count, 0)
          assert.strictEqual(atMillis, second * 1000)
          assert.strictEqual(users, 7)
          assert.closeTo(total.recent.requestsPerSecond, requests / inWindow.length, 1e-9)
          assert.closeTo(total.recent.operationsPerSecond, (6 * requests) / inWindow.length, 1e-9)
          assert.strictEqual(total.recent.latencies.minMicros, (inWindow[0] ?? 0) * 1000)
          assert.strictEqual(total.sofar.requests, (second * (second + 1)) / 2)
        }
        assert.deepStrictEqual(
          recorder.timeline
            .slice(0, 3)
            .map(({ operations, requests, seconds }) => [seconds, requests, operations]),
          [
            [1, 1, 6],
            [1, 2, 12],
            [1, 3, 18]
          ]
        )
      })
    )
  )

  it.effect(
    "keeps latencies of failed requests apart: in total, by name, in the last seconds and in the timeline",
    () =>
      withRecorder((recorder) =>
        Effect.gen(function* () {
          recorder.unsafeRecord({ ...succeeded("a", 300_000), waitedMicros: 50_000 })
          recorder.unsafeRecord({
            ...failed("a", { kind: "refused" }),
            latencyMicros: 400,
            waitedMicros: 100
          })
          yield* TestClock.adjust("1 second")
          const { point, rows, total } = recorder.unsafeEndSlice(1, 1)
          for (const { latencies, latenciesByOutcome, services, servicesByOutcome } of [
            recorder.measurements().total,
            ...recorder.measurements().rows,
            ...rows.map(({ sofar }) => sofar)
          ]) {
            const { failed, succeeded } = latenciesByOutcome
            assert.deepStrictEqual([succeeded.minMicros, succeeded.count], [350_000, 1])
            assert.deepStrictEqual([failed?.maxMicros, failed?.count], [500, 1])
            assert.deepStrictEqual([latencies.minMicros, latencies.maxMicros], [500, 350_000])
            assert.deepStrictEqual([services?.minMicros, services?.maxMicros], [400, 300_000])
            assert.strictEqual(servicesByOutcome?.succeeded.minMicros, 300_000)
            assert.strictEqual(servicesByOutcome?.failed?.maxMicros, 400)
          }
          assert.strictEqual(total.recent.latenciesByOutcome.failed?.maxMicros, 500)
          assert.deepStrictEqual(point.byOutcome, {
            succeeded: { p50: 350, p95: 350, p99: 350 },
            failed: { p50: 0.5, p95: 0.5, p99: 0.5 }
          })
          recorder.unsafeRecord(succeeded("a", 1000))
          assert.isNull(recorder.unsafeEndSlice(1, 2).point.byOutcome)
          recorder.unsafeRecord({ ...failed("a", {}), latencyMicros: 700 })
          assert.deepStrictEqual(recorder.unsafeEndSlice(1, 3).point.byOutcome, {
            succeeded: null,
            failed: { p50: 0.7, p95: 0.7, p99: 0.7 }
          })
        })
      )
  )

  it.effect("adds the counts of other recorders, with the same result as one recorder", () =>
    Effect.gen(function* () {
      const make = Effect.provide(Recorder, Layer.fresh(Recorder.layer))
      const one = yield* make
      const sum = yield* make
      const parts = [yield* make, yield* make, yield* make]
      const kinds = [
        succeeded("students-batch-2", 1000),
        succeeded("sections-batch-2", 2500.5),
        failed("students-batch-2", {}),
        failed("students-batch-2", { index: 4 }),
        failed("sections-batch-2", { kind: "transport", problemType: "reset", status: null })
      ]
      for (let i = 0; i < 500; i++) {
        const sample = kinds[(i * 7) % kinds.length] ?? succeeded("none", 1)
        const part = parts[(i * 11) % parts.length] ?? sum
        if (i % 9 === 0) yield* TestClock.adjust("100 millis")
        one.unsafeRecord(sample)
        part.unsafeRecord(sample)
        if (i % 100 === 0) {
          one.unsafeRecordDefect("our bug", "at line 1")
          part.unsafeRecordDefect("our bug", "at line 1")
        }
        if (i % 50 === 49) {
          for (const each of parts) sum.unsafeAdd(yield* sent(each.unsafeTake()))
          const [first, second] = [one, sum].map((each) => each.unsafeEndSlice(3, i))
          assert.deepStrictEqual(
            second?.rows.map(({ recent }) => recent.slice),
            first?.rows.map(({ recent }) => recent.slice)
          )
        }
      }
      const groups = ({ defects, failures, rows }: Measurements) => ({
        rows,
        defects,
        failures: failures.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      })
      assert.deepStrictEqual(groups(sum.measurements()), groups(one.measurements()))
      assert.deepStrictEqual(sum.total, one.total)
      assert.deepStrictEqual(sum.timeline, one.timeline)
    })
  )

  it.effect(
    "counts starts of its own and of other recorders, and those that are late by more than 10 ms",
    () =>
      withRecorder((recorder) =>
        Effect.gen(function* () {
          for (const late of [0, 9.9, 10, 10.5]) recorder.unsafeRecordStart(late)
          const { point } = recorder.unsafeEndSlice(1, 1)
          assert.strictEqual(point.lateStarts, 1)
          recorder.unsafeRecordStart(40)
          const other = yield* Effect.provide(Recorder, Layer.fresh(Recorder.layer))
          other.unsafeRecordStart(30)
          other.unsafeRecordStart(0.25)
          recorder.unsafeAdd(yield* sent(other.unsafeTake()))
          assert.deepStrictEqual(recorder.measurements().starts, {
            count: 7,
            late: 3,
            maxLateMillis: 40,
            dropped: 0
          })
          assert.strictEqual(recorder.unsafeEndSlice(1, 2).point.lateStarts, 2)
          assert.deepStrictEqual(other.measurements().starts, noStarts)
        })
      )
  )

  it.effect("takes the worst second of the generator from seconds, and not from the rest at the end", () =>
    withRecorder((recorder) =>
      Effect.sync(() => {
        const health = (seconds: number, busy: number): GeneratorHealth => ({
          observedMicros: seconds * 1_000_000,
          cpuMicros: 2 * busy * seconds * 1_000_000,
          busyMicros: busy * seconds * 1_000_000,
          ranMicros: null,
          waitedMicros: busy * seconds * 100_000,
          loopDelays: new Histogram(),
          pauses: noPauses,
          rssBytes: 1,
          sockets: 1,
          suspensions: noSuspensions,
          others: null
        })
        assert.isUndefined(recorder.measurements().generator)
        recorder.unsafeEndSlice(1, 1, health(1, 0.25))
        recorder.unsafeEndSlice(1, 2, health(1, 0.5))
        recorder.unsafeEndSlice(1, 2.25, health(0.25, 1))
        const { generator } = recorder.measurements()
        assert.deepInclude(generator, { maxBusyShare: 0.5, maxCpuCores: 1, maxWaitedShare: 0.05 })
        assert.deepInclude(generator?.total, { observedMicros: 2_250_000, busyMicros: 1_000_000 })
        assert.deepInclude(generator?.limited, { observedSeconds: 2.25, limitedSeconds: 0.25 })
      })
    )
  )

  it.effect("returns each count once from unsafeTake, and keeps its total", () =>
    withRecorder((recorder) =>
      Effect.sync(() => {
        recorder.unsafeRecord(succeeded("a", 1000))
        assert.strictEqual(recorder.unsafeTake().rows[0]?.requests, 1)
        assert.deepStrictEqual(recorder.unsafeTake(), {
          rows: [],
          failures: [],
          defects: [],
          starts: noStarts,
          judgedRecords: 0
        })
        recorder.unsafeRecord(failed("a", {}))
        assert.deepStrictEqual([recorder.total.requests, recorder.total.failures], [2, 1])
        const { failures, rows } = recorder.unsafeTake()
        assert.deepStrictEqual([rows[0]?.requests, failures[0]?.count], [1, 1])
      })
    )
  )
})

/** As it arrives in another thread. */
const sent = (counted: Counted) =>
  Effect.orDie(Effect.flatMap(Schema.encode(Counted)(counted), Schema.decode(Counted)))
