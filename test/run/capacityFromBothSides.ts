/** Searches for the capacity of one server, started below and above it: in the unit suite with few seeds, in the system suite with all. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { parseObjective } from "../../src/domain/Objective.ts"
import { capacity, type CapacityOptions } from "../../src/studies/capacity.ts"
import { it } from "../engine/virtualTime.ts"
import { studied } from "./studied.ts"

export const asked: CapacityOptions = {
  testType: "VOLUME",
  batchTripleCount: 1,
  scenarioCount: 1,
  objectives: [Either.getOrThrow(parseObjective("latency.p95 < 500ms"))],
  startRate: 1,
  maxRate: undefined,
  maxSteps: 40,
  precision: 0.2,
  stepLength: { minSeconds: 2, maxSeconds: 2 },
  warmUpSeconds: 0,
  config: {}
}

/** Each iteration is a POST and a PUT. */
export const load = {
  testType: "VOLUME",
  testList: "StudentVolumeTest",
  deleteResources: "false",
  arrivalRate: "4",
  maxFailRatio: "1",
  gracefulStop: "5"
}

/** @param seeds of the local DMS */
export const capacityFromBothSides = (seeds: ReadonlyArray<number>) =>
  describe("a server that works on four requests at a time, for about 0.25 s each", () => {
    /** 4 / (2 x 0.25 s x exp(0.2^2 / 2)): the mean of a lognormal latency is above its median. */
    const perSecond = 7.84
    const latency = { _tag: "lognormal", medianMillis: 250, sigma: 0.2 } as const

    it.effect.each(seeds)(
      "has the same capacity from a tenth and from ten times of it, with seed %s",
      (seed) =>
        Effect.gen(function* () {
          const from = (startRate: number) =>
            studied({ ...load, clientCount: "12" }, { seed, latency, concurrency: 4 }, (measure) =>
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
