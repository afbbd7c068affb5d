/** The client services over a local DMS: on a real port, or in memory with the clock in use. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { DmsConfig, type DmsOptions } from "../../src/dms/DmsConfig.ts"
import { clientLayerHttpClient, clientLayerLive } from "../../src/dms/clientLayer.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"
import { LocalDms, LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import * as MemoryStore from "../../src/local-dms/MemoryStore.ts"
import type { Store } from "../../src/local-dms/Store.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"

type ServerOptions = Partial<LocalDmsOptions>

const { key, secret } = LocalDmsOptions.default

const dmsConfig = (baseUrl: string, options: Partial<DmsOptions>) =>
  DmsConfig.layer({
    baseUrl,
    key: Redacted.make(key),
    secret,
    requestTimeout: Duration.seconds(20),
    ...options
  })

const fixtures = SharedFixtures.layer({ localEducationAgencyId: 255901 })

/** Clients over sockets to a server on a free port, and the server itself. */
export const overSockets = (
  server: ServerOptions = {},
  client: Partial<DmsOptions> = {},
  store: Layer.Layer<Store> = MemoryStore.layer
) =>
  Layer.unwrapScoped(
    Effect.map(LocalDms.serveOver({ port: 0, seed: 1, ...server }), (listening) =>
      Layer.mergeAll(
        Layer.provideMerge(fixtures, clientLayerLive).pipe(
          Layer.provideMerge(dmsConfig(listening.url, client))
        ),
        Layer.succeed(LocalDms, listening),
        Recorder.layer
      )
    )
  ).pipe(Layer.provide(store))

export interface ServerBehaviour {
  /** The server finishes requests that the client has abandoned, as one does that does not notice. */
  readonly finishesAbandoned?: boolean
}

const detached = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    HttpClient.HttpClient,
    HttpClient.transform((sent) => Effect.flatMap(Effect.forkDaemon(sent), Fiber.join))
  )
)

/** The same in memory: without sockets, with all times from the clock of the test. */
export const inMemory = (
  server: ServerOptions = {},
  client: Partial<DmsOptions> = {},
  { finishesAbandoned = false }: ServerBehaviour = {}
) => {
  const local = LocalDms.layerHttpClient({ seed: 1, ...server })
  return Layer.mergeAll(Layer.provideMerge(fixtures, clientLayerHttpClient), Recorder.layer).pipe(
    Layer.provideMerge(dmsConfig("http://dms.test", client)),
    Layer.provideMerge(finishesAbandoned ? Layer.provideMerge(detached, local) : local)
  )
}
