import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { parseObjective } from "../../src/domain/Objective.ts"
import { capacity } from "../../src/studies/capacity.ts"
import { capacityMarkdown, capacityText, stepLine } from "../../src/output/capacityText.ts"
import type { SliceLimit } from "../../src/result/MeasuredSlice.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { fakeServer } from "../studies/fakeServer.ts"

describe("the text of a search", () => {
  it.effect("has a line for each step, the result and its precision", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate, nth) => ({
        latencyMs: () => (rate > 200 ? 731 : 20),
        ...(rate > 200 ? { failsEvery: 40, refusalMs: 1, dropped: 100 } : {}),
        limited: nth === 2 ? ["a neighbour"] : []
      }))
      const fiber = yield* Effect.fork(
        capacity(
          {
            testType: "BATCH_VOLUME",
            batchTripleCount: 10,
            scenarioCount: 1,
            objectives: [Either.getOrThrow(parseObjective("latency.p95 < 500ms"))],
            startRate: 100,
            maxRate: undefined,
            maxSteps: 40,
            precision: 0.5,
            stepLength: { minSeconds: 10, maxSeconds: 60 },
            warmUpSeconds: 0,
            config: {}
          },
          server.measure
        )
      )
      yield* TestClock.adjust("1 hour")
      const document = yield* Fiber.join(fiber)
      const lines = capacityText(document).split("\n")
      assert.deepStrictEqual(lines, [
        "capacity  latency.p95 < 500ms  6 steps",
        "",
        "arrival rate  seconds  p95 ms  failed  dropped  operations/s  waited s  objectives",
        "       100/s       19      20       0        0           300         -  kept",
        "       200/s       10      20       0        0           599         -  kept, generator limited",
        "       200/s       10      20       0        0           599         -  kept, repeated",
        "       400/s       10     731      97      100         1,085         -  not kept",
        "                            1                                           of which failed",
        "       400/s       10     731      97      100         1,085         1  not kept, repeated",
        "                            1                                           of which failed",
        "       200/s       10      20       0        0           599         1  kept, confirmation",
        "",
        document.verdict,
        "",
        document.precision,
        "What limits the server is unknown: give --watch and --databaseUrl.",
        "Latency counts from the time a batch was due, so it includes waiting caused by a slow server. Where requests failed, the latencies are those of the succeeded ones."
      ])
      assert.isTrue(
        capacityMarkdown(document).startsWith(
          "**capacity latency.p95 &lt; 500ms 6 steps**: 200/s (599 operations per second)"
        )
      )
      assert.deepStrictEqual(document.steps.map(stepLine).slice(2, 4), [
        "200/s, repeated: kept",
        "400/s: not kept, latency.p95 was 731 ms (limit: below 500 ms); 2.50 % of the iterations could not be started in time (100 of 4,000); 97 requests failed: 97 refused; most frequent: refused with 429: Too Many Requests"
      ])
    })
  )
})

describe("a step that could not be judged", () => {
  const lineOf = (limitedBy: SliceLimit | null, kept: boolean): string => {
    const [step] = sampleCapacity.steps
    if (step === undefined) throw new Error("there is no step")
    const slice = { ...step.slice, limited: ["it was late"], limitedBy }
    return stepLine({ ...step, kept, slice, recovery: { seconds: 61, recovered: false } })
  }

  it("says what limited it, and that the server had not recovered", () => {
    assert.strictEqual(
      lineOf("machine", false),
      "10/s: not judged: no free processor, it was late (the server did not recover within 61 s before it)"
    )
    assert.match(lineOf("suspension", false), /^10\/s: not judged: generator suspended, it was late/)
    assert.match(lineOf("generator", false), /^10\/s: not judged: generator limited, it was late/)
    // A file of an older version does not say which.
    assert.match(lineOf(null, false), /^10\/s: not judged: generator limited/)
  })

  it("is kept all the same, if its objectives were", () => {
    assert.match(lineOf("machine", true), /^10\/s: kept, processors shared, it was late/)
    assert.match(lineOf("suspension", true), /^10\/s: kept, generator suspended, it was late/)
    assert.match(lineOf("generator", true), /^10\/s: kept, generator limited, it was late/)
  })
})
