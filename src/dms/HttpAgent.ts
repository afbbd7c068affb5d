/** The connections of the control plane: undici's agent. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Agent, type Dispatcher } from "undici"
import { connectionOptions } from "../wire/undiciSend.ts"
import { DmsConfig } from "./DmsConfig.ts"

/** The connections of discovery and logins; those of the load are separate. */
export class HttpAgent extends Context.Tag("edfi-perf/dms/HttpAgent")<HttpAgent, Dispatcher>() {
  static readonly layer: Layer.Layer<HttpAgent, never, DmsConfig> = Layer.scoped(
    HttpAgent,
    Effect.flatMap(DmsConfig, (config) =>
      Effect.acquireRelease(
        Effect.sync(() => new Agent(connectionOptions(config))),
        (agent) => Effect.promise(() => agent.destroy())
      )
    )
  )

  static readonly layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, HttpAgent> =
    NodeHttpClient.layerUndiciWithoutDispatcher.pipe(
      Layer.provide(Layer.effect(NodeHttpClient.Dispatcher, HttpAgent))
    )
}
