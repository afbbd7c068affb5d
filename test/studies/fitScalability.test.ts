import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { peakUsers, type Scalability, throughputAt } from "../../src/result/ScalabilityLaw.ts"
import { fitScalability } from "../../src/studies/fitScalability.ts"

const counts = [1, 2, 3, 4, 6, 8, 12, 20, 40]

/** @param noise factors, one for each number of users */
const pointsOf = (law: Scalability, users: ReadonlyArray<number>, noise: ReadonlyArray<number> = []) =>
  users.map((each, at) => ({ users: each, operationsPerSecond: throughputAt(law, each) * (noise[at] ?? 1) }))

const fittedTo = (points: ReturnType<typeof pointsOf>) => {
  const fit = fitScalability(points)
  if (fit._tag === "NotFitted") throw new Error(fit.reason)
  return fit
}

const reasonAgainst = (points: ReturnType<typeof pointsOf>) => {
  const fit = fitScalability(points)
  if (fit._tag === "Fitted") throw new Error("it was fitted")
  return fit.reason
}

const laws = FastCheck.record({
  perUser: FastCheck.double({ min: 0.5, max: 5000, noNaN: true }),
  contention: FastCheck.double({ min: 0, max: 0.5, noNaN: true }),
  coherency: FastCheck.double({ min: 0, max: 0.1, noNaN: true })
})

const close = (actual: number, expected: number, share: number, floor = 0) =>
  assert.closeTo(actual, expected, share * expected + floor)

describe("the law", () => {
  it("is the throughput of one user at one user, and highest at its peak", () => {
    const law = { perUser: 100, contention: 0.1, coherency: 0.01 }
    assert.strictEqual(throughputAt(law, 1), 100)
    close(throughputAt(law, 5), 312.5, 1e-12)
    const peak = peakUsers(law)
    close(peak, Math.sqrt(90), 1e-12)
    for (const other of [peak - 0.5, peak + 0.5])
      assert.isBelow(throughputAt(law, other), throughputAt(law, peak))
    assert.strictEqual(peakUsers({ ...law, coherency: 0 }), Number.POSITIVE_INFINITY)
    assert.strictEqual(peakUsers({ ...law, contention: 1.2 }), 1)
  })
})

describe("fitScalability", () => {
  it("gives back the parameters of points that follow the law", () => {
    FastCheck.assert(
      FastCheck.property(laws, FastCheck.subarray(counts, { minLength: 5 }), (law, users) => {
        const fit = fittedTo(pointsOf(law, users))
        close(fit.perUser, law.perUser, 1e-4)
        close(fit.contention, law.contention, 1e-4, 1e-5)
        close(fit.coherency, law.coherency, 1e-4, 1e-5)
        assert.isAbove(fit.rSquared, 0.999)
        for (const { operationsPerSecond: residual, users } of fit.residuals) {
          assert.isBelow(Math.abs(residual), 1e-4 * throughputAt(law, users) + 1e-3)
        }
      }),
      { numRuns: 300, seed: 1 }
    )
  })

  it("fits every law with a clear rise and fall", () => {
    const fit = fittedTo(pointsOf({ perUser: 80, contention: 0.05, coherency: 0.02 }, counts))
    assert.deepInclude(fit, { perUser: 80, contention: 0.05, coherency: 0.02, rSquared: 1 })
    close(fit.peak?.users ?? 0, Math.sqrt(0.95 / 0.02), 1e-3)
  })

  it("finds contention within 30 %, coherency within 20 % and the peak within 10 %, where throughput varies by 5 %", () => {
    const law = { perUser: 80, contention: 0.1, coherency: 0.02 }
    const noise = FastCheck.array(FastCheck.double({ min: 0.975, max: 1.025, noNaN: true }), {
      minLength: counts.length,
      maxLength: counts.length
    })
    FastCheck.assert(
      FastCheck.property(noise, (factors) => {
        const fit = fittedTo(pointsOf(law, counts, factors))
        assert.closeTo(fit.contention, law.contention, 0.3 * law.contention)
        assert.closeTo(fit.coherency, law.coherency, 0.2 * law.coherency)
        assert.closeTo(fit.peak?.users ?? 0, peakUsers(law), 0.1 * peakUsers(law))
      }),
      { numRuns: 200, seed: 2 }
    )
  })

  it("does not depend on the order of the points", () => {
    const points = pointsOf({ perUser: 80, contention: 0.05, coherency: 0.02 }, counts)
    assert.deepStrictEqual(fitScalability(points.toReversed()), fitScalability(points))
  })

  it("predicts no peak beyond twice the largest number of users", () => {
    const law = { perUser: 100, contention: 0.02, coherency: 0.001 }
    assert.isNull(fittedTo(pointsOf(law, [1, 2, 4, 8, 12])).peak)
    assert.isNotNull(fittedTo(pointsOf(law, [1, 2, 4, 8, 16])).peak, "31.3 users are less than 32")
    assert.isNull(fittedTo(pointsOf({ ...law, coherency: 0 }, [1, 2, 4, 8, 16])).peak)
  })

  it("explains at least 90 % of the variance, or is not shown", () => {
    const law = { perUser: 80, contention: 0.1, coherency: 0.02 }
    const uneven = (share: number) => counts.map((_, at) => (at % 2 === 0 ? 1 + share : 1 - share))
    assert.isAtLeast(fittedTo(pointsOf(law, counts, uneven(0.096))).rSquared, 0.9)
    assert.strictEqual(
      reasonAgainst(pointsOf(law, counts, uneven(0.097))),
      "it does not describe these points: R² is only 0.89"
    )
  })

  it("says why there is none: few points, a negative parameter, or points that follow another law", () => {
    const law = { perUser: 100, contention: 0.1, coherency: 0.01 }
    assert.include(reasonAgainst(pointsOf(law, [1, 2, 4, 8])), "at least 5 numbers of users")
    assert.include(reasonAgainst(pointsOf({ ...law, contention: -0.01 }, counts)), "negative contention")
    assert.include(
      reasonAgainst(pointsOf({ ...law, contention: 0.2, coherency: -0.001 }, counts)),
      "negative coherency"
    )
    assert.match(reasonAgainst(pointsOf(law, counts, [1, 3, 1, 0.2, 2, 1, 4, 0.3, 1])), /R² is only|negative/)
    const flat = counts.map((users) => ({ users, operationsPerSecond: 100 }))
    assert.match(reasonAgainst(flat), /did not vary|R² is only|negative/)
    const few = [1000, 1001, 1002, 1003, 1004]
    assert.isDefined(fitScalability(few.map((users) => ({ users, operationsPerSecond: 100 + (users % 3) }))))
  })
})
