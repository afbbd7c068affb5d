import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { decodeCapacityConfig } from "../../src/settings/CapacityConfig.ts"
import { scenarios } from "../../src/scenarios/index.ts"

type Texts = Readonly<Record<string, string>>

const decode = (texts: Texts) =>
  decodeCapacityConfig(
    Object.fromEntries(
      Object.entries({ local: "true", ...texts }).map(([name, value]) => [
        name,
        { value, from: "flag" as const }
      ])
    ),
    { scenarios },
    1
  )

const good = (texts: Texts) => Either.getOrThrow(decode(texts))

/** The message about the problems. */
const wrong = (texts: Texts) =>
  Either.match(decode(texts), {
    onLeft: ({ problems }) => problems.map(({ accepted, given }) => `${given}: ${accepted}`),
    onRight: () => []
  })

const slo = "latency.p95 < 500ms"

describe("the settings of capacity", () => {
  it("has the documented defaults", () => {
    const { loads, settings } = good({ slo })
    assert.deepInclude(settings, {
      startRate: 10,
      precision: 0.05,
      maxSteps: 40,
      clientCount: 1000
    })
    assert.isUndefined(settings.maxRate)
    assert.isUndefined(settings.minRate)
    const { maxStepTime, stepTime, warmUp } = settings
    assert.deepStrictEqual([stepTime, maxStepTime, warmUp].map(Duration.toSeconds), [10, 60, 3])
    assert.strictEqual(loads.length, 1)
    assert.strictEqual(loads[0].testType, "BATCH_VOLUME")
    assert.deepInclude(loads[0].plan, { _tag: "Arrivals", maxUsers: 1000, startWithinMillis: 1000 })
  })

  it("has an objective for failures, unless another one is about those of all requests", () => {
    const expressions = (texts: Texts) => good(texts).settings.objectives.map(({ expression }) => expression)
    assert.deepStrictEqual(expressions({ slo }), [slo, "failures.ratio < 1%"])
    assert.deepStrictEqual(expressions({ slo: `${slo},failures.ratio < 5%` }), [slo, "failures.ratio < 5%"])
  })

  it("take reads with their mix and page sizes, and no test types of one pass", () => {
    const [load] = good({ slo, testType: "read", readMix: "page", pageSize: "25,100" }).loads
    assert.strictEqual(load.testType, "READ")
    assert.deepInclude(load.scenarios[0].reads, { pageSizes: [25, 100] })
    assert.match(wrong({ slo, readMix: "page" }).join(), /--readMix.*requires --testType READ/)
    assert.strictEqual(good({ slo, testType: "volume" }).loads[0].testType, "VOLUME")
    assert.deepStrictEqual(wrong({ slo, testType: "PIPECLEAN" }), [
      "--testType PIPECLEAN: accepts BATCH_VOLUME, VOLUME, READ"
    ])
  })

  it("are refused without an objective, with an example of one", () => {
    assert.deepStrictEqual(wrong({}), [
      '--slo: give at least one, such as --slo "latency.p95 < 500ms" --slo "failures.ratio < 1%"'
    ])
  })

  it("point at the mistake in an objective", () => {
    assert.deepStrictEqual(wrong({ slo: `${slo},latency.p99 < 2x,operations.perSecond > 5` }), [
      "--slo: cannot be used\n    latency.p99 < 2x\n                   ^ expected us, ms, s, min or nothing more",
      "--slo: cannot be used\n    operations.perSecond > 5\n    ^ expected latency, service or failures.ratio: rates follow from the arrival rate"
    ])
  })

  it("points at the name of requests that no scenario sends", () => {
    const texts = { testList: "StudentBatchVolumeTest", slo: `${slo},students-batch-33.latency.p99 < 2s` }
    assert.deepStrictEqual(wrong(texts), [
      "--slo: cannot be used\n    students-batch-33.latency.p99 < 2s\n    ^ expected students-batch-10: no other requests are sent"
    ])
    assert.deepStrictEqual(wrong({ ...texts, batchTripleCount: "33" }), [])
  })

  it("does not begin above its end, in rates and in times", () => {
    assert.deepStrictEqual(
      wrong({ slo, startRate: "20/s", maxRate: "10/s", stepTime: "30", maxStepTime: "20" }),
      [
        "--maxRate 10/s: accepts at least --startRate, 20/s",
        "--maxStepTime 20: accepts at least --stepTime, 30 seconds"
      ]
    )
  })

  it("reports a lowest rate above the first or the highest one, together with all else that is wrong", () => {
    assert.deepStrictEqual(
      wrong({ slo, minRate: "50/s", startRate: "20/s", maxRate: "30/s", precision: "0.5%" }),
      [
        "--precision 0.5%: accepts a percentage from 1% to 50%",
        "--minRate 50/s: accepts at most --startRate, 20/s",
        "--maxRate 30/s: accepts at least --minRate, 50/s"
      ]
    )
    assert.deepStrictEqual(wrong({ slo, minRate: "20/s", startRate: "20/s", maxRate: "20/s" }), [])
  })

  it.each(["0.5%", "51%", "x", "%"])("has no precision of %s", (precision) => {
    assert.deepStrictEqual(wrong({ slo, precision }), [
      `--precision ${precision}: accepts a percentage from 1% to 50%`
    ])
  })
})
