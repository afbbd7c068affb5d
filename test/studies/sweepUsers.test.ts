/** A sweep over users finds the peak and the parameters of a server that follows the scalability law. */
import { triple } from "../../src/result/batchSize.ts"
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { PCGRandom } from "effect/Utils"
import { Congestion } from "../../src/local-dms/requests/Congestion.ts"
import { draw } from "../../src/local-dms/Latency.ts"
import { peakUsers } from "../../src/result/ScalabilityLaw.ts"
import type { Sweep } from "../../src/result/Sweep.ts"
import type { SliceSpec } from "../../src/studies/MeasureSlice.ts"
import { sweep, type SweepOptions } from "../../src/studies/sweep.ts"
import { it } from "../engine/virtualTime.ts"
import { studied } from "../run/studied.ts"
import { measureFake } from "./fakeSlices.ts"

const law = { contention: 0.3, coherency: 0.03 }
const latency = { _tag: "lognormal", medianMillis: 20, sigma: 0.4 } as const

const asked: SweepOptions = {
  testType: "BATCH_VOLUME",
  clientCounts: [1, 2, 3, 4, 6, 8, 12, 16],
  operationsPerRecord: triple,
  batchTripleCounts: [1],
  slices: 3,
  sliceSeconds: 15,
  warmUpSeconds: 0,
  maxFailRatio: 0,
  seed: 1,
  config: {}
}

/** The requests that a closed loop of users completes, with the latency and the congestion of the local DMS. */
const completedBy = (users: number, seconds: number, random: PCGRandom): number => {
  const congestion = new Congestion({
    ...law,
    concurrency: Number.POSITIVE_INFINITY,
    stuckAbove: Number.POSITIVE_INFINITY
  })
  const send = (at: number): number => {
    congestion.enter()
    return at + congestion.factor() * draw(latency, random, 3)
  }
  const ends = Array.from({ length: users }, () => send(0))
  for (let completed = 0; ; completed++) {
    const next = Math.min(...ends)
    if (next > 1000 * seconds) return completed
    congestion.leave()
    ends[ends.indexOf(next)] = send(next)
  }
}

const sweepWith = (seed: number) =>
  Effect.gen(function* () {
    const random = new PCGRandom(seed)
    const measure = (slice: SliceSpec) => {
      const users = slice.load._tag === "Users" ? slice.load.clientCount : 0
      return measureFake(slice, { requests: completedBy(users, slice.seconds, random) })
    }
    const fiber = yield* Effect.fork(sweep({ ...asked, seed }, measure))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

const fittedOf = ({ answer }: Sweep) => {
  if (answer._tag !== "Users" || answer.law._tag !== "Fitted") throw new Error(JSON.stringify(answer))
  return { best: answer.best.clientCount, law: answer.law }
}

/** The numbers of users of the grid on both sides of the true peak. */
const nearest = (clientCounts: ReadonlyArray<number>): ReadonlyArray<number> => {
  const above = clientCounts.findIndex((count) => count >= peakUsers({ perUser: 1, ...law }))
  return clientCounts.slice(above - 1, above + 1)
}

const assertLaw = (found: typeof law, label: string) => {
  assert.closeTo(found.contention, law.contention, 0.2 * law.contention, label)
  assert.closeTo(found.coherency, law.coherency, 0.2 * law.coherency, label)
}

describe("a sweep over users of a server with contention and coherency", () => {
  it.effect(
    "finds the true peak within one step, and both parameters within a fifth, with each of 20 seeds",
    () =>
      Effect.gen(function* () {
        for (const seed of Array.from({ length: 20 }, (_, i) => i + 1)) {
          const found = fittedOf(yield* sweepWith(seed))
          assert.include(nearest(asked.clientCounts), found.best, `seed ${seed}`)
          assertLaw(found.law, `seed ${seed}`)
        }
      })
  )

  it.effect("finds them over engine, client and the local DMS too", () =>
    Effect.gen(function* () {
      const clientCounts = [1, 2, 4, 8, 16]
      const found = fittedOf(
        yield* studied(
          { testList: "StudentBatchVolumeTest" },
          { latency: { _tag: "lognormal", medianMillis: 100, sigma: 0.1 }, ...law },
          (measure) => sweep({ ...asked, clientCounts, slices: 1, sliceSeconds: 6 }, measure)
        )
      )
      assert.include(nearest(clientCounts), found.best)
      assertLaw(found.law, "one seed")
    })
  )
})
