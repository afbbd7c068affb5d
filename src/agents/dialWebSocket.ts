/** Connects an agent to its coordinator over a WebSocket. */
import * as Socket from "@effect/platform/Socket"
import * as RpcClient from "@effect/rpc/RpcClient"
import * as RpcSerialization from "@effect/rpc/RpcSerialization"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Agent, type Dispatcher, request, WebSocket } from "undici"
import { excerpt } from "../domain/excerpt.ts"
import { rootMessage } from "../domain/rootMessage.ts"
import { errorReason } from "../wire/errorReason.ts"
import { type CoordinatorLink, type Dial, LinkDown } from "./CoordinatorLink.ts"
import { AgentRefused, AgentRpcs, tokenHeader } from "./messages.ts"

export interface DialOptions {
  /** `ws://host:7077` or `wss://host:7077`. */
  readonly url: string
  readonly token: Redacted.Redacted
  /** Contents of PEM files. */
  readonly tls: {
    /** Trusted besides those of Node. */
    readonly ca: string | undefined
    /** The certificate of the agent and its key, if the coordinator asks for one. */
    readonly cert: string | undefined
    readonly key: string | undefined
  }
}

/** How long connecting may take. */
const connectMillis = 10_000

const headersOf = ({ token }: DialOptions) => ({ [tokenHeader]: `Bearer ${Redacted.value(token)}` })

/** Closes its connections with the scope. */
const makeDispatcher = ({ tls: { ca, cert, key } }: DialOptions) =>
  Effect.acquireRelease(
    Effect.sync(
      () =>
        new Agent({
          connect: {
            timeout: connectMillis,
            ...(ca === undefined ? {} : { ca }),
            ...(cert === undefined ? {} : { cert }),
            ...(key === undefined ? {} : { key })
          }
        })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  )

/** A WebSocket of undici is one of Node; their type declarations are of different versions. */
const isGlobal = (socket: unknown): socket is globalThis.WebSocket => socket instanceof WebSocket

const asGlobal = (socket: WebSocket): globalThis.WebSocket => {
  const it: unknown = socket
  if (isGlobal(it)) return it
  throw new Error("undici made no WebSocket")
}

/** A socket whose messages arrive in their order: as bytes, and not as blobs, which are read later. */
const makeSocket = (options: DialOptions, dispatcher: Dispatcher) =>
  Effect.map(
    Socket.fromWebSocket(
      Effect.acquireRelease(
        Effect.sync(() => {
          const socket = new WebSocket(options.url, { dispatcher, headers: headersOf(options) })
          socket.binaryType = "arraybuffer"
          return asGlobal(socket)
        }),
        (socket) => Effect.sync(() => socket.close(1000))
      ),
      { openTimeout: connectMillis }
    ),
    (socket) => Socket.Socket.of({ ...socket, runRaw: (handler, more) => socket.run(handler, more) })
  )

/** By status: another attempt with the same token would be refused too; a server of another kind may give way to ours. */
const downByStatus = (status: number, { url }: DialOptions): LinkDown => {
  if (status === 401) {
    const reason =
      "the coordinator refused the join token: --joinTokenFile has to have the same content on both sides"
    return new LinkDown({ reason, isLasting: true })
  }
  return new LinkDown({
    reason:
      status === 426
        ? "the coordinator closed the connection"
        : `the server at ${url} is no coordinator: it replies with ${status}`
  })
}

/** Certificates do not change by themselves. */
const isOfTls = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  /CERT|SSL|TLS|^UNABLE_TO_|^INVALID_|HOSTNAME_MISMATCH/.test(String(error.code))

/** A WebSocket does not say why it could not connect; a plain request to the same address does. */
const diagnose = (options: DialOptions, dispatcher: Dispatcher): Effect.Effect<LinkDown> =>
  Effect.tryPromise({
    try: async () => {
      const url = options.url.replace(/^ws/, "http")
      const { body, statusCode } = await request(url, { dispatcher, headers: headersOf(options) })
      await body.dump()
      return downByStatus(statusCode, options)
    },
    catch: (error) => new LinkDown({ reason: reasonOf(error, options), isLasting: isOfTls(error) })
  }).pipe(Effect.merge)

/** In TLS 1.3 a server that misses a certificate closes the connection without a reason. */
const isClosed = (reason: string): boolean => /other side closed|ECONNRESET|socket hang up/.test(reason)

/** The flag of the agent takes the place of that of other commands. */
const reasonOf = (error: unknown, { tls, url }: DialOptions): string => {
  const reason = errorReason(error).replace(
    /NODE_EXTRA_CA_CERTS .*$/,
    "--ca FILE names the authority that signed it"
  )
  return url.startsWith("wss:") && tls.cert === undefined && isClosed(reason)
    ? `${reason}; if the coordinator has --agentsClientCa, this agent needs --cert and --key`
    : reason
}

/** The event of a broken WebSocket has no message. */
const closedReason = (error: unknown): string => {
  const message = rootMessage(error)
  return message.startsWith("[object ") ? "the connection broke" : excerpt(message)
}

/** Everything but a refusal means that the connection is of no use, also that the other side has interrupted the call. */
const downUnlessRefused = (cause: Cause.Cause<unknown>): AgentRefused | LinkDown => {
  const error = Cause.squash(cause)
  return error instanceof AgentRefused ? error : new LinkDown({ reason: closedReason(error) })
}

const guarded = <A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, AgentRefused | LinkDown> =>
  Effect.catchAllCause(call, (cause) => Effect.fail(downUnlessRefused(cause)))

const makeClient = (socket: Socket.Socket) =>
  RpcClient.makeProtocolSocket({ retrySchedule: Schedule.stop }).pipe(
    Effect.provideService(Socket.Socket, socket),
    Effect.flatMap((protocol) =>
      Effect.provideService(RpcClient.make(AgentRpcs, { disableTracing: true }), RpcClient.Protocol, protocol)
    )
  )

/** @returns connects: each time a new connection, which ends with the scope */
export const dialWebSocket = (options: DialOptions): Dial =>
  Effect.gen(function* () {
    const dispatcher = yield* makeDispatcher(options)
    const client = yield* makeClient(yield* makeSocket(options, dispatcher))
    const readClock = Effect.catchAllCause(
      Effect.map(client.ReadClock(), ({ atMillis }) => atMillis),
      (cause) => new LinkDown({ reason: downUnlessRefused(cause).reason })
    )
    yield* Effect.catchAll(readClock, () => Effect.flip(diagnose(options, dispatcher)))
    const link: CoordinatorLink = {
      join: (message) => guarded(client.Join(message)),
      commands: (message) =>
        Stream.catchAllCause(client.Commands(message), (cause) => Stream.fail(downUnlessRefused(cause))),
      tell: (message) => guarded(client.Tell(message)),
      readClock
    }
    return link
  }).pipe(Effect.provide(RpcSerialization.layerMsgPack))
