/** All client services as one layer, over undici or over an HttpClient. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Layer from "effect/Layer"
import type { DmsConfig } from "./DmsConfig.ts"
import type { BatchUnsupported, NamingUnknown } from "./detectNaming.ts"
import { Authorized } from "./Authorized.ts"
import { BatchClient } from "./BatchClient.ts"
import { Discovery, type DiscoveryError } from "./Discovery.ts"
import { HttpAgent } from "./HttpAgent.ts"
import { ReadClient } from "./ReadClient.ts"
import { ResourceClient } from "./ResourceClient.ts"
import { SingleClient } from "./SingleClient.ts"
import { type LoginError, Tokens } from "./Tokens.ts"
import { Transport } from "./Transport.ts"

export type ClientServices = BatchClient | ReadClient | SingleClient | ResourceClient | Tokens | Discovery

/** Errors of building the clients; after each of them, no load can be sent. */
type ClientError = DiscoveryError | LoginError | BatchUnsupported | NamingUnknown

/** Runs discovery, logs in and detects the resource naming while it is built. */
export const clientLayer: Layer.Layer<
  ClientServices,
  ClientError,
  Transport | HttpClient.HttpClient | DmsConfig
> = Layer.mergeAll(BatchClient.layer, ReadClient.layer, SingleClient.layer, ResourceClient.layer).pipe(
  Layer.provide(Authorized.layer),
  Layer.provideMerge(Tokens.layer),
  Layer.provideMerge(Discovery.layer)
)

/** The clients of `edfi-perf run`: the load has connections of its own, discovery and logins use a separate agent. */
export const clientLayerLive: Layer.Layer<ClientServices, ClientError, DmsConfig> = clientLayer.pipe(
  Layer.provide(Layer.merge(Transport.layer, HttpAgent.layerHttpClient)),
  Layer.provide(HttpAgent.layer)
)

/** Over the HttpClient of an application: for other platforms and for tests; slower under load. */
export const clientLayerHttpClient: Layer.Layer<
  ClientServices,
  ClientError,
  HttpClient.HttpClient | DmsConfig
> = clientLayer.pipe(Layer.provide(Transport.layerHttpClient))
