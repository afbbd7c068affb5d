/** Searches for the capacity over engine, client and server, in virtual time. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { hasAnswer } from "../../src/result/Capacity.ts"
import { capacity } from "../../src/studies/capacity.ts"
import { it } from "../engine/virtualTime.ts"
import { asked, capacityFromBothSides, load } from "./capacityFromBothSides.ts"
import { studied } from "./studied.ts"

capacityFromBothSides([1, 2])

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
