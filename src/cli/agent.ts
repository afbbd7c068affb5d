/** `edfi-perf agent`: sends load for a coordinator on another machine. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { availableParallelism } from "node:os"
import { AgentsUnusable } from "../agents/Agents.ts"
import { dialWebSocket } from "../agents/dialWebSocket.ts"
import { readJoinToken } from "../agents/readJoinToken.ts"
import { runAgent } from "../agents/runAgent.ts"
import { nodeProbe } from "../metrics/nodeProbe.ts"
import { descriptorLimit } from "../run/descriptorLimit.ts"
import { workersAtOnce } from "../run/descriptors.ts"
import { type AgentConfig, agentCommandSettings, decodeAgentConfig } from "../settings/AgentConfig.ts"
import { givenOf } from "../settings/readSettings.ts"
import * as threads from "../workers/threads.ts"
import { settingsCommand } from "./settingsCommand.ts"

const readPem = (flag: string, path: string | undefined) =>
  path === undefined
    ? Effect.succeed(undefined)
    : Effect.flatMap(FileSystem.FileSystem, (fs) =>
        Effect.mapError(
          fs.readFileString(path),
          () => new AgentsUnusable({ message: `${flag} ${path}: cannot be read` })
        )
      )

const work = ({ ca, cert, join, joinTokenFile, key, name, once, workers }: AgentConfig) =>
  Effect.gen(function* () {
    const slots = workers === "auto" ? availableParallelism() : workers
    const tls = yield* Effect.all({
      ca: readPem("--ca", ca),
      cert: readPem("--cert", cert),
      key: readPem("--key", key)
    })
    const dial = dialWebSocket({ url: join, token: yield* readJoinToken(joinTokenFile), tls })
    const threadsText = slots === 1 ? "1 thread" : `${slots} threads`
    yield* Console.log(`edfi-perf agent ${name} (${threadsText}) waits for the coordinator at ${join}`)
    const concurrency = workersAtOnce(descriptorLimit())
    yield* runAgent({ name, slots, concurrency, once, address: join }, dial)
  }).pipe(Effect.provide(Layer.mergeAll(threads.layer(), nodeProbe, NodeFileSystem.layer)))

export const agentCommand = settingsCommand({
  name: "agent",
  settings: agentCommandSettings,
  load: (flags) => Effect.flatMap(givenOf(agentCommandSettings, flags), decodeAgentConfig),
  logLevelOf: ({ logLevel }) => logLevel,
  program: work
})
