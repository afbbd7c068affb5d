/** Loads of a number of records, on the virtual clock. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import { BatchRefused, TransportFailed } from "../../src/domain/BatchError.ts"
import { variation } from "../../src/domain/RecordId.ts"
import { SampleSink } from "../../src/domain/Sample.ts"
import { recordsOfShare, type UsersPlan } from "../../src/engine/LoadPlan.ts"
import type { UserIteration, Workload } from "../../src/engine/Scenario.ts"
import { runPlan, sampleOf } from "./loads.ts"
import { it } from "./virtualTime.ts"

const planOf = (users: number, records: number, some: Partial<UsersPlan> = {}): UsersPlan => ({
  _tag: "Users",
  users,
  records,
  spawnPerSecond: 1000,
  runMillis: Number.POSITIVE_INFINITY,
  gracefulStopMillis: 30_000,
  waits: { seed: 1, minMillis: 0, maxMillis: 0 },
  maxFailRatio: 1,
  passes: Number.POSITIVE_INFINITY,
  ...some
})

type Ending = "confirmed" | "refused" | "noVerdict"

const endings = {
  confirmed: Effect.void,
  refused: new BatchRefused({ status: 429, problem: {} }),
  noVerdict: new TransportFailed({ phase: "reset", detail: "the connection broke" })
} as const satisfies Record<Ending, Effect.Effect<void, unknown>>

interface Sent extends UserIteration {
  readonly atMillis: number
  readonly records: number
}

/** A workload of batches that takes notes. */
const makeBatches = (
  size: number,
  millis: (at: UserIteration) => number,
  ending: (at: UserIteration) => Ending = () => "confirmed"
) => {
  const sent: Array<Sent> = []
  let judged = 0
  let inFlight = 0
  let most = 0
  const name = `batches-${size}`
  const workload: Workload = {
    name,
    recordsPerIteration: size,
    iteration: (at) =>
      Effect.gen(function* () {
        const { records = size } = at
        sent.push({ ...at, records, atMillis: yield* TestClock.currentTimeMillis })
        inFlight += records
        most = Math.max(most, judged + inFlight)
        yield* Effect.sleep(millis(at))
        inFlight -= records
        const end = ending(at)
        if (end !== "noVerdict") judged += records
        const sink = yield* SampleSink
        sink.unsafeRecord(sampleOf(name, end === "confirmed"))
        yield* endings[end]
      })
  }
  return {
    workload,
    sent,
    judged: () => judged,
    /** Most records that were judged or in flight at one time. */
    most: () => most
  }
}

describe("a load of a number of records", () => {
  it.effect("ends when the last record has had its verdict; the last batch is smaller", () =>
    Effect.gen(function* () {
      const { sent, workload } = makeBatches(10, () => 900)
      const { measurements, result, slices } = yield* runPlan(planOf(3, 75), [workload])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["recordCount", 2.701])
      assert.deepStrictEqual(
        sent.map(({ records }) => records),
        [10, 10, 10, 10, 10, 10, 10, 5]
      )
      assert.strictEqual(measurements.judgedRecords, 75)
      assert.deepStrictEqual(
        slices.map(({ judgedRecords }) => judgedRecords),
        [30, 60, 75]
      )
    })
  )

  it.effect(
    "does not wait for a slow user's share, and sends other records for those without a verdict",
    () =>
      Effect.gen(function* () {
        // User 0 is slow and loses its connection; the records that it held are sent by a user that waited for them.
        const { judged, sent, workload } = makeBatches(
          10,
          ({ user }) => (user === 0 ? 5000 : 100),
          ({ user }) => (user === 0 ? "noVerdict" : "confirmed")
        )
        const { measurements, result } = yield* runPlan(planOf(2, 100), [workload])
        assert.deepStrictEqual([judged(), measurements.judgedRecords], [100, 100])
        assert.deepStrictEqual(
          sent.filter(({ user }) => user === 1).map(({ iteration }) => iteration),
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        )
        assert.deepStrictEqual(result.endedBy, "recordCount")
        assert.closeTo(result.elapsedSeconds, 5.1, 0.01)
      })
  )

  it.effect("counts refused records, and no iteration that waited for records as late", () =>
    Effect.gen(function* () {
      const { sent, workload } = makeBatches(
        5,
        () => 1000,
        ({ iteration }) => (iteration === 0 ? "noVerdict" : "refused")
      )
      const { measurements, result } = yield* runPlan(planOf(4, 10), [workload])
      assert.deepStrictEqual([result.endedBy, measurements.judgedRecords], ["recordCount", 10])
      // All four users lose two batches together before two of them send the next.
      assert.strictEqual(sent.length, 6)
      assert.strictEqual(measurements.starts.late, 0)
    })
  )

  it.effect("ends although users have yet to start, or wait for their next iteration", () =>
    Effect.gen(function* () {
      const waits = { seed: 1, minMillis: 20_000, maxMillis: 20_000 }
      const { workload } = makeBatches(1, () => 100)
      const { result } = yield* runPlan(planOf(1000, 3, { spawnPerSecond: 1, waits }), [workload])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds, result.users], ["recordCount", 2.1, 3])
    })
  )

  it.effect("still ends by its stop rules and by its time", () =>
    Effect.gen(function* () {
      const broken = makeBatches(
        1,
        () => 100,
        () => "noVerdict"
      )
      const failing = yield* runPlan(planOf(2, 1000, { maxFailRatio: 0.5 }), [broken.workload])
      assert.deepStrictEqual(
        [failing.result.endedBy, failing.measurements.judgedRecords],
        ["failureRatio", 0]
      )
      const slow = makeBatches(1, () => 1000)
      const late = yield* runPlan(planOf(1, 1000, { runMillis: 4500 }), [slow.workload])
      assert.deepStrictEqual([late.result.endedBy, late.measurements.judgedRecords], ["runTime", 5])
    })
  )

  it.effect("does not count the records of a warm-up", () =>
    Effect.gen(function* () {
      const { judged, workload } = makeBatches(2, () => 1000)
      const { measurements, result } = yield* runPlan(planOf(1, 10, { warmUpMillis: 3000 }), [workload])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["recordCount", 5])
      assert.deepStrictEqual([judged(), measurements.judgedRecords], [16, 10])
    })
  )

  it.effect("has exactly so many records with a verdict, whatever users, batches and failures", () =>
    Effect.gen(function* () {
      const integer = (min: number, max: number) => FastCheck.integer({ min, max })
      const load = FastCheck.record({
        users: integer(1, 12),
        records: integer(1, 300),
        sizes: FastCheck.array(integer(1, 20), { minLength: 1, maxLength: 3 }),
        maxMillis: integer(0, 3000),
        noVerdict: integer(0, 60),
        refused: integer(0, 40),
        spawnPerSecond: FastCheck.constantFrom(1, 10, 10_000),
        maxWait: FastCheck.constantFrom(0, 0, 500)
      })
      for (const {
        maxMillis,
        maxWait,
        noVerdict,
        records,
        refused,
        sizes,
        spawnPerSecond,
        users
      } of FastCheck.sample(load, { seed: 7, numRuns: 40 })) {
        const drawn = (purpose: string) => (at: UserIteration) =>
          variation({ seed: 1, ...at, index: 0 }, purpose)
        const all = sizes.map((size) =>
          makeBatches(
            size,
            (at) => drawn("millis")(at) % (maxMillis + 1),
            (at) => {
              const percent = drawn("ending")(at) % 100
              return percent < noVerdict
                ? "noVerdict"
                : percent < noVerdict + refused
                  ? "refused"
                  : "confirmed"
            }
          )
        )
        const [first = makeBatches(1, () => 0), ...others] = all
        const waits = { seed: 1, minMillis: 0, maxMillis: maxWait }
        const plan = planOf(users, records, { spawnPerSecond, waits })
        const { measurements, result } = yield* runPlan(
          plan,
          [first.workload, ...others.map(({ workload }) => workload)],
          100_000
        )
        const sum = (of: (each: (typeof all)[number]) => number) =>
          all.reduce((total, each) => total + of(each), 0)
        assert.strictEqual(result.endedBy, "recordCount")
        assert.deepStrictEqual(
          [sum(({ judged }) => judged()), measurements.judgedRecords],
          [records, records]
        )
        for (const { most, sent, workload } of all) {
          assert.isAtMost(most(), records)
          for (const each of sent) {
            assert.isTrue(each.records >= 1 && each.records <= (workload.recordsPerIteration ?? 0))
          }
          const keys = sent.map(({ iteration, user }) => `${user} ${iteration}`)
          assert.strictEqual(new Set(keys).size, keys.length)
        }
      }
    })
  )
})

describe("the records of shares", () => {
  it.prop(
    "add up to the plan, in proportion to the users",
    [
      FastCheck.integer({ min: 1, max: 2000 }),
      FastCheck.integer({ min: 1, max: 1e9 }),
      FastCheck.integer({ min: 1, max: 16 })
    ],
    ([users, records, wanted]) => {
      const of = Math.min(users, wanted)
      const shares = Array.from(
        { length: of },
        (_, index) => recordsOfShare(planOf(users, records, { share: { index, of } })) ?? 0
      )
      assert.strictEqual(
        shares.reduce((sum, share) => sum + share, 0),
        records
      )
      shares.forEach((share, index) => {
        const usersOfShare = Math.ceil((users - index) / of)
        assert.closeTo(share, (records * usersOfShare) / users, 1)
      })
    }
  )
})
