/** All client services as one layer, over undici or over an HttpClient. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Layer from "effect/Layer"
import type { DmsConfig } from "./DmsConfig.ts"
import type { BatchUnsupported, NamingUnknown } from "./detectNaming.ts"
import { Authorized } from "./Authorized.ts"
import { BatchClient } from "./BatchClient.ts"
import { Discovery, type DiscoveryError } from "./Discovery.ts"
import { DiscoveryDocument, type DmsUnreachable, type RouteUnusable } from "./DiscoveryDocument.ts"
import { HttpAgent } from "./HttpAgent.ts"
import { ReadClient } from "./ReadClient.ts"
import { ResourceClient } from "./ResourceClient.ts"
import { SingleClient } from "./SingleClient.ts"
import { type LoginError, Tokens } from "./Tokens.ts"
import { Transport } from "./Transport.ts"

/** What all loads against a server share: its addresses, the token, and clients for single records and reads. */
export type ConnectionServices =
  Authorized | Discovery | DiscoveryDocument | ReadClient | ResourceClient | Tokens

/** The clients of a load. */
type LoadClients = BatchClient | SingleClient

export type ClientServices = LoadClients | Exclude<ConnectionServices, Authorized>

export type ConnectionError = DiscoveryError | LoginError

/** Errors of building the clients; after each of them, no load can be sent. */
type ClientError = ConnectionError | BatchUnsupported | NamingUnknown

/** Runs discovery and logs in while it is built. */
const connectionLayer: Layer.Layer<
  ConnectionServices,
  ConnectionError,
  Transport | HttpClient.HttpClient | DmsConfig
> = Layer.merge(ReadClient.layer, ResourceClient.layer).pipe(
  Layer.provideMerge(Authorized.layer),
  Layer.provideMerge(Tokens.layer),
  Layer.provideMerge(Discovery.layer),
  Layer.provideMerge(DiscoveryDocument.layer)
)

/** Detects the resource naming while it is built. */
export const loadClientsLayer: Layer.Layer<
  LoadClients,
  BatchUnsupported | NamingUnknown,
  Authorized | DmsConfig | Discovery | Tokens
> = Layer.merge(BatchClient.layer, SingleClient.layer)

/** Runs discovery, logs in and detects the resource naming while it is built. */
export const clientLayer: Layer.Layer<
  ClientServices,
  ClientError,
  Transport | HttpClient.HttpClient | DmsConfig
> = Layer.provideMerge(loadClientsLayer, connectionLayer)

/** Public documents, discovery and logins use an agent of their own. */
const publicClientLive: Layer.Layer<HttpClient.HttpClient, never, DmsConfig> = Layer.provide(
  HttpAgent.layerHttpClient,
  HttpAgent.layer
)

/** Discovery without a login, for public documents. */
export const discoveryLayerLive: Layer.Layer<
  DiscoveryDocument | HttpClient.HttpClient,
  DmsUnreachable | RouteUnusable,
  DmsConfig
> = Layer.provideMerge(DiscoveryDocument.layer, publicClientLive)

/** Discovery and login, and what public documents need; the load has connections of its own. */
export const connectionLayerLive: Layer.Layer<
  ConnectionServices | HttpClient.HttpClient,
  ConnectionError,
  DmsConfig
> = connectionLayer.pipe(Layer.provide(Transport.layer), Layer.provideMerge(publicClientLive))

/** The clients of `edfi-perf run`. */
export const clientLayerLive: Layer.Layer<ClientServices, ClientError, DmsConfig> = Layer.provideMerge(
  loadClientsLayer,
  connectionLayerLive
)

/** Over the HttpClient of an application: for other platforms and for tests; slower under load. */
export const clientLayerHttpClient: Layer.Layer<
  ClientServices,
  ClientError,
  HttpClient.HttpClient | DmsConfig
> = clientLayer.pipe(Layer.provide(Transport.layerHttpClient))
