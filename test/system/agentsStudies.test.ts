/** Studies on agents against a local DMS whose limit is known, on the clock of the test. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { parseObjective } from "../../src/domain/Objective.ts"
import { capacity } from "../../src/studies/capacity.ts"
import { stress } from "../../src/studies/stress.ts"
import { three } from "../agents/inMemory.ts"
import { stressed, students, studyCommand } from "../agents/onAgents.ts"
import { it } from "../engine/virtualTime.ts"

describe("a study on agents", () => {
  it.scoped("finds the knee of a server that processes two requests at a time", () =>
    Effect.gen(function* () {
      const server = { latency: { _tag: "fixed", millis: 200 }, concurrency: 2 } as const
      const { document } = yield* studyCommand(three, students, (measure) => stress(stressed, measure), {
        server
      })
      assert.deepStrictEqual(document.knee, { _tag: "Knee", good: 2, broken: 4, broke: ["flattens"] })
      const [first] = document.steps.flatMap(({ slices }) => slices)
      // One user needs one thread.
      assert.deepStrictEqual(
        first?.agents?.agents.map(({ name, slots }) => [name, slots]),
        [["lab-1", 1]]
      )
      const last = document.steps.at(-1)?.slices.at(-1)
      assert.deepStrictEqual(
        last?.agents?.agents.map(({ name, slots }) => [name, slots]),
        [
          ["lab-1", 2],
          ["lab-2", 1],
          ["lab-3", 1]
        ]
      )
    })
  )

  it.scoped("finds the highest rate that keeps its objectives", () =>
    Effect.gen(function* () {
      const { document } = yield* studyCommand(
        three,
        { ...students, clientCount: "20", arrivalRate: "4" },
        (measure) =>
          capacity(
            {
              testType: "BATCH_VOLUME",
              batchTripleCount: 2,
              scenarioCount: 1,
              objectives: [Either.getOrThrow(parseObjective("latency.p95 < 500ms"))],
              startRate: 5,
              maxRate: undefined,
              maxSteps: 40,
              precision: 0.5,
              stepLength: { minSeconds: 4, maxSeconds: 4 },
              warmUpSeconds: 0,
              config: {}
            },
            measure
          ),
        { server: { latency: { _tag: "fixed", millis: 200 }, concurrency: 2 } }
      )
      assert.strictEqual(document.searchEnd, "precise")
      // Two seats of 0.2 s each.
      assert.closeTo(document.highest ?? 0, 10, 4)
    })
  )
})
