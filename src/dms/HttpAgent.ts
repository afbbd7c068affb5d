/** The connections to the DMS: one undici agent, shared by the load and by everything around it. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Agent, type Dispatcher } from "undici"
import { DmsConfig } from "../config/DmsConfig.ts"

/** How long an idle connection is kept when the server names no limit; undici's own 4 s is below many waits. */
const keepAliveMillis = 60_000

export class HttpAgent extends Context.Tag("edfi-perf/dms/HttpAgent")<HttpAgent, Dispatcher>() {
  /** Unlimited connections; undici's own timeouts are off, because the transport watches whole requests. */
  static readonly layer: Layer.Layer<HttpAgent, never, DmsConfig> = Layer.scoped(
    HttpAgent,
    Effect.flatMap(DmsConfig, ({ ignoreCertificateErrors, requestTimeout }) =>
      Effect.acquireRelease(
        Effect.sync(
          () =>
            new Agent({
              connect: {
                rejectUnauthorized: !ignoreCertificateErrors,
                timeout: Duration.toMillis(requestTimeout)
              },
              keepAliveTimeout: keepAliveMillis,
              headersTimeout: 0,
              bodyTimeout: 0
            })
        ),
        (agent) => Effect.promise(() => agent.destroy())
      )
    )
  )

  /** `HttpClient` over the same connections, for logging in and for discovery. */
  static readonly layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, HttpAgent> =
    NodeHttpClient.layerUndiciWithoutDispatcher.pipe(
      Layer.provide(Layer.effect(NodeHttpClient.Dispatcher, HttpAgent))
    )
}
