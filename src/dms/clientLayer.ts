/** The client services put together: everything that talks to a DMS, over one way of sending or another. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Layer from "effect/Layer"
import type { DmsConfig } from "./DmsConfig.ts"
import type { BatchUnsupported, NamingUnknown } from "./detectNaming.ts"
import { Authorized } from "./Authorized.ts"
import { BatchClient } from "./BatchClient.ts"
import { Discovery, type DiscoveryError } from "./Discovery.ts"
import { HttpAgent } from "./HttpAgent.ts"
import { ResourceClient } from "./ResourceClient.ts"
import { SingleClient } from "./SingleClient.ts"
import { type LoginError, Tokens } from "./Tokens.ts"
import { Transport } from "./Transport.ts"

export type ClientServices = BatchClient | SingleClient | ResourceClient | Tokens | Discovery

/** Why there is no client: all of them mean that no load can be sent. */
type ClientError = DiscoveryError | LoginError | BatchUnsupported | NamingUnknown

/** Discovers, logs in and learns how the server spells resources while it is built. */
export const clientLayer: Layer.Layer<
  ClientServices,
  ClientError,
  Transport | HttpClient.HttpClient | DmsConfig
> = Layer.mergeAll(BatchClient.layer, SingleClient.layer, ResourceClient.layer).pipe(
  Layer.provide(Authorized.layer),
  Layer.provideMerge(Tokens.layer),
  Layer.provideMerge(Discovery.layer)
)

/** What `edfi-perf run` uses: undici called directly for the load, and an agent of its own for the rest. */
export const clientLayerUndici: Layer.Layer<ClientServices, ClientError, DmsConfig> = clientLayer.pipe(
  Layer.provide(Layer.merge(Transport.layerUndici, HttpAgent.layerHttpClient)),
  Layer.provide(HttpAgent.layer)
)

/** Over an HttpClient of the app's own: for other platforms and for tests; slower under load. */
export const clientLayerHttpClient: Layer.Layer<
  ClientServices,
  ClientError,
  HttpClient.HttpClient | DmsConfig
> = clientLayer.pipe(Layer.provide(Transport.layerHttpClient))
