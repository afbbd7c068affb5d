/** The health of a load generator that consists of agents. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { acrossAgents } from "../../src/metrics/acrossAgents.ts"
import { nothingObserved, ProcessHealth, silentProcess } from "../../src/metrics/GeneratorHealth.ts"
import { apartAfter, measuredAfter } from "../../src/metrics/GeneratorMeasured.ts"
import { GeneratorProbe } from "../../src/metrics/GeneratorProbe.ts"
import { isLimited } from "../../src/metrics/generatorLimits.ts"
import { judgeAgents } from "../../src/metrics/judgeAgents.ts"
import { nodeProbe } from "../../src/metrics/nodeProbe.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { delays, second } from "./health.ts"

const others = { usedMicros: 1_800_000, processors: 2, namedMicros: 0, byName: [] }
const idle = second({
  busyMicros: 200_000,
  ranMicros: 200_000,
  cpuMicros: 300_000,
  sockets: 5,
  rssBytes: 1e8,
  others
})
const busy = second({ ...idle, busyMicros: 950_000, ranMicros: 950_000, cpuMicros: 1_000_000 })
const starved = second({ ...idle, busyMicros: 500_000, loopDelays: delays(80), waitedMicros: 450_000 })

/** One agent over some seconds. */
const measured = (health: ProcessHealth, seconds = 60) =>
  Array.from({ length: seconds - 1 }).reduce<ReturnType<typeof measuredAfter>>(
    (before) => measuredAfter(before, health),
    measuredAfter(undefined, health)
  )

const judge = (agents: Readonly<Record<string, ProcessHealth>>, seconds = 60) =>
  judgeAgents(new Map(Object.entries(agents).map(([name, health]) => [name, measured(health, seconds)])))

describe("several agents in a second", () => {
  it("are as busy as the busiest, and add up their CPU time and connections", () => {
    const { busyMicros, cpuMicros, loopDelays, ranMicros, rssBytes, sockets, waitedMicros } = acrossAgents(
      [idle, busy, { ...starved, rssBytes: 2e8 }],
      1_000_000
    )
    assert.deepStrictEqual([busyMicros, ranMicros, waitedMicros], [950_000, 950_000, 450_000])
    assert.deepStrictEqual([cpuMicros, sockets, rssBytes], [1_600_000, 15, 2e8])
    assert.strictEqual(loopDelays.count, 1)
  })

  it("count by the share of the time that their reports cover", () => {
    const half = { ...idle, observedMicros: 500_000, busyMicros: 450_000, cpuMicros: 500_000 }
    const { busyMicros, cpuMicros } = acrossAgents([half, { ...idle, observedMicros: 1_250_000 }], 1_000_000)
    assert.strictEqual(busyMicros, 900_000)
    assert.strictEqual(cpuMicros, 1_000_000 + 240_000)
  })

  it("without a report are not observed, and keep their connections", () => {
    const silent = silentProcess(idle)
    assert.deepInclude(silent, { observedMicros: 0, busyMicros: 0, waitedMicros: 0, sockets: 5 })
    assert.deepStrictEqual(acrossAgents([silent], 1_000_000).busyMicros, 0)
  })

  it("limit the second if one of them is limited, however many others are not", () => {
    const many = Array.from(
      { length: 200 },
      (_, i) =>
        [`idle-${i}`, { ...idle, loopDelays: delays(...Array.from({ length: 100 }, () => 1)) }] as const
    )
    const total = acrossAgents([...many.map(([, health]) => health), starved], 1_000_000)
    const apart = { coordinator: idle, agents: new Map([...many, ["late", starved] as const]) }
    assert.isFalse(isLimited(total))
    assert.isTrue(isLimited({ ...total, apart }))
    assert.isFalse(isLimited({ ...total, apart: { coordinator: starved, agents: new Map(many) } }))
  })
})

describe("the verdict on agents", () => {
  it("is that none was limited", () => {
    assert.deepStrictEqual(judge({ "lab-1": idle, "lab-2": idle }), {
      tooShort: false,
      limited: false,
      limitedBy: null,
      reasons: [],
      advice: null
    })
    assert.isTrue(judge({ "lab-1": idle }, 3).tooShort)
  })

  it("names the one that was the bottleneck", () => {
    assert.deepStrictEqual(judge({ "lab-1": idle, "lab-2": busy, "lab-3": idle }), {
      tooShort: false,
      limited: true,
      limitedBy: "generator",
      reasons: ["agent lab-2: in 60 of 60 s (100 %) its event loop was more than 90 % busy"],
      advice:
        "Use more agents or fewer users, or give that agent more threads (--workers) or a faster machine."
    })
  })

  it("names the one whose machine others had, and those that were limited as well", () => {
    const { advice, limitedBy, reasons } = judge({ "lab-1": idle, "lab-2": starved, "lab-3": starved })
    assert.strictEqual(limitedBy, "machine")
    assert.strictEqual(reasons[0], "agent lab-2: other programs had the processors: 1.8 of 2 cores")
    assert.strictEqual(reasons.at(-1), "1 other agent was limited too: lab-3")
    assert.match(advice ?? "", /^This is a limit of the machine/)
  })

  it("names at most three more", () => {
    const all = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`lab-${i}`, busy]))
    assert.strictEqual(
      judge(all).reasons.at(-1),
      "7 other agents were limited too: lab-1, lab-2, lab-3 and 4 more"
    )
  })
})

describe("the health of agents", () => {
  it.effect("is kept apart from that of all together, and from the coordinator's", () =>
    Effect.gen(function* () {
      const recorder = yield* Recorder
      const apart = {
        coordinator: idle,
        agents: new Map([
          ["lab-1", busy],
          ["lab-2", nothingObserved]
        ])
      }
      yield* TestClock.adjust("1 second")
      recorder.unsafeEndSlice(1, 1, { ...acrossAgents([busy], 1_000_000), apart })
      recorder.unsafeEndSlice(1, 2, {
        ...acrossAgents([idle], 1_000_000),
        apart: { ...apart, agents: new Map([["lab-2", idle]]) }
      })
      const { apart: kept } = recorder.measurements()
      assert.deepStrictEqual([...(kept?.agents.keys() ?? [])], ["lab-1", "lab-2"])
      assert.strictEqual(kept?.agents.get("lab-1")?.maxBusyShare, 0.95)
      assert.strictEqual(kept?.agents.get("lab-2")?.total.observedMicros, 1_000_000)
      assert.strictEqual(kept?.coordinator.maxBusyShare, 0.2)
    }).pipe(Effect.provide(Recorder.layer))
  )

  it("knows the other programs of an agent that reports only from the second second on", () => {
    const first = apartAfter(undefined, { coordinator: idle, agents: new Map([["lab-1", nothingObserved]]) })
    assert.strictEqual(first.agents.size, 0)
    const next = apartAfter(first, { coordinator: idle, agents: new Map([["lab-1", idle]]) })
    assert.strictEqual(next.agents.get("lab-1")?.maxOtherCores, 1.8)
  })

  it.scopedLive("is taken from the probe by name, together with that of its own process", () =>
    Effect.gen(function* () {
      const probe = yield* GeneratorProbe
      assert.isUndefined(probe.take()?.apart)
      probe.addAgent("lab-1", nothingObserved)
      probe.addAgent("lab-1", idle)
      probe.addAgent("lab-1", busy)
      const health = probe.take()
      assert.deepInclude(health?.apart?.agents.get("lab-1"), {
        observedMicros: 2_000_000,
        busyMicros: 1_150_000
      })
      assert.isAbove(health?.apart?.coordinator.observedMicros ?? 0, 0)
      assert.strictEqual(health?.apart?.agents.get("lab-1")?.others?.usedMicros, 3_600_000)
      assert.deepInclude(probe.take()?.apart?.agents.get("lab-1"), { observedMicros: 0, sockets: 5 })
    }).pipe(Effect.provide(nodeProbe))
  )

  it("is the same after its way as a message, and refused if it is nonsense", () => {
    const encoded = Schema.encodeSync(ProcessHealth)(starved)
    const decoded = Schema.decodeSync(ProcessHealth)(encoded)
    assert.deepStrictEqual(Schema.encodeSync(ProcessHealth)(decoded), encoded)
    const refused = [
      { ...encoded, busyMicros: -1 },
      { ...encoded, cpuMicros: "1" },
      { ...encoded, loopDelays: new Uint8Array([1]) }
    ]
    for (const each of refused) assert.isTrue(Schema.decodeUnknownEither(ProcessHealth)(each)._tag === "Left")
  })
})
