/** Kinds of work on agents, as processes in network namespaces: their counts, their latencies, and a starved machine. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { type Caveat, caveatsOf } from "../../src/result/caveats.ts"
import { latencyOf } from "../../src/result/Figures.ts"
import { startProgram } from "../cli/startedRun.ts"
import { makeStage } from "./network/agentsStage.ts"
import { whyNoNamespaces } from "./network/namespaces.ts"

const refused = whyNoNamespaces()
const reason = refused === undefined ? "" : ` (skipped: ${refused})`

const machines = ["lab-1", "lab-2"]

const mixture = fileURLToPath(new URL("../../mixtures/district-day.yaml", import.meta.url))

describe.skipIf(refused !== undefined)(`work on agents${reason}`, { concurrent: true }, () => {
  it.scopedLive("may be a mixture, whose counts and latencies are those of its requests", () =>
    Effect.gen(function* () {
      const stage = yield* makeStage(machines)
      const load = ["--mixture", mixture, "-c", "6", "-m", "0.1", "--out", "json"]
      const run = yield* stage.coordinate(2, load)
      for (const machine of machines) yield* stage.agent(machine)
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 0, out)
      const summary = stage.summary()
      assert.strictEqual(summary.requests.failed, 0)
      assert.strictEqual(stage.committed("students").batches, summary.requests.total)
      const latencies = new Histogram()
      const lines = readFileSync(join(stage.folder, "out/batch_volume_samples.jsonl"), "utf8")
        .trim()
        .split("\n")
      for (const line of lines) {
        const sample = Schema.decodeSync(SampleLine)(line)
        if (sample.type === "request") latencies.record(Math.round(1000 * sample.latencyMs))
      }
      assert.strictEqual(latencies.count, summary.requests.total)
      // The lines have whole microseconds.
      const { mean = 0, ...percentiles } = latencyOf(latencies) ?? {}
      assert.deepInclude(summary.latencyMs, percentiles)
      assert.closeTo(summary.latencyMs?.mean ?? 0, mean, 0.002)
    })
  )

  it.scopedLive("is not sent while agents are missing, and the coordinator says how many", () =>
    Effect.gen(function* () {
      const stage = yield* makeStage(machines)
      const run = yield* stage.coordinate(2, ["--testList", "StudentBatchVolumeTest", "--agentsWithin", "1s"])
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 3, out)
      assert.match(out, /2 of 2 agents did not join at .* within 1s; joined: none\. Start them with/)
      assert.strictEqual(stage.committed("students").batches, 0)
    })
  )

  it.scopedLive("names the agent that says of itself that other programs had its processor", () =>
    Effect.gen(function* () {
      const stage = yield* makeStage(machines)
      const run = yield* stage.coordinate(2, ["--testList", "StudentBatchVolumeTest", "-c", "4", "-m", "0.2"])
      const [, starved] = yield* Effect.forEach(machines, (machine) => stage.agent(machine))
      const { pid } = starved ?? assert.fail("there is no second agent")
      yield* run.line(/^\d+:\d\d \/ /)
      execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", "0", String(pid)])
      const spin = ["taskset", "--cpu-list", "0", process.execPath, "-e", "for (;;);"]
      yield* startProgram(stage.folder, spin)
      yield* startProgram(stage.folder, spin)
      const { exitCode, out } = yield* run.ended
      assert.include([0, 1], exitCode, out)
      const summary = stage.summary()
      const agents = summary.agents?.agents ?? []
      const of = (kind: Caveat["kind"]) =>
        caveatsOf(summary).find((each) => each.kind === kind)?.sentence ?? ""
      for (const { health, name } of agents) {
        assert.strictEqual(of("limited").includes(name), health?.limited === true, of("limited"))
        assert.strictEqual(of("suspended").includes(name), (health?.suspensions.count ?? 0) > 0)
      }
      if (agents.every(({ lost }) => lost === null))
        assert.strictEqual(stage.committed("students").batches, summary.requests.total)
    })
  )
})
