/** The messages of failed TLS connections over real sockets: a self-signed certificate, and a port without TLS. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { createServer as createPlainServer, type RequestListener, type Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { DmsAddress, DmsOptions } from "../../src/dms/DmsConfig.ts"
import { clientLayerLive } from "../../src/dms/clientLayer.ts"
import { Discovery } from "../../src/dms/Discovery.ts"
import { DiscoveryDocument } from "../../src/dms/DiscoveryDocument.ts"
import { HttpAgent } from "../../src/dms/HttpAgent.ts"
import { ResourceClient } from "../../src/dms/ResourceClient.ts"
import { makeCertificate } from "../certificate.ts"
import { config } from "./responses.ts"

const certificateFor = (name: string) => Effect.sync(() => makeCertificate(name))

const portOf = (server: Server) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    () => Effect.sync(() => server.close().closeAllConnections())
  ).pipe(
    Effect.map(() => {
      const address = server.address()
      return typeof address === "object" ? (address?.port ?? 0) : 0
    })
  )

const respond: RequestListener = (request, response) =>
  response.end(request.url === "/oauth/token" ? '{"access_token":"one"}' : "[]")

/** Retries of the setup do not wait; timeouts, which are longer, are unchanged. */
const withoutBackoff = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) =>
    Effect.withClock(effect, {
      ...clock,
      sleep: (duration) =>
        Duration.lessThan(duration, "1 second") ? Effect.yieldNow() : clock.sleep(duration),
      unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis(),
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
    })
  )

const discoveryOf = (options: Partial<DmsOptions & DmsAddress>) =>
  Discovery.pipe(
    Effect.provide(
      Discovery.layer.pipe(
        Layer.provide(DiscoveryDocument.layer),
        Layer.provide(HttpAgent.layerHttpClient),
        Layer.provide(HttpAgent.layer),
        Layer.provide(config(options))
      )
    ),
    Effect.either,
    withoutBackoff,
    Logger.withMinimumLogLevel(LogLevel.None),
    Effect.map((found) => (Either.isLeft(found) ? found.left.message : "reached"))
  )

describe("a failed TLS connection", () => {
  it.scopedLive("names the flag and the variable for an unknown certificate", () =>
    Effect.gen(function* () {
      const port = yield* portOf(createTlsServer(yield* certificateFor("localhost"), respond))
      const baseUrl = `https://localhost:${port}`
      const message = yield* discoveryOf({ baseUrl })
      assert.match(
        message,
        /self-signed certificate; .*NODE_EXTRA_CA_CERTS .* -i \(--ignoreCertificateErrors\)/
      )
      assert.strictEqual(yield* discoveryOf({ baseUrl, ignoreCertificateErrors: true }), "reached")
    })
  )

  it.scopedLive("reports that a port without TLS speaks plain HTTP", () =>
    Effect.gen(function* () {
      const port = yield* portOf(createPlainServer(respond))
      const message = yield* discoveryOf({ baseUrl: `https://localhost:${port}` })
      assert.include(message, "the server speaks plain HTTP at this port; try http://")
    })
  )

  it.scopedLive("has the same message under load", () =>
    Effect.gen(function* () {
      const tlsPort = yield* portOf(createTlsServer(yield* certificateFor("localhost"), respond))
      const port = yield* portOf(createPlainServer(respond))
      const options = { baseUrl: `http://localhost:${port}`, apiPrefix: `https://localhost:${tlsPort}/data` }
      const error = yield* Effect.flatMap(ResourceClient, ({ find }) =>
        find({ endpoint: "students" }, {})
      ).pipe(Effect.flip, Effect.provide(Layer.provide(clientLayerLive, config(options))))
      assert.match(error.message, /connect: self-signed certificate; .*NODE_EXTRA_CA_CERTS/)
    })
  )
})
