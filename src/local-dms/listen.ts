/** Serves the handler on a socket, with Node's HTTP server. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServer from "@effect/platform/HttpServer"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Buffer } from "node:buffer"
import { createServer } from "node:http"
import type { IncomingMessage } from "node:http"
import * as Exchange from "./Exchange.ts"

/**
 * Listens on 127.0.0.1 until the scope closes. Open connections are then closed without waiting for the clients.
 * @param port 0 is any free port
 * @returns the URL, `http://127.0.0.1:8080`
 */
export const listen = Effect.fn("local-dms.listen")(function* (
  respond: (request: Exchange.Request) => Effect.Effect<Exchange.Reply>,
  port: number
): Effect.fn.Return<string, HttpServerError.ServeError, Scope.Scope> {
  const nodeServer = createServer({ keepAliveTimeout: 0, requestTimeout: 0 })
  const server = yield* NodeHttpServer.make(() => nodeServer, { port, host: "127.0.0.1" })
  // A connection that cannot be accepted, for example without a free descriptor, affects only its client.
  nodeServer.on("error", () => {})
  yield* Effect.locally(
    server.serve(application(respond)),
    HttpMiddleware.currentTracerDisabledWhen,
    () => true
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => nodeServer.closeAllConnections()))
  return HttpServer.formatAddress(server.address)
})

const application = (respond: (request: Exchange.Request) => Effect.Effect<Exchange.Reply>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const source = NodeHttpServerRequest.toIncomingMessage(request)
    const body = yield* readBody(source)
    const { headers, method } = request
    const reply = yield* respond({
      method,
      target: request.url,
      root: `http://${headers["host"] ?? "127.0.0.1"}`,
      headers,
      body: body ?? "",
      tooLong: body === undefined
    })
    if (reply._tag === "Reset") {
      source.socket.resetAndDestroy()
      return yield* Effect.never // The server interrupts requests whose socket is closed.
    }
    const { status } = reply
    // With a content-length Node sends head and body in one write. A 204 must not have one, in a 304 it is that of the 200.
    const length =
      status === 204 || status === 304 ? {} : { "content-length": String(Buffer.byteLength(reply.body)) }
    return HttpServerResponse.raw(reply.body, { status, headers: { ...reply.headers, ...length } })
  })

/**
 * The body as text; `undefined` as soon as it exceeds the limit, even if it never ends. The rest is read and discarded,
 * so that a client that reads only after sending the whole body gets its response.
 */
const readBody = (source: IncomingMessage): Effect.Effect<string | undefined> =>
  Effect.async((resume) => {
    const chunks: Array<Buffer> = []
    let bytes = 0
    source.on("data", (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= Exchange.maxBodyBytes) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      resume(Effect.succeed(undefined))
    })
    source.on("end", () => {
      if (bytes <= Exchange.maxBodyBytes) resume(Effect.succeed(Buffer.concat(chunks).toString("utf8")))
    })
    source.on("error", () => resume(Effect.never))
  })
