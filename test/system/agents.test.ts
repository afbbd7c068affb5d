/** A load from several machines, as processes in network namespaces. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { inject } from "vitest"
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { version } from "../../src/domain/version.ts"
import { caveatsOf } from "../../src/result/caveats.ts"
import type { Summary } from "../../src/result/Summary.ts"
import { makeCertificate } from "../certificate.ts"
import type { StartedRun } from "../cli/startedRun.ts"
import { type AgentsStage, makeStage } from "./network/agentsStage.ts"
import { whyNoNamespaces } from "./network/namespaces.ts"

const refused = whyNoNamespaces()
const reason = refused === undefined ? "" : ` (skipped: ${refused})`

const resource = "students"
const load = ["--testList", "StudentBatchVolumeTest"]

const succeededIn = ({ operations, requests }: Summary) => ({
  batches: requests.total - requests.failed,
  operations: operations.succeeded
})

const agentIn = ({ agents }: Summary, name: string) =>
  agents?.agents.find((agent) => agent.name === name) ?? assert.fail(`the summary has no agent ${name}`)

const kindsIn = (summary: Summary) => caveatsOf(summary).map(({ kind }) => kind)

/** Starts agents, and waits until the load has begun. */
const begin = (stage: AgentsStage, machines: ReadonlyArray<string>, words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const run = yield* stage.coordinate(machines.length, [...load, ...words])
    const agents = yield* Effect.forEach(machines, (machine) => stage.agent(machine))
    return { run, agents, underWay: run.line(/^\d+:\d\d \/ /) }
  })

/** The command with another version number. */
const otherVersion = (folder: string): string => {
  const copy = join(folder, "other-version")
  cpSync(dirname(inject("command")), copy, { recursive: true })
  for (const name of readdirSync(join(copy, "bundle"))) {
    const file = join(copy, "bundle", name)
    if (name.endsWith(".js"))
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(`"${version}"`, '"0.0.9"'))
  }
  return join(copy, "bin.js")
}

// Beside each other, because each of them mostly waits for a lease to expire.
describe.skipIf(refused !== undefined)(`a load from several machines${reason}`, { concurrent: true }, () => {
  it.scopedLive(
    "has one result that equals the server's counts, with a cable out for 2 s and a machine asleep for 3 s",
    () =>
      Effect.gen(function* () {
        const stage = yield* makeStage(["lab-1", "lab-2", "lab-3", "lab-4"])
        const slow = yield* stage.proxy("lab-3", [15, 40, 300])
        const run = yield* stage.coordinate(3, [...load, "-c", "12", "-m", "0.2"])
        const wrong = yield* stage.agent("lab-4", ["--joinTokenFile", stage.tokens.wrong])
        const unequal = yield* stage.agent("lab-4", [], otherVersion(stage.folder))
        const { exitCode: ofWrong, out: refusal } = yield* wrong.ended
        assert.strictEqual(ofWrong, 3)
        assert.match(refusal, /refused the join token/)
        yield* unequal.line(/this agent is version 0\.0\.9, and the coordinator is /)
        assert.strictEqual((yield* unequal.ended).exitCode, 3)
        const agents = [
          yield* stage.agent("lab-1"),
          yield* stage.agent("lab-2"),
          yield* stage.agent("lab-3", ["--join", slow])
        ]
        yield* run.line(/^\d+:\d\d \/ /)
        const late = yield* stage.agent("lab-4")
        const second = yield* stage.agent("lab-4", ["--name", "lab-2"])
        stage.network.setLink("lab-2", "down")
        yield* (agents[0] ?? assert.fail()).signal("SIGSTOP")
        yield* Effect.sleep("2 seconds")
        stage.network.setLink("lab-2", "up")
        yield* Effect.sleep("1 second")
        yield* (agents[0] ?? assert.fail()).signal("SIGCONT")

        const { exitCode, out } = yield* run.ended
        assert.strictEqual(exitCode, 0, out)
        const summary = stage.summary()
        assert.strictEqual(summary.endedBy, "runTime")
        assert.strictEqual(summary.requests.failed, 0)
        assert.deepStrictEqual(succeededIn(summary), stage.committed(resource))
        assert.deepStrictEqual(
          summary.agents?.agents.map(({ lost, name, slots }) => ({ lost, name, slots })),
          ["lab-1", "lab-2", "lab-3"].map((name) => ({ lost: null, name, slots: 1 }))
        )
        for (const { reports } of summary.agents?.agents ?? []) assert.isAbove(reports, 0)
        // A timer may be a millisecond early, each way.
        assert.isAbove(agentIn(summary, "lab-3").clockUncertaintyMillis, 13)
        assert.include(kindsIn(summary), "suspended")
        assert.match(caveatsOf(summary).find(({ kind }) => kind === "suspended")?.sentence ?? "", /lab-1 \(/)
        for (const agent of agents) assert.strictEqual((yield* agent.ended).exitCode, 0)
        assert.match((yield* late.ended).out, /has all of its 3 agents, and takes no other/)
        assert.match((yield* second.ended).out, /an agent named lab-2 has joined already/)
      })
  )

  it.scopedLive(
    "names the machine that it lost, ends or goes on, and has no figure of what was not reported",
    () =>
      Effect.gen(function* () {
        const losing = (
          words: ReadonlyArray<string>,
          lose: (stage: AgentsStage, agent: StartedRun) => Effect.Effect<void>
        ) =>
          Effect.gen(function* () {
            const stage = yield* makeStage(["lab-1", "lab-2"])
            const { agents, run, underWay } = yield* begin(stage, ["lab-1", "lab-2"], ["-c", "4", ...words])
            yield* underWay
            const [kept, lost] = agents
            if (kept === undefined || lost === undefined) return assert.fail()
            yield* lose(stage, lost)
            const ended = yield* run.ended
            const summary = stage.summary()
            return { ...ended, kept: yield* kept.ended, lost: yield* lost.ended, stage, summary }
          })
        const kill = (_: AgentsStage, agent: StartedRun) => agent.signal("SIGKILL")
        const unplug = ({ network }: AgentsStage) => Effect.sync(() => network.setLink("lab-2", "down"))
        const [stopped, continued, unplugged] = yield* Effect.all(
          [
            losing(["-m", "2"], kill),
            losing(["-m", "0.4", "--onAgentLost", "continue"], kill),
            losing(["-m", "2"], unplug)
          ],
          { concurrency: "unbounded" }
        )
        for (const { exitCode, out, summary } of [stopped, unplugged]) {
          assert.deepStrictEqual([exitCode, summary.endedBy], [1, "agentLost"], out)
          assert.match(out, /lab-2 was lost at/)
        }
        assert.deepStrictEqual([continued.exitCode, continued.summary.endedBy], [0, "runTime"], continued.out)
        assert.match(continued.out, /not comparable with another run/)
        for (const { kept, stage, summary } of [stopped, continued, unplugged]) {
          assert.include(kindsIn(summary), "agentLost")
          assert.isNull(agentIn(summary, "lab-1").lost)
          const { lost } = agentIn(summary, "lab-2")
          assert.isAtMost(lost?.lastReportSeconds ?? Infinity, lost?.atSeconds ?? 0)
          const [counted, committed] = [succeededIn(summary), stage.committed(resource)]
          assert.isAtMost(counted.batches, committed.batches)
          assert.isAtMost(counted.operations, committed.operations)
          assert.strictEqual(kept.exitCode, 0, kept.out)
        }
        assert.match(unplugged.lost.out, /no longer replies; this agent has stopped its users/)
        assert.strictEqual(unplugged.lost.exitCode, 3)
      })
  )

  it.scopedLive("ends on each machine when the coordinator was killed", () =>
    Effect.gen(function* () {
      const stage = yield* makeStage(["lab-1", "lab-2"])
      const { agents, run, underWay } = yield* begin(stage, ["lab-1", "lab-2"], ["-c", "4", "-m", "2"])
      yield* underWay
      yield* run.signal("SIGKILL")
      for (const agent of agents) {
        const { exitCode, out } = yield* agent.ended
        assert.strictEqual(exitCode, 3)
        assert.match(out, /no longer replies; this agent has stopped its users/)
      }
      // Nothing is in flight any more.
      const after = stage.committed(resource)
      yield* Effect.sleep("1 second")
      assert.deepStrictEqual(stage.committed(resource), after)
    })
  )

  it.scopedLive("is sent over TLS by agents that know the certificate, and by no other", () =>
    Effect.gen(function* () {
      const stage = yield* makeStage(["lab-1"])
      const at = stage.network.addressOf("coordinator")
      const files = { own: join(stage.folder, "own"), other: join(stage.folder, "other") }
      const [own, other] = [makeCertificate(at), makeCertificate(at)]
      writeFileSync(`${files.own}.crt`, own.cert)
      writeFileSync(`${files.own}.key`, own.key)
      writeFileSync(`${files.other}.crt`, other.cert)
      const tls = ["--agentsCert", `${files.own}.crt`, "--agentsKey", `${files.own}.key`]
      const run = yield* stage.coordinate(1, [...load, "-c", "2", "-m", "0.05", ...tls])
      const joining = ["--join", `wss://${at}:7077`]
      const wrong = yield* stage.agent("lab-1", [...joining, "--ca", `${files.other}.crt`])
      yield* wrong.line(/self-signed certificate/)
      yield* wrong.signal("SIGTERM")
      yield* wrong.ended
      const agent = yield* stage.agent("lab-1", [...joining, "--ca", `${files.own}.crt`])
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 0, out)
      assert.deepStrictEqual(succeededIn(stage.summary()), stage.committed(resource))
      assert.strictEqual((yield* agent.ended).exitCode, 0)
    })
  )
})
