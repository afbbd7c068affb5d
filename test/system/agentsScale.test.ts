/** Many agents and many users, on the clock of the test. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { runOn } from "../agents/runOnAgents.ts"
import { it } from "../engine/virtualTime.ts"

const named = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `lab-${String(index).padStart(2, "0")}`,
    slots: 1
  }))

describe("a load on many agents", () => {
  it.scoped(
    "runs 100,000 users on ten of them, each once",
    () =>
      Effect.gen(function* () {
        const { ended, measurements, sent } = yield* runOn(named(10), {
          // The clock of the test is slow with many sleepers.
          takes: () => 0,
          plan: {
            users: 100_000,
            spawnPerSecond: Number.POSITIVE_INFINITY,
            passes: 1,
            waits: { seed: 1, minMillis: 0, maxMillis: 0 }
          }
        })
        assert.strictEqual(ended.endedBy, "passes")
        assert.strictEqual(sent.length, 100_000)
        assert.strictEqual(new Set(sent.map(({ body }) => body)).size, 100_000)
        const { latencies, requests } = measurements.total
        assert.deepStrictEqual([requests, latencies.count], [100_000, 100_000])
      }),
    900_000
  )

  it.scoped(
    "adds up the reports of 50 of them without a loss",
    () =>
      Effect.gen(function* () {
        const { agents, ended, measurements, sent } = yield* runOn(named(50), {
          plan: {
            users: 200,
            spawnPerSecond: Number.POSITIVE_INFINITY,
            waits: { seed: 1, minMillis: 100, maxMillis: 300 }
          }
        })
        assert.strictEqual(ended.endedBy, "runTime")
        assert.strictEqual(measurements.total.requests, sent.length)
        assert.strictEqual(measurements.total.latencies.count, sent.length)
        assert.strictEqual(agents?.agents.length, 50)
        // Every second, and at the end.
        for (const { reports } of agents?.agents ?? []) assert.isTrue(reports >= 4 && reports <= 9)
      }),
    900_000
  )

  it.scoped(
    "keeps a few commands for 49 of them that are cut off for a minute, however many tokens are refused",
    () =>
      Effect.gen(function* () {
        const kept: Array<number> = []
        const { ended } = yield* runOn(named(50), {
          onLost: "continue",
          refuses: (_, nth) => nth % 5 === 0,
          plan: { users: 500, runMillis: 60_000, waits: { seed: 1, minMillis: 1000, maxMillis: 3000 } },
          meanwhile: ([, ...cut], [, ...members]) =>
            Effect.gen(function* () {
              yield* TestClock.adjust("3 seconds")
              for (const { network } of cut) network.cut = true
              yield* TestClock.adjust("56 seconds")
              for (const { commands } of members) {
                const waiting = yield* commands.connect(0)
                kept.push(Option.getOrElse(waiting.unsafeSize(), () => Number.NaN))
              }
            })
        })
        assert.strictEqual(ended.endedBy, "runTime")
        assert.strictEqual(kept.length, 49)
        // A token a second for the 15 seconds until an agent is lost, and the messages of the load.
        assert.isAtMost(Math.max(...kept), 20)
      }),
    900_000
  )
})
