/** A coordinator, agents and a local DMS, each on a machine of its own, as processes of the command. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { execFileSync } from "node:child_process"
import { createRequire } from "node:module"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { inject } from "vitest"
import { SummaryJson } from "../../../src/result/Summary.ts"
import { startProgram, startRun, type StartedRun } from "../../cli/startedRun.ts"
import { makeNetwork, type Network } from "./namespaces.ts"

const [dmsPort, agentsPort] = [8080, 7077]
const token = "a-join-token-of-the-tests"

/** Counts by resource. */
const ByResource = Schema.Record({ key: Schema.String, value: Schema.NonNegativeInt })

/** What the local DMS has counted. */
const Stats = Schema.parseJson(
  Schema.Struct({
    batches: Schema.Struct({ committed: Schema.NonNegativeInt }),
    operations: Schema.Struct({ create: ByResource, update: ByResource, delete: ByResource })
  })
)

export interface AgentsStage {
  readonly network: Network
  readonly folder: string
  /** Files with the join token, and with another one. */
  readonly tokens: { readonly right: string; readonly wrong: string }
  /** Starts `edfi-perf run` on the machine `coordinator`; more words and variables come last. */
  readonly coordinate: (
    agents: number,
    words?: ReadonlyArray<string>
  ) => Effect.Effect<StartedRun, never, Scope.Scope>
  /** Starts `edfi-perf agent` on a machine, whose name it has. @param command the path of another `edfi-perf` */
  readonly agent: (
    machine: string,
    words?: ReadonlyArray<string>,
    command?: string
  ) => Effect.Effect<StartedRun, never, Scope.Scope>
  /** Forwards from a port of one machine to the coordinator, later and with stalls. @returns the address to join at */
  readonly proxy: (
    machine: string,
    numbers: ReadonlyArray<number>
  ) => Effect.Effect<string, never, Scope.Scope>
  /** The summary that the coordinator has written. */
  readonly summary: () => typeof SummaryJson.Type
  /** What the DMS has committed: batches, and operations on a resource in them. */
  readonly committed: (resource: string) => { readonly batches: number; readonly operations: number }
}

const makeFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "edfi-perf-agents-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const proxyProgram = [
  process.execPath,
  "--import",
  createRequire(import.meta.url).resolve("tsx"),
  fileURLToPath(new URL("tcpProxy.ts", import.meta.url))
]

/** Starts the DMS. Its address is that of the machine `dms`; the DMS itself listens on 127.0.0.1 only. */
const startDms = (network: Network, folder: string, words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const on = network.on("dms")
    const started = yield* startRun(
      folder,
      ["local-dms", "--port", String(dmsPort), "-l", "error", ...words],
      {},
      on
    )
    const address = `${network.addressOf("dms")}:${dmsPort}`
    const forwarding = yield* startProgram(folder, [...on, ...proxyProgram, address, `127.0.0.1:${dmsPort}`])
    yield* started.line(/listening/)
    yield* forwarding.line(/^forwarding/)
    return `http://${address}`
  })

/**
 * Makes the machines and starts the DMS; everything ends with the scope.
 *
 * @param agents names of the machines beside `coordinator` and `dms`
 * @param dms more words of `edfi-perf local-dms`
 */
export const makeStage = (
  agents: ReadonlyArray<string>,
  dms: ReadonlyArray<string> = ["--latency", "20ms"]
): Effect.Effect<AgentsStage, never, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* makeFolder
    const network = yield* Effect.acquireRelease(
      Effect.sync(() => makeNetwork(["coordinator", "dms", ...agents])),
      ({ remove }) => Effect.sync(remove)
    )
    const tokens = { right: join(folder, "token"), wrong: join(folder, "wrong") }
    writeFileSync(tokens.right, token)
    writeFileSync(tokens.wrong, `${token}-almost`)
    const baseUrl = yield* startDms(network, folder, dms)
    const at = `${network.addressOf("coordinator")}:${agentsPort}`
    const variables = { PERF_API_BASEURL: baseUrl, PERF_API_KEY: "local", PERF_API_SECRET: "local-secret" }
    return {
      network,
      folder,
      tokens,
      coordinate: (count, words = []) =>
        startRun(
          folder,
          [
            "run",
            "--agents",
            String(count),
            "--agentsListen",
            at,
            "--joinTokenFile",
            tokens.right,
            "--agentsInsecure",
            "--output",
            "out",
            "--seed",
            "7",
            ...words
          ],
          variables,
          network.on("coordinator")
        ),
      agent: (machine, words = [], command = inject("command")) =>
        startProgram(
          folder,
          [...network.on(machine), process.execPath, command, "agent", "--once", ...words],
          {
            PERF_AGENT_NAME: machine,
            PERF_AGENT_WORKERS: "1",
            PERF_JOIN: `ws://${at}`,
            PERF_JOIN_TOKEN_FILE: tokens.right
          }
        ),
      proxy: (machine, numbers) =>
        Effect.gen(function* () {
          const own = `${network.addressOf(machine)}:${agentsPort}`
          const words = [...network.on(machine), ...proxyProgram, own, at, ...numbers.map(String)]
          const started = yield* startProgram(folder, words)
          yield* started.line(/^forwarding/)
          return `ws://${own}`
        }),
      summary: () => Schema.decodeSync(SummaryJson)(readFileSync(join(folder, "out/summary.json"), "utf8")),
      committed: (resource) => {
        const [program = "", ...words] = network.on("dms")
        const read = `fetch("http://127.0.0.1:${dmsPort}/_local/stats").then((r) => r.text()).then(console.log)`
        const text = execFileSync(program, [...words, process.execPath, "-e", read], { encoding: "utf8" })
        const { batches, operations } = Schema.decodeSync(Stats)(text)
        const of = (op: keyof typeof operations) => operations[op][resource] ?? 0
        return { batches: batches.committed, operations: of("create") + of("update") + of("delete") }
      }
    }
  })
