/** undici connections to the DMS: the options of all connections, and the agent of the control plane. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Agent, buildConnector, type Client, type Dispatcher } from "undici"
import { DmsConfig, type DmsOptions } from "./DmsConfig.ts"
import { skipInterim } from "./skipInterim.ts"

/** Keep-alive of idle connections if the server sets no limit; many wait times exceed undici's default of 4 s. */
const keepAliveMillis = 60_000

type ConnectionSettings = Pick<DmsOptions, "ignoreCertificateErrors" | "maxResponseBytes" | "requestTimeout">

const connector = ({
  ignoreCertificateErrors,
  requestTimeout
}: ConnectionSettings): buildConnector.connector => {
  const connect = buildConnector({
    rejectUnauthorized: !ignoreCertificateErrors,
    timeout: Duration.toMillis(requestTimeout)
  })
  return (options, callback) =>
    connect(options, (...result) => {
      const [error, socket] = result
      if (error === null) skipInterim(socket)
      callback(...result)
    })
}

/** undici's timeouts are off, because the transport limits the time of whole requests. */
export const connectionOptions = (settings: ConnectionSettings) =>
  ({
    connect: connector(settings),
    maxResponseSize: settings.maxResponseBytes,
    keepAliveTimeout: keepAliveMillis,
    headersTimeout: 0,
    bodyTimeout: 0
  }) satisfies Client.Options & Agent.Options

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
