/** The way in over a socket: Node's HTTP server in front of the handler. */
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
 * Listens on 127.0.0.1 until the scope closes; open connections are then cut, so closing never waits for a client.
 * @param port 0 is any free port
 * @returns the URL, `http://127.0.0.1:8080`
 */
export const listen = Effect.fn("local-dms.listen")(function* (
  answer: (request: Exchange.Request) => Effect.Effect<Exchange.Reply>,
  port: number
): Effect.fn.Return<string, HttpServerError.ServeError, Scope.Scope> {
  const nodeServer = createServer({ keepAliveTimeout: 0, requestTimeout: 0 })
  const server = yield* NodeHttpServer.make(() => nodeServer, { port, host: "127.0.0.1" })
  // A connection that cannot be accepted, for example without a free descriptor, affects only its client.
  nodeServer.on("error", () => {})
  yield* Effect.locally(server.serve(respond(answer)), HttpMiddleware.currentTracerDisabledWhen, () => true)
  yield* Effect.addFinalizer(() => Effect.sync(() => nodeServer.closeAllConnections()))
  return HttpServer.formatAddress(server.address)
})

const respond = (answer: (request: Exchange.Request) => Effect.Effect<Exchange.Reply>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const source = NodeHttpServerRequest.toIncomingMessage(request)
    const body = yield* readBody(source)
    const { headers, method } = request
    const reply = yield* answer({
      method,
      target: request.url,
      root: `http://${headers["host"] ?? "127.0.0.1"}`,
      headers,
      body: body ?? "",
      tooLong: body === undefined
    })
    if (reply._tag === "Reset") {
      source.socket.resetAndDestroy()
      return yield* Effect.never // ends now: the server interrupts requests whose socket is gone
    }
    const { status } = reply
    // With a length Node sends head and body in one write; a 204 must not have one.
    const length = status === 204 ? {} : { "content-length": String(Buffer.byteLength(reply.body)) }
    return HttpServerResponse.raw(reply.body, { status, headers: { ...reply.headers, ...length } })
  })

/**
 * The body as text; `undefined` as soon as it is longer than the limit, whether or not it ever ends. The rest is read
 * and discarded, so that a client that reads only after it has written everything gets its answer.
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
