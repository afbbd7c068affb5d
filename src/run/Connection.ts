/** A connection to a server, opened once for everything that a command sends: planning, fixtures and all loads. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type ConnectionServices, connectionLayerLive } from "../dms/clientLayer.ts"
import { RouteUnusable } from "../dms/DiscoveryDocument.ts"
import { type DmsAddress, DmsConfig, type DmsOptions } from "../dms/DmsConfig.ts"
import { ResourceClient } from "../dms/ResourceClient.ts"
import { EmbeddedDms, LocalDmsExit } from "./localDmsProcess.ts"

/** The embedded local DMS in its own process, or a running server. */
export type ServerTarget =
  { readonly _tag: "LocalDms" } | { readonly _tag: "Dms"; readonly address: DmsAddress }

/** Discovery and login are done; the token is renewed and the sockets stay open until the scope is closed. */
export interface Connection {
  readonly target: ServerTarget
  readonly address: DmsAddress
  /** The options of all its requests. */
  readonly dms: DmsOptions
  /** Of the local DMS, if it is the target. */
  readonly exit: LocalDmsExit["Type"]
  readonly services: Context.Context<ConnectionServices | DmsConfig | HttpClient.HttpClient>
}

/**
 * A connection that is open already, which `openConnection` returns instead of opening another one: all phases of a plan
 * share it. Without one each command opens its own.
 */
export class SharedConnection extends Context.Reference<SharedConnection>()(
  "edfi-perf/run/SharedConnection",
  { defaultValue: (): Option.Option<Connection> => Option.none() }
) {}

/** The address of a target; the local DMS starts. */
const addressOf = (target: ServerTarget) =>
  target._tag === "Dms"
    ? Effect.map(LocalDmsExit, (exit) => ({ address: target.address, exit }))
    : Effect.flatten(EmbeddedDms)

const notFound = 404

/** Every server of the field has it, and a load needs one of its records. */
const agencies = { endpoint: "localEducationAgencies" }

/** A server may have no data for a route: an ODS/API logs in to every school year of a tenant. */
const checkData = ({ baseUrl }: DmsAddress, route: string) =>
  Effect.flatMap(ResourceClient, (client) => client.find(agencies, { limit: 1 })).pipe(
    Effect.catchIf(
      (error) => error._tag === "ResourceRefused" && error.status === notFound,
      ({ message }) => new RouteUnusable({ url: `${baseUrl}/`, route, detail: message })
    ),
    // Whatever else is wrong, the load meets it again and says what it was doing.
    Effect.catchAll((error) => (error._tag === "RouteUnusable" ? error : Effect.void))
  )

/** Discovers and logs in, once. */
const connected = (address: DmsAddress, dms: DmsOptions) => {
  const services = Layer.build(
    Layer.provideMerge(connectionLayerLive, DmsConfig.layer({ ...dms, ...address }))
  )
  if (dms.route === undefined) return services
  const route = dms.route.join("/")
  return services.pipe(
    Effect.catchIf(
      (error) => error._tag === "LoginRefused" && error.status === notFound,
      ({ message }) => new RouteUnusable({ url: `${address.baseUrl}/`, route, detail: message })
    ),
    Effect.tap((context) => Effect.provide(checkData(address, route), context))
  )
}

/**
 * Opens a connection, unless one is shared. Nothing is written.
 *
 * @param announce runs with the address, before the first request
 * @throws DmsUnreachable, InsecureAddress, RouteUnusable no address can be used
 * @throws LoginRefused, TokenUnavailable there is no token
 * @example openConnection({ _tag: "LocalDms" })
 */
export const openConnection = (
  target: ServerTarget,
  options: Partial<DmsOptions> = {},
  announce: (baseUrl: string) => Effect.Effect<void> = () => Effect.void
) =>
  Effect.gen(function* () {
    const dms = { ...DmsConfig.defaults, ...options }
    const shared = yield* SharedConnection
    if (Option.isSome(shared)) {
      yield* announce(shared.value.address.baseUrl)
      return { ...shared.value, dms }
    }
    const { address, exit } = yield* addressOf(target)
    yield* announce(address.baseUrl)
    const connection: Connection = { target, address, dms, exit, services: yield* connected(address, dms) }
    return connection
  })
