/** `edfi-perf agent`: sends load for a coordinator on another machine. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { availableParallelism } from "node:os"
import { dialWebSocket } from "../agents/dialWebSocket.ts"
import { readJoinToken } from "../agents/readJoinToken.ts"
import { readPemIfGiven } from "../agents/readPem.ts"
import { runAgent } from "../agents/runAgent.ts"
import { nodeProbe } from "../metrics/nodeProbe.ts"
import { plural } from "../result/numberFormat.ts"
import { descriptorLimit } from "../run/descriptorLimit.ts"
import { workersAtOnce } from "../run/descriptors.ts"
import { type AgentConfig, agentCommandSettings, decodeAgentConfig } from "../settings/AgentConfig.ts"
import { givenOf } from "../settings/readSettings.ts"
import * as threads from "../workers/threads.ts"
import { settingsCommand } from "./settingsCommand.ts"

const work = ({ ca, cert, join, joinTokenFile, key, name, once, workers }: AgentConfig) =>
  Effect.gen(function* () {
    const slots = workers === "auto" ? availableParallelism() : workers
    const tls = yield* Effect.all({
      ca: readPemIfGiven("--ca", ca),
      cert: readPemIfGiven("--cert", cert),
      key: readPemIfGiven("--key", key)
    })
    const dial = dialWebSocket({ url: join, token: yield* readJoinToken(joinTokenFile), tls })
    yield* Console.log(
      `edfi-perf agent ${name} (${plural(slots, "thread")}) waits for the coordinator at ${join}`
    )
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
