/**
 * A DMS of our own, to try things against: it refuses what the real server refuses (branch [B] of the contract)
 * and can be told to misbehave. `layerHttpClient` answers in memory, inside the caller's fiber, so that latency
 * and token expiry follow the caller's clock; `serve` listens on a port of 127.0.0.1.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as answer from "./respond.ts"
import type * as Exchange from "./Exchange.ts"
import type { Faults } from "./Faults.ts"
import { makeHttpClient } from "./httpClient.ts"
import { listen } from "./listen.ts"
import { LocalDmsOptions } from "./LocalDmsOptions.ts"
import * as Machine from "./ServerState.ts"
import * as MemoryStore from "./MemoryStore.ts"
import { seed } from "./seed.ts"
import type { Stats } from "./Stats.ts"
import type { Store } from "./Store.ts"

export { LocalDmsOptions } from "./LocalDmsOptions.ts"

interface Service {
  /** What it counted so far. */
  readonly stats: Effect.Effect<Stats>
  readonly faults: {
    readonly get: Effect.Effect<Faults>
    /** Replaces all faults; `{}` ends them. */
    readonly set: (faults: Faults) => Effect.Effect<void>
  }
  /** The handler itself: one request in, one reply out, whatever carries them. */
  readonly answer: (request: Exchange.Request) => Effect.Effect<Exchange.Reply>
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
  /** The server without a way in: call `answer`. Documents live in whatever store is provided. */
  static readonly layerOver = (options: Partial<LocalDmsOptions> = {}): Layer.Layer<LocalDms, never, Store> =>
    Layer.effect(LocalDms, make(LocalDmsOptions.make(options)))

  /** The same over an empty store in memory. */
  static readonly layer = (options: Partial<LocalDmsOptions> = {}): Layer.Layer<LocalDms> =>
    Layer.provide(LocalDms.layerOver(options), MemoryStore.layer)

  /** An `HttpClient` whose every request, to any host, the server answers without a socket. */
  static readonly layerHttpClientOver = (
    options: Partial<LocalDmsOptions> = {}
  ): Layer.Layer<LocalDms | HttpClient.HttpClient, never, Store> =>
    Layer.provideMerge(
      Layer.effect(
        HttpClient.HttpClient,
        Effect.map(LocalDms, ({ answer }) => makeHttpClient(answer))
      ),
      LocalDms.layerOver(options)
    )

  /** The same over an empty store in memory. */
  static readonly layerHttpClient = (
    options: Partial<LocalDmsOptions> = {}
  ): Layer.Layer<LocalDms | HttpClient.HttpClient> =>
    Layer.provide(LocalDms.layerHttpClientOver(options), MemoryStore.layer)

  /**
   * Listens until the scope closes, which also ends connections that are kept alive.
   * @param options `port` 0 is any free port
   */
  static readonly serveOver = Effect.fn("LocalDms.serve")(function* (options: ServeOptions) {
    const service = yield* make(LocalDmsOptions.make(options))
    const listening: Listening = { ...service, url: yield* listen(service.answer, options.port) }
    return listening
  })

  /** The same over an empty store in memory. */
  static readonly serve = (options: ServeOptions) =>
    Effect.provide(LocalDms.serveOver(options), MemoryStore.layer)
}

const make = Effect.fn("LocalDms.make")(function* (options: LocalDmsOptions) {
  const machine = yield* Machine.make(options)
  // Another local DMS may be filling the same database in this moment; it will have done so the next time.
  yield* Effect.orDie(Effect.retry(seed(machine), { times: 3 }))
  return LocalDms.of({
    stats: answer.stats(machine),
    faults: {
      get: Effect.sync(() => machine.dice.current),
      set: (faults) => Effect.sync(() => machine.dice.replace(faults))
    },
    answer: (request) => answer.answer(machine, request)
  })
})
