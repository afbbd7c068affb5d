/** What a study says of the agents that sent its slices. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { measuredAfter } from "../../src/metrics/GeneratorMeasured.ts"
import { versusMarkdown, versusText } from "../../src/output/versusText.ts"
import { MeasuredSlice } from "../../src/result/MeasuredSlice.ts"
import { type SliceAgents, sliceAgentsOf } from "../../src/result/SliceAgents.ts"
import {
  sliceAgentRemarks,
  studyAgentNotes,
  studyAgentRows,
  studyAgentWarnings
} from "../../src/result/studyAgentsText.ts"
import { second } from "../metrics/health.ts"
import { calmInSlice as calm, lost, sampleSliceAgents as onAgents } from "./sampleAgents.ts"
import { sliceOf } from "./sampleSlices.ts"
import { sampleVersus } from "./sampleVersus.ts"

const measured = { seconds: 10, requestsPerSecond: 40, operations: 30, p50: 12 }

const slice = (agents: SliceAgents | null, seconds = 10) => sliceOf(0, { ...measured, seconds }, { agents })

const limited = { name: "lab-2", limited: ["in 6.0 of 10.0 s (60 %) its event loop was more than 90 % busy"] }

describe("a slice on agents", () => {
  it("has each agent with its own health, and the limits that it exceeded", () => {
    const seconds = (busyMicros: number) =>
      Array.from({ length: 9 }).reduce<ReturnType<typeof measuredAfter>>(
        (before) => measuredAfter(before, second({ busyMicros, ranMicros: busyMicros })),
        measuredAfter(undefined, second({ busyMicros, ranMicros: busyMicros }))
      )
    const run = { startSkewMillis: 3.2, onAgentLost: "stop" } as const
    const inRun = (name: string) => ({
      name,
      slots: 2,
      clockUncertaintyMillis: 0.4,
      startSkewMillis: 1.1,
      reports: 40,
      reconnects: 0,
      lost: null
    })
    const found = sliceAgentsOf(
      { ...run, agents: [inRun("lab-1"), inRun("lab-2"), inRun("lab-3")] },
      {
        coordinator: seconds(100_000),
        agents: new Map([
          ["lab-1", seconds(200_000)],
          ["lab-2", seconds(990_000)]
        ])
      },
      true
    )
    assert.deepStrictEqual(
      found.agents.map(({ busy, limited: by, name }) => [name, busy, by.length]),
      [
        ["lab-1", 0.2, 0],
        ["lab-2", 0.99, 1],
        ["lab-3", null, 0]
      ]
    )
    assert.match(found.agents[1]?.limited[0] ?? "", /its event loop was more than 90 % busy/)
    assert.strictEqual(found.coordinator.busy, 0.1)
  })

  it("is read from its document as it was written, and is null in files of older versions", () => {
    const written = Schema.encodeSync(MeasuredSlice)(slice(onAgents([{ name: "lab-1", lost }])))
    assert.deepStrictEqual(Schema.decodeSync(MeasuredSlice)(written).agents, written.agents)
    const { agents: _, ...older } = written
    assert.isNull(Schema.decodeSync(MeasuredSlice)(older).agents)
  })

  it("says beside its figures that an agent was lost, and that the agents started apart", () => {
    assert.deepStrictEqual(sliceAgentRemarks(slice(null)), [])
    assert.deepStrictEqual(sliceAgentRemarks(slice(onAgents())), [])
    assert.deepStrictEqual(
      sliceAgentRemarks(slice(onAgents([{ name: "lab-1", lost }], { startSkewMillis: 340 }))),
      ["agent lab-1 was lost", "the agents started 340 ms apart"]
    )
  })
})

describe("a study on agents", () => {
  it("has a row for each agent over all slices, weighted by their time", () => {
    const loads = [
      { name: "1 user", slices: [slice(onAgents(), 10)] },
      {
        name: "2 users",
        slices: [
          slice(
            onAgents([
              { name: "lab-1", startSkewMillis: -7, reconnects: 2 },
              { ...limited, busy: 0.9, cores: 3, suspendedSeconds: 1.5 }
            ]),
            30
          )
        ]
      }
    ]
    assert.deepStrictEqual(studyAgentRows(loads).slice(1), [
      ["lab-1", "2", "2", "50 %", "1 %", "1", "-7", "80", "2", ""],
      [
        "lab-2",
        "2",
        "2",
        "80 %",
        "1 %",
        "2.50",
        "1.10",
        "80",
        "0",
        "limited in 1 slice, suspended in 1 slice"
      ]
    ])
    assert.strictEqual(
      studyAgentNotes(loads)[1],
      "Coordinator: 0.04 cores, event loop 7 % busy (busiest slice 7 %)."
    )
  })

  it("has neither table nor notes without agents", () => {
    assert.deepStrictEqual(studyAgentRows([{ name: "1 user", slices: [slice(null)] }]), [])
    assert.deepStrictEqual(studyAgentNotes([{ name: "1 user", slices: [slice(null)] }]), [])
  })

  it("has the table in its text and Markdown", () => {
    const versus = sampleVersus(2)
    const single = {
      ...versus.single,
      slices: versus.single.slices.map((each) => ({ ...each, agents: onAgents() }))
    }
    const text = versusText({ ...versus, single })
    assert.match(
      text,
      /^agent  threads  slices  busy  waiting  cores  worst start ms  reports  reconnects  remarks/m
    )
    assert.match(text, /^Coordinator: 0\.04 cores, event loop 7 % busy/m)
    assert.match(versusMarkdown({ ...versus, single }), /^\| lab-1 \| 2 \| \d+ \| 50 % \|/m)
    assert.notMatch(versusText(versus), /^agent /m)
  })
})

describe("the warnings of a study on agents", () => {
  const warnings = (...agents: ReadonlyArray<SliceAgents | null>) =>
    studyAgentWarnings(agents.map((each) => slice(each)))

  it("are none if all is well, and without agents", () => {
    assert.deepStrictEqual(warnings(onAgents(), null), [])
  })

  it("name an agent that was lost, and what is in no figure", () => {
    assert.deepStrictEqual(warnings(onAgents(), onAgents([{ name: "lab-1" }, { name: "lab-2", lost }])), [
      "Of 2 agents, lab-2 was lost at 31 s, its last report arrived at 15.8 s; up to 10.3 s of its requests are in no figure."
    ])
  })

  it("name agents that were limited, suspended or without a processor, and in how many slices", () => {
    const [atLimit, suspended, starved, ...more] = warnings(
      onAgents([{ name: "lab-1" }, limited]),
      onAgents([{ name: "lab-1", limited: ["too busy"] }, limited]),
      onAgents([
        { name: "lab-1", suspendedSeconds: 2.4 },
        { name: "lab-2", processorWait: 0.31 }
      ])
    )
    assert.deepStrictEqual(more, [])
    assert.match(atLimit ?? "", /^Agents were at their limits: lab-1 in 1 and lab-2 in 2 of 3 slices\./)
    assert.match(suspended ?? "", /^Agents were suspended: lab-1 in 1 of 3 slices\./)
    assert.match(
      starved ?? "",
      /^Agents waited for a processor for more than 20 % of the time: lab-2 in 1 of 3 slices\./
    )
  })

  it("say that agents started apart, and which was the last", () => {
    const late = onAgents([{ name: "lab-1" }, { name: "lab-2", startSkewMillis: 341 }], {
      startSkewMillis: 340
    })
    assert.match(
      warnings(onAgents(), late)[0] ?? "",
      /^In 1 of 2 slices the agents started up to 340 ms apart \(limit 100 ms\), the last one was lab-2:/
    )
  })

  it("say that the coordinator did not keep up", () => {
    const busy = onAgents(undefined, { coordinator: { ...calm, limited: ["it was busy"] } })
    assert.match(
      warnings(busy, onAgents())[0] ?? "",
      /^In 1 of 2 slices the coordinator did not keep up; for example, it was busy\./
    )
  })
})
