/**
 * Serves the handler on a socket, with Node's HTTP server. Directly, because the server of `@effect/platform` costs
 * 190 µs of CPU per request on top of the 100 µs of Node's: a quarter of a batch of 30 in memory.
 */
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import { Buffer } from "node:buffer"
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import * as Exchange from "../Exchange.ts"

type Respond = (request: Exchange.Request) => Effect.Effect<Exchange.Reply>

/**
 * Listens on 127.0.0.1 until the scope closes. Open connections are then closed without waiting for the clients.
 * @param port 0 is any free port
 * @returns the URL, `http://127.0.0.1:8080`
 */
export const listen = Effect.fn("local-dms.listen")(function* (
  respond: Respond,
  port: number
): Effect.fn.Return<string, HttpServerError.ServeError, Scope.Scope> {
  const handle = handlerOf(respond, yield* Effect.runtime<never>())
  const server = yield* Effect.acquireRelease(
    Effect.sync(() => createServer({ keepAliveTimeout: 0, requestTimeout: 0 })),
    close
  )
  const boundPort = yield* bind(server, port)
  // A connection that cannot be accepted, for example without a free descriptor, affects only its client.
  server.on("error", () => {})
  server.on("request", handle)
  return `http://127.0.0.1:${boundPort}`
})

/** @returns the port */
const bind = (server: Server, port: number): Effect.Effect<number, HttpServerError.ServeError> =>
  Effect.async((resume) => {
    const onError = (cause: Error) => resume(Effect.fail(new HttpServerError.ServeError({ cause })))
    server.once("error", onError)
    server.listen(port, "127.0.0.1", () => {
      server.off("error", onError)
      const address = server.address()
      resume(Effect.succeed(address === null || typeof address === "string" ? port : address.port))
    })
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.async((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** Runs each request in a fiber of its own, to its end: also if its client has closed the connection meanwhile. */
const handlerOf = (respond: Respond, runtime: Runtime.Runtime<never>) => {
  const fork = Runtime.runFork(runtime)
  return (source: IncomingMessage, response: ServerResponse): void =>
    readBody(source, (body) => {
      fork(respond(requestOf(source, body))).addObserver((exit) => {
        if (Exit.isSuccess(exit)) send(source, response, exit.value)
        else source.socket.destroy()
      })
    })
}

const requestOf = (source: IncomingMessage, body: string | undefined): Exchange.Request => {
  const { headers, method = "", url = "" } = source
  return {
    method,
    target: url,
    root: `http://${headers.host ?? "127.0.0.1"}`,
    headers: singleHeaders(headers),
    body: body ?? "",
    tooLong: body === undefined
  }
}

/** All but `set-cookie`, the only one of which Node makes a list. */
const singleHeaders = (headers: IncomingMessage["headers"]): Exchange.Request["headers"] => {
  const single: { [name: string]: string } = {}
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === "string") single[name] = value
  }
  return single
}

const send = ({ socket }: IncomingMessage, response: ServerResponse, reply: Exchange.Reply): void => {
  if (reply._tag === "Reset") {
    socket.resetAndDestroy()
    return
  }
  const { body, headers, status } = reply
  // With a content-length Node sends head and body in one write. A 204 must not have one, in a 304 it is that of the 200.
  const length = status === 204 || status === 304 ? {} : { "content-length": String(Buffer.byteLength(body)) }
  response.writeHead(status, { ...headers, ...length })
  response.end(body)
}

/**
 * Calls `use` with the body as text; with `undefined` as soon as it exceeds the limit, even if it never ends. The rest is
 * read and discarded, so that a client that reads only after sending the whole body gets its response.
 */
const readBody = (source: IncomingMessage, use: (body: string | undefined) => void): void => {
  const chunks: Array<Buffer> = []
  let bytes = 0
  source.on("data", (chunk: Buffer) => {
    const wasTooLong = bytes > Exchange.maxBodyBytes
    bytes += chunk.length
    if (bytes <= Exchange.maxBodyBytes) {
      chunks.push(chunk)
      return
    }
    chunks.length = 0
    if (!wasTooLong) use(undefined)
  })
  source.on("end", () => {
    if (bytes <= Exchange.maxBodyBytes) use(Buffer.concat(chunks).toString("utf8"))
  })
  // The client is gone before its request was complete.
  source.on("error", () => {})
}
