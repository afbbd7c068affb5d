/** What a result says of the agents that sent the load. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AgentsOfRun } from "../../src/domain/AgentsOfRun.ts"
import { measuredAfter } from "../../src/metrics/GeneratorMeasured.ts"
import { junitXml } from "../../src/output/junit.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { textReport } from "../../src/output/text.ts"
import { agentNotes, endOfSlice } from "../../src/result/agentsText.ts"
import { caveatsOf } from "../../src/result/caveats.ts"
import type { RunAgents } from "../../src/result/RunAgents.ts"
import { runAgentsOf } from "../../src/result/RunAgents.ts"
import { summaryJson, SummaryJson } from "../../src/result/Summary.ts"
import { second } from "../metrics/health.ts"
import { agent, calm, lost, sampleAgents, summaryOnAgents } from "./sampleAgents.ts"
import { sampleSummary } from "./sampleSummary.ts"

const { starts } = sampleSummary(3, 1)

const caveats = (agents: RunAgents, generator = calm) =>
  caveatsOf({ agents, drift: null, generator, samples: null, starts: { ...starts, dropped: 0 } })

describe("the agents of a run", () => {
  const { coordinator: _, ...run } = sampleAgents()
  const agents: AgentsOfRun = { ...run, agents: run.agents.map(({ health: __, ...each }) => each) }

  it("have the health that each reported, and the coordinator its own", () => {
    const idle = second({ busyMicros: 100_000 })
    const busy = second({ busyMicros: 990_000, ranMicros: 990_000 })
    const measured = (health: typeof idle) =>
      Array.from({ length: 9 }).reduce<ReturnType<typeof measuredAfter>>(
        (before) => measuredAfter(before, health),
        measuredAfter(undefined, health)
      )
    const { agents: found, coordinator } = runAgentsOf(
      agents,
      {
        coordinator: measured(idle),
        agents: new Map([
          ["lab-1", measured(idle)],
          ["lab-2", measured(busy)]
        ])
      },
      false
    )
    assert.deepStrictEqual(
      found.map(({ health, name }) => [name, health?.limited ?? null, health?.busy.mean ?? null]),
      [
        ["lab-1", false, 0.1],
        ["lab-2", true, 0.99],
        ["lab-3", null, null]
      ]
    )
    assert.strictEqual(coordinator?.busy.mean, 0.1)
    assert.isNull(runAgentsOf(agents, undefined, false).coordinator)
  })

  it.effect("are read from summary.json as they were written, and are null in files of older versions", () =>
    Effect.gen(function* () {
      const summary = summaryOnAgents(sampleAgents([agent("lab-1", { lost, health: null })]))
      const text = yield* summaryJson(summary)
      assert.deepStrictEqual((yield* Schema.decode(SummaryJson)(text)).agents, summary.agents)
      const { agents: __, ...older } = JSON.parse(text)
      assert.isNull((yield* Schema.decode(SummaryJson)(JSON.stringify(older))).agents)
    })
  )
})

describe("reports of a run on agents", () => {
  it("have a table of agents, how they started, and the coordinator", () => {
    const text = textReport(
      summaryOnAgents(sampleAgents([agent("lab-1"), agent("lab-2", { reconnects: 2 })]))
    )
    assert.include(
      text,
      [
        "agent  threads  busy  waiting  late p99 ms  cores   MB  clock ± ms  start ms  reports  remarks",
        "lab-1        2  45 %      1 %         2.50   1.10  212        0.40      1.10      240         "
      ]
        .join("\n")
        .trimEnd()
    )
    assert.include(
      text,
      "The load came from 2 agents with 4 threads. Their users started within 3.20 ms of each other; their clocks are known to within 0.40 ms.\n" +
        "lab-2 (2 times) lost the connection and joined again; every report arrived once.\n" +
        "Coordinator: 1.10 cores, event loop 45 % busy (max 61 %), timers late by 2.50 ms (p99), 212 MB."
    )
  })

  it("have the same in Markdown", () => {
    const text = markdownReport(summaryOnAgents(sampleAgents([agent("lab_1")])))
    assert.include(text, String.raw`| lab\_1 | 2 | 45 % |`)
    assert.include(text, "- The load came from 1 agent with 2 threads.")
  })

  it("say that it is not known how they started if one never reported", () => {
    assert.include(
      agentNotes(sampleAgents(undefined, { startSkewMillis: null }))[0],
      "not known how far apart"
    )
  })

  it("have a case in JUnit, which fails if an agent was lost", () => {
    const xml = (agents: RunAgents) => junitXml(summaryOnAgents(agents))
    assert.match(xml(sampleAgents()), /name="no agent lost"[^>]*>\s*<system-out>/)
    assert.match(xml(sampleAgents([agent("lab-1", { lost })])), /type="agentLost"/)
    assert.notInclude(junitXml(sampleSummary(3, 1)), "no agent lost")
  })
})

describe("a slice of a study", () => {
  const without = sampleAgents([agent("lab-1"), agent("lab-2", { lost })], { onAgentLost: "continue" })

  it("that lost an agent ends the study, however the slice ended", () => {
    assert.strictEqual(endOfSlice({ agents: without, endedBy: "runTime" }), "agentLost")
    assert.strictEqual(endOfSlice({ agents: without, endedBy: "interrupt" }), "interrupt")
  })

  it("with all of its agents, or without any, ended as it did", () => {
    assert.strictEqual(endOfSlice({ agents: sampleAgents(), endedBy: "runTime" }), "runTime")
    assert.strictEqual(endOfSlice({ agents: null, endedBy: "runTime" }), "runTime")
  })
})

describe("the caveats of a run on agents", () => {
  it("are none if all is well", () => {
    assert.deepStrictEqual(caveats(sampleAgents()), [])
  })

  it("name an agent that was lost, its last report and what is in no figure", () => {
    const agents = [agent("lab-1"), agent("lab-2", { lost })]
    const lossOf =
      "Of 2 agents, lab-2 was lost at 31 s, its last report arrived at 15.8 s; up to 10.3 s of its requests are in no figure."
    assert.deepStrictEqual(caveats(sampleAgents(agents)), [{ kind: "agentLost", sentence: lossOf }])
    const [{ sentence = "" } = {}] = caveats(sampleAgents(agents, { onAgentLost: "continue" }))
    assert.strictEqual(
      sentence,
      `${lossOf} The run went on without their users, so the load was lower than requested from then on. It is not comparable with another run.`
    )
    const silent = [agent("lab-1", { lost: { ...lost, lastReportSeconds: null } })]
    assert.include(caveats(sampleAgents(silent))[0]?.sentence, "lab-1 was lost at 31 s, without a report;")
  })

  it("name the agent that lacked a processor", () => {
    const starved = agent("lab-2", { health: { ...calm, processorWait: { mean: 0.31, max: 0.5 } } })
    const [caveat] = caveats(sampleAgents([agent("lab-1"), starved]))
    assert.strictEqual(caveat?.kind, "shared")
    assert.match(
      caveat?.sentence ?? "",
      /^Agents waited for a processor \(limit 20 %\): lab-2 \(31 % of the time\)\. /
    )
  })

  it("name the agent that was suspended", () => {
    const suspensions = { count: 1, totalSeconds: 3.24 }
    const suspended = agent("lab-2", { health: { ...calm, suspensions } })
    assert.deepStrictEqual(caveats(sampleAgents([agent("lab-1"), suspended]), { ...calm, suspensions }), [
      {
        kind: "suspended",
        sentence:
          "Agents were suspended: lab-2 (3.2 s): latencies and rates of that time do not describe the server."
      }
    ])
  })

  it("say that the agents started apart, beyond 100 ms", () => {
    assert.deepStrictEqual(caveats(sampleAgents(undefined, { startSkewMillis: 100 })), [])
    const [caveat] = caveats(sampleAgents(undefined, { startSkewMillis: 340 }))
    assert.strictEqual(caveat?.kind, "startSkew")
    assert.include(caveat?.sentence, "340 ms apart (limit 100 ms)")
  })

  it("say that the coordinator did not keep up", () => {
    const coordinator = {
      ...calm,
      limited: true,
      reasons: ["in 30 of 60 s (50 %) its event loop was more than 90 % busy"]
    }
    const [caveat] = caveats(sampleAgents(undefined, { coordinator }))
    assert.strictEqual(caveat?.kind, "coordinator")
    assert.match(
      caveat?.sentence ?? "",
      /^The coordinator did not keep up: in 30 of 60 s .* Every report is in the figures/
    )
  })
})
