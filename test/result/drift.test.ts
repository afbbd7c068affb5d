import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { PCGRandom } from "effect/Utils"
import { type Drift, driftOf, type DriftSeries, memoryOf, type Series } from "../../src/result/Drift.ts"
import { driftNote, driftRows, driftSentence } from "../../src/result/driftText.ts"
import { soakSentence } from "../../src/result/soakText.ts"
import { stepTrendOf, t99, trendOf } from "../../src/result/trend.ts"
import { sampleStress } from "./sampleStress.ts"

const hour = 3600

/** Noise with mean 0 and standard deviation 1 whose neighbours correlate by `phi`. */
const noiseOf = (seed: number, phi: number) => {
  const random = new PCGRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.number())) * Math.cos(2 * Math.PI * random.number())
  let last = normal()
  return () => (last = phi * last + Math.sqrt(1 - phi ** 2) * normal())
}

interface Made {
  readonly seed: number
  readonly phi: number
  /** Standard deviation as a share of the level. */
  readonly noise: number
  readonly kind?: Series["kind"]
  readonly seconds?: number
  readonly level?: (second: number) => number
}

/** One value per second around a level. */
const made = ({ kind = "latency", level = () => 100, noise, phi, seconds = hour, seed }: Made): Series => {
  const next = noiseOf(seed, phi)
  return {
    name: "latency p95",
    kind,
    unit: "ms",
    points: Array.from({ length: seconds }, (_, second) => ({
      at: second + 0.5,
      weight: 1,
      value: level(second) * (1 + noise * next())
    }))
  }
}

const judged = (series: Series, seconds = hour): DriftSeries["verdict"] | undefined =>
  driftOf([series], { from: 0, to: seconds })?.series[0]?.verdict

/** How many of so many seeds have a verdict. */
const count = (seeds: number, verdict: DriftSeries["verdict"], of: (seed: number) => Series): number =>
  Array.from({ length: seeds }, (_, seed) => judged(of(seed + 1))).filter((each) => each === verdict).length

describe("trendOf", () => {
  it("finds a straight line", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: -50, max: 50 }),
        FastCheck.integer({ min: -1000, max: 1000 }),
        FastCheck.integer({ min: 10, max: 60 }),
        (slope, start, length) => {
          const trend = trendOf(
            Array.from({ length }, (_, i) => ({ at: 10 * i, value: start + slope * 10 * i }))
          )
          assert.closeTo(trend?.slope ?? NaN, slope, 1e-6)
          assert.closeTo(trend?.first ?? NaN, start, 1e-6)
          assert.closeTo(trend?.last ?? NaN, start + slope * 10 * (length - 1), 1e-6)
        }
      )
    )
  })

  it("finds the mean step of values that add up, where a line seldom tells anything", () => {
    const sumsOf = (seed: number) => {
      const next = noiseOf(seed, 0)
      let value = 0
      return Array.from({ length: 60 }, (_, place) => ({
        at: 10 * place,
        value: (value += 10 + 3 * next())
      }))
    }
    const seeds = Array.from({ length: 100 }, (_, place) => sumsOf(place + 1))
    const steps = seeds.map((values) => stepTrendOf(values) ?? { slope: NaN, margin: NaN })
    assert.isAtLeast(steps.filter(({ margin, slope }) => Math.abs(slope - 1) <= margin).length, 97)
    assert.isAtLeast(steps.filter(({ margin }) => margin < 0.2).length, 97)
    assert.isBelow(seeds.filter((values) => Number.isFinite(trendOf(values)?.margin)).length, 60)
    const line = [1, 2, 3, 4].map((value, place) => ({ at: 10 * place, value }))
    assert.deepInclude(stepTrendOf(line), { slope: 0.1, first: 1, last: 4 })
  })

  it("counts values that depend on their neighbours for less", () => {
    const effectiveOf = (phi: number) => {
      const next = noiseOf(3, phi)
      return trendOf(Array.from({ length: 300 }, (_, at) => ({ at, value: next() })))?.effective ?? NaN
    }
    assert.isAbove(effectiveOf(0), 240)
    // (1 - 0.8) / (1 + 0.8) of 300 are 33.
    assert.closeTo(effectiveOf(0.8), 33, 12)
  })

  it("has the quantiles of Student's t", () => {
    for (const [freedom, expected] of [
      [4, 4.604],
      [6, 3.707],
      [10, 3.169],
      [28, 2.763]
    ] as const) {
      assert.closeTo(t99(freedom), expected, 0.015 * expected)
    }
  })
})

describe("driftOf", () => {
  it.each([0, 0.6, 0.9, 0.98])(
    "calls at most 1 in 20 flat seeds a drift, with noise that correlates by %s",
    (phi) => {
      assert.isAtMost(
        count(100, "drift", (seed) => made({ seed, phi, noise: 0.3 })),
        5
      )
      assert.isAtMost(
        count(20, "drift", (seed) => made({ seed, phi, noise: 0.3 })),
        1
      )
    }
  )

  it.each([0, 0.6, 0.9])(
    "finds a latency that grows by 1 %% a minute, with noise that correlates by %s",
    (phi) => {
      const growing = (second: number) => 100 * (1 + 0.01 * (second / 60))
      assert.isAtLeast(
        count(20, "drift", (seed) => made({ seed, phi, noise: 0.3, level: growing })),
        19
      )
    }
  )

  it("finds throughput that falls and failures that begin", () => {
    const falling = made({ seed: 1, phi: 0.6, noise: 0.1, kind: "throughput", level: (at) => 500 - at / 20 })
    assert.strictEqual(judged(falling), "drift")
    const failing = made({ seed: 1, phi: 0, noise: 0.5, kind: "failures", level: (at) => at / 100_000 })
    assert.strictEqual(judged(failing), "drift")
  })

  it("says nothing of a change that is certain but small", () => {
    const slight = made({ seed: 1, phi: 0, noise: 0.01, level: (at) => 100 + at / 1000 })
    const [series] = driftOf([slight], { from: 0, to: hour })?.series ?? []
    assert.isAbove(series?.interval?.low ?? 0, 0)
    assert.strictEqual(series?.verdict, "steady")
  })

  it("does not see caches that fill in the first tenth", () => {
    const cold = made({ seed: 1, phi: 0, noise: 0.05, level: (at) => (at < 300 ? 400 : 100) })
    assert.strictEqual(judged(cold), "steady")
  })

  it("says nothing where values depend on each other too much", () => {
    const waves = made({
      seed: 1,
      phi: 0,
      noise: 0,
      level: (at) => 100 + 50 * Math.sin((2 * Math.PI * at) / hour)
    })
    assert.strictEqual(judged(waves), "unclear")
  })

  it("needs ten minutes at constant load", () => {
    const series = made({ seed: 1, phi: 0, noise: 0.1 })
    assert.isNull(driftOf([series], { from: 0, to: 599 }))
    assert.isNotNull(driftOf([series], { from: 100, to: 700 }))
  })

  it("leaves out a series that has values for a part of the time only", () => {
    const half = made({ seed: 1, phi: 0, noise: 0.1, seconds: hour / 2 })
    assert.deepStrictEqual(driftOf([half], { from: 0, to: hour })?.series, [])
  })

  const mega = 1e6
  const memory = (level: (second: number) => number, seed = 1) =>
    made({ seed, phi: 0.5, noise: 0.03, kind: "memory", level })

  it("suspects a leak in memory that grows to the end", () => {
    assert.strictEqual(judged(memory((at) => 150 * mega + at * 30_000)), "leak")
  })

  it("suspects no leak in memory that grows to a limit, that falls, or that grows by little", () => {
    assert.strictEqual(judged(memory((at) => mega * (150 + 100 * Math.min(1, at / 1500)))), "steady")
    assert.strictEqual(judged(memory((at) => mega * (300 - at / 30))), "steady")
    assert.strictEqual(judged(memory((at) => mega * (150 + at / 360))), "steady")
  })

  /** Memory that adds up: `rate` bytes per second that vary by themselves, from 150 MB. */
  const sums = (rate: (second: number) => number, seed: number): Series => {
    const next = noiseOf(seed, 0)
    let bytes = 150 * mega
    return memoryOf({
      label: "name:dotnet",
      timeline: Array.from({ length: hour }, (_, second) => ({
        elapsedSeconds: second + 1,
        seconds: 1,
        cores: null,
        residentBytes: Math.max(0, Math.round((bytes += rate(second) + 100_000 * next()))),
        threads: null,
        processes: 1,
        readBytes: null,
        writtenBytes: null
      }))
    })
  }

  it("suspects a leak of what requests keep, also if they become fewer", () => {
    assert.isAtLeast(
      count(20, "leak", (seed) => sums(() => 20_000, seed)),
      19
    )
    assert.isAtLeast(
      count(20, "leak", (seed) => sums((at) => 30_000 - 4 * at, seed)),
      19
    )
  })

  it("suspects a leak in at most 1 of 20 memories that wander", () => {
    assert.isAtMost(
      count(200, "leak", (seed) => sums(() => 0, seed)),
      10
    )
  })

  it("suspects a leak in a watched process, and names it", () => {
    const { points } = memory((at) => 150 * mega + at * 30_000)
    const watched = memoryOf({
      label: "name:dotnet",
      timeline: points.map(({ at, value }) => ({
        elapsedSeconds: at,
        seconds: 1,
        cores: null,
        residentBytes: Math.round(value),
        threads: null,
        processes: 1,
        readBytes: null,
        writtenBytes: null
      }))
    })
    assert.strictEqual(watched.name, "memory of name:dotnet")
    assert.strictEqual(judged(watched), "leak")
  })

  it("suspects a leak below the teeth of garbage collections, and not in the teeth alone", () => {
    const teeth = (at: number) => 60 * mega * ((at % 240) / 240)
    assert.strictEqual(judged(memory((at) => 150 * mega + teeth(at) + at * 30_000)), "leak")
    assert.strictEqual(
      count(20, "leak", (seed) => memory((at) => 150 * mega + teeth(at), seed)),
      0
    )
  })
})

describe("drift in words", () => {
  const series = (own: Partial<DriftSeries>): DriftSeries => ({
    name: "latency p95",
    kind: "latency",
    unit: "ms",
    from: 106,
    to: 160,
    perHour: 60,
    interval: { low: 58, high: 62 },
    verdict: "drift",
    ...own
  })
  const drift = (...all: ReadonlyArray<DriftSeries>): Drift => ({
    fromSeconds: 360,
    toSeconds: 3600,
    series: all
  })
  const leak = series({
    name: "memory of the server",
    kind: "memory",
    unit: "bytes",
    from: 2e8,
    to: 3e8,
    verdict: "leak"
  })

  it("names what changed, and nothing else", () => {
    assert.strictEqual(
      driftSentence(drift(series({}), leak, series({ name: "latency p50", verdict: "steady" }))),
      "Between 6:00 and 1:00:00 the load was constant, but latency p95 grew by 50.9 %, from 106 ms to 160 ms and memory of the " +
        "server grew by 50.0 %, from 200 MB to 300 MB, in each quarter of the time, as a leak would. Figures of the whole run " +
        "are means over this change."
    )
  })

  it("has no sentence without a change, and says what is unclear", () => {
    const steady = series({ verdict: "steady" })
    assert.isUndefined(driftSentence(drift(steady)))
    assert.isUndefined(driftSentence(null))
    assert.strictEqual(driftNote(drift(steady)), "No drift between 6:00 and 1:00:00.")
    assert.strictEqual(
      driftNote(drift(series({ verdict: "unclear", interval: null }))),
      "No drift between 6:00 and 1:00:00; of latency p95 it cannot be told."
    )
  })

  it("is no claim of the soak's sentence that nothing drifted where it cannot be told", () => {
    const soaked = (each: DriftSeries["verdict"]): string => {
      const { soak } = sampleStress
      return soakSentence({
        ...sampleStress,
        soak: soak && { ...soak, drift: drift(series({ verdict: each, interval: null })) }
      }).join()
    }
    assert.match(soaked("steady"), / It did not drift\.$/)
    assert.match(soaked("unclear"), / It did not drift, as far as it can be told\.$/)
    assert.match(soaked("leak"), / It drifted\.$/)
  })

  it("has a row for each series", () => {
    assert.deepStrictEqual(
      driftRows(
        drift(
          series({}),
          series({ kind: "failures", unit: "share", from: 0, to: 0.02, perHour: 0.02, interval: null })
        )
      ).slice(1),
      [
        ["latency p95", "106 ms", "160 ms", "+50.9 %", "60 ms (58 ms to 62 ms)", "drift"],
        ["latency p95", "0 %", "2 %", "-", "2 %", "drift"]
      ]
    )
  })
})
