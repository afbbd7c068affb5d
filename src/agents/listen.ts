/** The server that agents connect to: WebSocket, with or without TLS; the join token is checked before anything else. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as RpcSerialization from "@effect/rpc/RpcSerialization"
import * as RpcServer from "@effect/rpc/RpcServer"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { createHash, timingSafeEqual } from "node:crypto"
import * as Http from "node:http"
import * as Https from "node:https"
import type { Socket } from "node:net"
import { errorReason } from "../wire/errorReason.ts"
import { AgentsUnusable } from "./Agents.ts"
import { AgentRpcs, tokenHeader } from "./messages.ts"
import type { Registry } from "./Registry.ts"
import { steadyMillis } from "./steadyMillis.ts"

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly token: Redacted.Redacted
  /** Contents of PEM files; `undefined`: without TLS. */
  readonly tls:
    { readonly cert: string; readonly key: string; readonly clientCa: string | undefined } | undefined
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

/** Takes the same time for every wrong token. */
const isToken = (header: string | undefined, token: Redacted.Redacted): boolean =>
  timingSafeEqual(digest(header ?? ""), digest(`Bearer ${Redacted.value(token)}`))

const serverOf = ({ tls }: ListenOptions): Http.Server => {
  if (tls === undefined) return Http.createServer()
  const { cert, clientCa, key } = tls
  const ofClients =
    clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  return Https.createServer({ cert, key, ...ofClients })
}

/** Closes all connections. */
const trackSockets = (server: Http.Server): Effect.Effect<void> => {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return Effect.sync(() => {
    for (const socket of sockets) socket.destroy()
  })
}

const handlersOf = (registry: Registry) =>
  AgentRpcs.toHandlersContext({
    Join: (request) => registry.join(request),
    Commands: (request) => registry.commands(request),
    ReadClock: () => Effect.map(Effect.clock, (clock) => ({ atMillis: steadyMillis(clock) })),
    Tell: (message) => registry.tell(message)
  })

export interface Listening {
  readonly port: number
  /** Closes all connections; without that, the end of the scope waits until the agents have closed them. */
  readonly disconnect: Effect.Effect<void>
}

export const listen = (
  registry: Registry,
  options: ListenOptions
): Effect.Effect<Listening, AgentsUnusable, Scope.Scope> =>
  Effect.gen(function* () {
    const { host, port, token } = options
    const unusable = (error: unknown) =>
      new AgentsUnusable({ message: `--agentsListen ${host}:${port}: ${errorReason(error)}` })
    const node = yield* Effect.try({ try: () => serverOf(options), catch: unusable })
    const server = yield* Effect.mapError(
      NodeHttpServer.make(() => node, { host, port }),
      ({ cause }) => unusable(cause)
    )
    const disconnect = trackSockets(node)
    const { httpApp, protocol } = yield* RpcServer.makeProtocolWithHttpAppWebsocket
    yield* server.serve(
      Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        if (!isToken(headers[tokenHeader], token)) return HttpServerResponse.empty({ status: 401 })
        if (headers["upgrade"]?.toLowerCase() !== "websocket")
          return HttpServerResponse.empty({ status: 426, headers: { upgrade: "websocket" } })
        return yield* httpApp
      })
    )
    const handlers = yield* handlersOf(registry)
    yield* RpcServer.make(AgentRpcs, { disableTracing: true }).pipe(
      Effect.provide(handlers),
      Effect.provideService(RpcServer.Protocol, protocol),
      Effect.interruptible,
      Effect.forkScoped
    )
    const { address } = server
    return { port: address._tag === "TcpAddress" ? address.port : port, disconnect }
  }).pipe(Effect.provide(RpcSerialization.layerMsgPack))
