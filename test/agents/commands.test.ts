/** Commands on agents: the figures of the coordinator equal the server's own counts. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Stats } from "../../src/local-dms/Stats.ts"
import { caveatsOf } from "../../src/result/caveats.ts"
import { stress } from "../../src/studies/stress.ts"
import { it } from "../engine/virtualTime.ts"
import { delays, second } from "../metrics/health.ts"
import { three } from "./inMemory.ts"
import { runCommand, stressed, students, studyCommand } from "./onAgents.ts"

const writtenBetween = (before: Stats, after: Stats) => {
  const of = (op: "create" | "update" | "delete") =>
    (after.operations[op]["students"] ?? 0) - (before.operations[op]["students"] ?? 0)
  return { create: of("create"), update: of("update"), delete: of("delete") }
}

const latency = { _tag: "fixed", millis: 50 } as const

describe("a run on agents", () => {
  it.scoped("creates, updates and deletes exactly as many records as it shall", () =>
    Effect.gen(function* () {
      const { after, before, summary } = yield* runCommand(
        three,
        { ...students, recordCount: "237" },
        { latency }
      )
      assert.strictEqual(summary.endedBy, "recordCount")
      assert.deepInclude(summary.fixedWork, {
        planned: 237,
        judged: 237,
        there: 0,
        maybeMore: 0,
        maybeFewer: 0
      })
      assert.deepStrictEqual(summary.operations.byOp, { create: 237, update: 237, delete: 237 })
      assert.deepStrictEqual(writtenBetween(before, after), summary.operations.byOp)
      assert.strictEqual(after.batches.committed - before.batches.committed, summary.requests.total)
      assert.deepStrictEqual(after.upsertsOnCreate, {})
    })
  )

  it.scoped("starts as many iterations as the rate asks for", () =>
    Effect.gen(function* () {
      const load = { testList: "StudentBatchVolumeTest", arrivalRate: "20/s", runTimeInMinutes: "0.1" }
      const { after, before, summary } = yield* runCommand(three, load, { latency })
      assert.strictEqual(summary.requests.total, 120)
      assert.strictEqual(after.batches.committed - before.batches.committed, 120)
      assert.strictEqual(summary.starts.dropped, 0)
    })
  )

  it.scoped("names the agent whose event loop is late, and doubts only its figures", () =>
    Effect.gen(function* () {
      const quarter = { observedMicros: 250_000, cpuMicros: 25_000, busyMicros: 25_000, ranMicros: 25_000 }
      const calm = () => second(quarter)
      const late = () =>
        second({
          ...quarter,
          waitedMicros: 120_000,
          loopDelays: delays(...Array.from({ length: 20 }, () => 80))
        })
      const specs = three.map((spec) => ({ ...spec, health: spec.name === "lab-2" ? late : calm }))
      const { summary } = yield* runCommand(
        specs,
        { ...students, clientCount: "4", runTimeInMinutes: "0.1" },
        { latency: { _tag: "fixed", millis: 200 } }
      )
      assert.deepStrictEqual(
        summary.agents?.agents.map(({ health, name }) => [name, health?.limited]),
        [
          ["lab-1", false],
          ["lab-2", true],
          ["lab-3", false]
        ]
      )
      assert.isFalse(summary.agents?.coordinator?.limited)
      const [limited, ...others] = caveatsOf(summary)
      assert.strictEqual(limited?.kind, "limited")
      assert.match(limited?.sentence ?? "", /agent lab-2: .*its event loop was more than 50 ms late/)
      assert.deepStrictEqual(others, [])
    })
  )
})

describe("a study on agents", () => {
  it.scoped("ends with the name of the agent that it lost", () =>
    Effect.gen(function* () {
      const { document } = yield* studyCommand(three, students, (measure) => stress(stressed, measure), {
        server: { latency },
        meanwhile: ([, second]) => Effect.zipRight(Effect.sleep("12 seconds"), second?.kill ?? Effect.void)
      })
      assert.strictEqual(document.endedBy, "agentLost")
      assert.include(document.verdict, "Ended at slice 1 of 2 with 2 users: agent lab-2 was lost.")
    })
  )
})
