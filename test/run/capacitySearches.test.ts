/** Searches for the capacity over engine, client and server, in virtual time. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { parseObjective } from "../../src/domain/Objective.ts"
import { hasAnswer } from "../../src/result/Capacity.ts"
import { capacity, type CapacityOptions } from "../../src/studies/capacity.ts"
import { it } from "../engine/virtualTime.ts"
import { studied } from "./studied.ts"

const asked: CapacityOptions = {
  testType: "VOLUME",
  batchTripleCount: 1,
  scenarioCount: 1,
  objectives: [Either.getOrThrow(parseObjective("latency.p95 < 1500ms"))],
  startRate: 1,
  maxRate: undefined,
  maxSteps: 40,
  precision: 0.2,
  stepLength: { minSeconds: 6, maxSeconds: 6 },
  warmUpSeconds: 0,
  config: {}
}

/** Each iteration is a POST and a PUT. */
const load = {
  testType: "VOLUME",
  testList: "StudentVolumeTest",
  deleteResources: "false",
  arrivalRate: "4",
  maxFailRatio: "1",
  gracefulStop: "5"
}

describe("a server that works on four requests at a time, for about 0.8 s each", () => {
  /** 4 / (2 x 0.8 s x exp(0.2^2 / 2)): the mean of a lognormal latency is above its median. */
  const perSecond = 2.45
  const latency = { _tag: "lognormal", medianMillis: 800, sigma: 0.2 } as const

  it.effect.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    "has the same capacity from a tenth and from ten times of it, with seed %s",
    (seed) =>
      Effect.gen(function* () {
        const from = (startRate: number) =>
          studied({ ...load, clientCount: "30" }, { seed, latency, concurrency: 4 }, (measure) =>
            capacity({ ...asked, startRate, minRate: perSecond / 20 }, measure)
          )
        const [below, above] = [yield* from(perSecond / 10), yield* from(10 * perSecond)]
        assert.deepStrictEqual([below.searchEnd, above.searchEnd], ["precise", "precise"])
        const [low = 0, high = 0] = [below.highest ?? 0, above.highest ?? 0].toSorted((a, b) => a - b)
        assert.isAtMost(high - low, 2 * asked.precision * high)
        assert.closeTo(low, perSecond, 2 * asked.precision * perSecond)
        assert.closeTo(high, perSecond, 2 * asked.precision * perSecond)
      })
  )
})

describe("a server of 5 iterations per second that collapses when 12 requests wait", () => {
  const server = { latency: { _tag: "fixed", millis: 100 }, concurrency: 1, stuckAbove: 12 } as const
  const collapsing = { ...load, clientCount: "100" }
  const options = { ...asked, startRate: 2, stepLength: { minSeconds: 12, maxSeconds: 12 } }

  it.effect("and works on what the client no longer waits for: the search says that it did not recover", () =>
    Effect.gen(function* () {
      const document = yield* studied(collapsing, server, (measure) => capacity(options, measure), {
        finishesAbandoned: true
      })
      assert.deepStrictEqual(
        document.steps.map(({ arrivalRate, kept, phase, recovery }) => [
          arrivalRate,
          phase,
          kept,
          recovery?.recovered
        ]),
        [
          [2, "doubling", true, undefined],
          [4, "doubling", true, undefined],
          [8, "doubling", false, undefined],
          [4, "confirmation", false, false]
        ]
      )
      assert.deepInclude(document, { searchEnd: "collapsed", highest: 4, collapsedAfter: 8 })
      assert.isFalse(hasAnswer(document))
      assert.match(
        document.verdict,
        /^The server did not recover: it kept 4\/s before, and did not keep it again \d+ s after 8\/s: /
      )
    })
  )

  it.effect("and drops what the client no longer waits for: it recovers, and its capacity is found", () =>
    Effect.gen(function* () {
      const document = yield* studied(collapsing, server, (measure) => capacity(options, measure))
      assert.strictEqual(document.searchEnd, "precise")
      assert.closeTo(document.highest ?? 0, 5, 2 * asked.precision * 5)
      const waits = document.steps.flatMap(({ recovery }) => (recovery === null ? [] : [recovery.recovered]))
      assert.isAbove(waits.length, 0)
      assert.notInclude(waits, false)
    })
  )
})
