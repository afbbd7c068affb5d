import { assert, describe, it } from "@effect/vitest"
import type { SearchEnd, StepOutcome } from "../../src/result/Capacity.ts"
import {
  afterNoRecovery,
  afterStep,
  type JudgedRate,
  nextRate,
  nothingKnown,
  type SearchLimits,
  type SearchState
} from "../../src/studies/capacitySearch.ts"

const limits: SearchLimits = { startRate: 10, maxRate: undefined, minRate: 0.5, precision: 0.05 }

interface Searched {
  readonly rates: ReadonlyArray<number>
  readonly because: SearchEnd
  readonly state: SearchState
}

/** The outcome of a rate; nth is 1 for the first one. */
type Judge = (rate: number, nth: number) => StepOutcome | Partial<JudgedRate>

/** Every rate that is measured, and why the search ends. */
const searchOn = (judge: Judge, changed: Partial<SearchLimits> = {}): Searched => {
  const rates: Array<number> = []
  let state = nothingKnown
  for (;;) {
    const next = nextRate(state, { ...limits, ...changed })
    if (next._tag === "Done") return { rates, because: next.because, state }
    const { phase, rate } = next
    rates.push(rate)
    const judged = judge(rate, rates.length)
    state = afterStep(state, {
      rate,
      phase,
      outcome: "kept",
      generatorLimited: false,
      recovered: true,
      ...(typeof judged === "string" ? { outcome: judged } : judged)
    })
  }
}

/** The same when rates up to a limit are kept. */
const search = (limit: number, changed: Partial<SearchLimits> = {}) => {
  const { because, rates } = searchOn((rate) => (rate <= limit ? "kept" : "broken"), changed)
  return { because, rates }
}

describe("the search for the highest rate", () => {
  it("doubles until a rate breaks, bisects until both bounds are within 5 %, and confirms the result", () => {
    assert.deepStrictEqual(search(200), {
      rates: [10, 20, 40, 80, 160, 320, 240, 200, 220, 210, 200],
      because: "precise"
    })
  })

  it("does not confirm a rate that was kept after every overload", () => {
    assert.deepStrictEqual(search(219), {
      rates: [10, 20, 40, 80, 160, 320, 240, 200, 220, 210],
      because: "precise"
    })
  })

  it("halves the first rate while none is kept", () => {
    assert.deepStrictEqual(search(3), {
      rates: [10, 5, 2.5, 3.75, 3.125, 2.8125, 2.96875],
      because: "precise"
    })
  })

  it("gives up below the lowest rate to try", () => {
    assert.deepStrictEqual(search(0.4), { rates: [10, 5, 2.5, 1.25, 0.625], because: "floor" })
    assert.deepStrictEqual(search(0.4, { minRate: 3 }), { rates: [10, 5], because: "floor" })
  })

  it("measures its first rate though it is below that", () => {
    assert.deepStrictEqual(search(0, { minRate: 50 }), { rates: [10], because: "floor" })
  })

  it("ends with the maximum rate, when that is kept", () => {
    assert.deepStrictEqual(search(1e9, { maxRate: 100 }), {
      rates: [10, 20, 40, 80, 100],
      because: "maxRate"
    })
    assert.deepStrictEqual(search(90, { maxRate: 100 }).rates, [10, 20, 40, 80, 100, 90, 95, 92.5, 90])
  })

  it("reaches the required precision", () => {
    assert.deepStrictEqual(search(200, { precision: 0.2 }).rates, [10, 20, 40, 80, 160, 320, 240, 200])
    assert.strictEqual(search(201, { precision: 0.01 }).rates.at(-2), 201.25)
  })
})

describe("rates that cannot be judged because others had the processors", () => {
  const starvedAbove =
    (most: number): Judge =>
    (rate) =>
      rate > most ? "machine" : "kept"

  it("lead the search down like broken ones, and are no broken ones at its end", () => {
    const { because, rates, state } = searchOn(starvedAbove(60), { precision: 0.2, startRate: 40 })
    assert.deepStrictEqual(rates, [40, 80, 60, 70, 60])
    assert.strictEqual(because, "unjudged")
    assert.deepInclude(state, { kept: [40, 60], lowestBroken: null, lowestUnjudged: 70 })
  })

  it("do not matter once a lower rate is broken", () => {
    const { because, state } = searchOn((rate) => (rate > 60 ? "machine" : rate > 50 ? "broken" : "kept"), {
      precision: 0.2,
      startRate: 80
    })
    assert.strictEqual(because, "precise")
    assert.deepInclude(state, { lowestBroken: 60, lowestUnjudged: 80 })
  })

  it("end the search at a confirmation, because nothing is known about the server then", () => {
    const { because, rates, state } = searchOn(
      (rate, nth) => (nth > 2 ? "machine" : rate > 10 ? "broken" : "kept"),
      { precision: 0.5 }
    )
    assert.deepStrictEqual([rates, because], [[10, 20, 10], "unjudged"])
    assert.deepStrictEqual(state.kept, [10])
  })
})

describe("a generator at its own limit", () => {
  it("ends the search above a kept rate", () => {
    assert.deepStrictEqual(searchOn((rate) => (rate > 20 ? "generator" : "kept")).rates, [10, 20, 40])
  })

  it("leads down from a first rate that is far too high", () => {
    const { because, rates } = searchOn((rate) => (rate > 20 ? "generator" : "kept"), { startRate: 100 })
    assert.deepStrictEqual(rates, [100, 50, 25, 12.5, 18.75, 21.875])
    assert.strictEqual(because, "generator")
  })
})

describe("a rate that is measured again", () => {
  it("and not kept is a broken one if chance can explain it, and the next lower one is measured again", () => {
    const { because, rates, state } = searchOn((rate, nth) => (rate > 205 || nth === 11 ? "broken" : "kept"))
    assert.deepStrictEqual(rates.slice(6), [240, 200, 220, 210, 200, 160, 180, 190])
    assert.strictEqual(because, "precise")
    assert.deepInclude(state, { kept: [10, 20, 40, 80, 160, 180, 190], lowestBroken: 200 })
  })

  it("and not kept far below one that was kept shows a collapse", () => {
    const { because, rates, state } = searchOn((rate, nth) => (nth > 5 || rate > 80 ? "broken" : "kept"))
    assert.deepStrictEqual(rates, [10, 20, 40, 80, 160, 120, 100, 90, 85, 82.5, 80, 40])
    assert.strictEqual(because, "collapsed")
    assert.strictEqual(state.highestEver, 80)
  })

  it("shows a collapse by the highest rate of all, also after a lower one was kept again", () => {
    const judge = (rate: number, nth: number) => (rate > 20 || (rate > 10 && nth > 2) ? "broken" : "kept")
    const { because, rates, state } = searchOn(judge, { precision: 0.3 })
    assert.deepStrictEqual(rates, [10, 20, 40, 30, 25, 20, 10, 15])
    assert.deepInclude({ because, ...state }, { because: "collapsed", highestEver: 20, kept: [10] })
  })

  it("is measured at once if the server did not recover, and shows a collapse if it is not kept", () => {
    const kept = [10, 20, 40].reduce(
      (state, rate) =>
        afterStep(state, {
          rate,
          phase: "doubling",
          outcome: "kept",
          generatorLimited: false,
          recovered: true
        }),
      nothingKnown
    )
    const broken = { phase: "doubling", outcome: "broken", generatorLimited: false, recovered: true } as const
    const overloaded = afterNoRecovery(afterStep(kept, { ...broken, rate: 80 }))
    assert.deepStrictEqual(nextRate(overloaded, limits), {
      _tag: "Measure",
      rate: 40,
      phase: "confirmation"
    })
    const confirmation = { ...broken, rate: 40, phase: "confirmation", recovered: false } as const
    assert.deepStrictEqual(nextRate(afterStep(overloaded, confirmation), limits), {
      _tag: "Done",
      because: "collapsed"
    })
    const recovered = afterStep(overloaded, { ...confirmation, outcome: "kept" })
    assert.deepInclude(nextRate(recovered, limits), { rate: 60, phase: "bisection" })
  })
})
