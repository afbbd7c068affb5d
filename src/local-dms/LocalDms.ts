/**
 * A simulated DMS for tests and trials: it refuses what the real server refuses (branch [B] of the contract), and
 * faults can be injected. `layerHttpClient` handles requests in memory, in the caller's fiber, so that latency and token
 * expiry follow the caller's clock; `serve` listens on a port of 127.0.0.1.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { respond, statsOf } from "./requests/respond.ts"
import type * as Exchange from "./Exchange.ts"
import type { Faults } from "./Faults.ts"
import { makeHttpClient } from "./requests/httpClient.ts"
import { listen } from "./requests/listen.ts"
import { LocalDmsOptions } from "./LocalDmsOptions.ts"
import * as ServerState from "./ServerState.ts"
import * as MemoryStore from "./MemoryStore.ts"
import { populate } from "./seed/populate.ts"
import { seed } from "./seed/seed.ts"
import type { Stats } from "./Stats.ts"
import type { Store } from "./Store.ts"

export { LocalDmsOptions } from "./LocalDmsOptions.ts"

interface Service {
  /** The counters since the start. */
  readonly stats: Effect.Effect<Stats>
  readonly faults: {
    readonly get: Effect.Effect<Faults>
    /** Replaces all faults; `{}` switches them off. */
    readonly set: (faults: Faults) => Effect.Effect<void>
  }
  /** The request handler, independent of the transport. */
  readonly respond: (request: Exchange.Request) => Effect.Effect<Exchange.Reply>
}

interface ServeOptions extends Partial<LocalDmsOptions> {
  /** 0 to 65535 */
  readonly port: number
}

/** A running server. */
export interface Listening extends Service {
  /** `http://127.0.0.1:8080`, without a final slash. */
  readonly url: string
}

export class LocalDms extends Context.Tag("edfi-perf/local-dms/LocalDms")<LocalDms, Service>() {
  /** The server without a transport: call `respond`. Documents are kept in the provided store. */
  static readonly layerOver = (options: Partial<LocalDmsOptions> = {}): Layer.Layer<LocalDms, never, Store> =>
    Layer.effect(LocalDms, make(LocalDmsOptions.make(options)))

  /** The same over an empty store in memory. */
  static readonly layer = (options: Partial<LocalDmsOptions> = {}): Layer.Layer<LocalDms> =>
    Layer.provide(LocalDms.layerOver(options), MemoryStore.layer)

  /** An `HttpClient` that passes requests to any host to this server, without a socket. */
  static readonly layerHttpClientOver = (
    options: Partial<LocalDmsOptions> = {}
  ): Layer.Layer<LocalDms | HttpClient.HttpClient, never, Store> =>
    Layer.provideMerge(
      Layer.effect(
        HttpClient.HttpClient,
        Effect.map(LocalDms, ({ respond }) => makeHttpClient(respond))
      ),
      LocalDms.layerOver(options)
    )

  /** The same over an empty store in memory. */
  static readonly layerHttpClient = (
    options: Partial<LocalDmsOptions> = {}
  ): Layer.Layer<LocalDms | HttpClient.HttpClient> =>
    Layer.provide(LocalDms.layerHttpClientOver(options), MemoryStore.layer)

  /**
   * Listens until the scope closes, which also closes kept-alive connections.
   * @param options `port` 0 is any free port
   */
  static readonly serveOver = Effect.fn("LocalDms.serve")(function* (options: ServeOptions) {
    const service = yield* make(LocalDmsOptions.make(options))
    const listening: Listening = { ...service, url: yield* listen(service.respond, options.port) }
    return listening
  })

  /** The same over an empty store in memory. */
  static readonly serve = (options: ServeOptions) =>
    Effect.provide(LocalDms.serveOver(options), MemoryStore.layer)
}

const make = Effect.fn("LocalDms.make")(function* (options: LocalDmsOptions) {
  const server = yield* ServerState.make(options)
  // Another local DMS may be seeding the same database; its documents are found on the next attempt.
  yield* Effect.orDie(Effect.retry(seed(server), { times: 3 }))
  yield* Effect.orDie(Effect.retry(populate(server), { times: 3 }))
  return LocalDms.of({
    stats: statsOf(server),
    faults: {
      get: Effect.sync(() => server.faults.current),
      set: (faults) => Effect.sync(() => server.faults.replace(faults))
    },
    respond: (request) => respond(server, request)
  })
})
