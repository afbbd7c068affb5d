/** A keep-alive connection over `node:net` or `node:tls` that carries one request at a time. */
import { channel } from "node:diagnostics_channel"
import { connect as connectTcp, isIP, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { connectedChannel } from "../domain/connectedChannel.ts"
import { keepAliveMillis } from "./sendOver.ts"
import { type Complete, type Parsed, ResponseParser } from "./ResponseParser.ts"

/** The request on a connection. Exactly one of `onResponse` and `onFailure` is called, at most once. */
export interface Exchange {
  /** When it was passed to the transport. */
  readonly startedNanos: bigint
  /** The request, head and body; called when the connection is open. */
  readonly write: () => Uint8Array
  /** The socket could not send all bytes at once: they have to stay unchanged. */
  readonly onPending: () => void
  /** @param response its body may be reused after the call */
  readonly onResponse: (response: Complete, endedNanos: bigint) => void
  /** @param phase `connect` if nothing was written; `answer` if what arrived is no response; else `reset` */
  readonly onFailure: (phase: "connect" | "answer" | "reset", cause: unknown, status?: number) => void
}

export interface ConnectionOptions {
  readonly url: URL
  readonly ignoreCertificateErrors: boolean
  readonly maxResponseBytes: number
  readonly now: () => bigint
}

const connected = channel(connectedChannel)

/** Received bytes of all connections: each read is over before the next one begins. */
const received = Buffer.allocUnsafe(65_536)

/** A server closes an idle connection before we send on it: leave out the last second that it promises. */
const marginSeconds = 1

const closedByServer = new Error("the server closed the connection before the response was complete")
const closedHere = new Error("the connection was closed")
const unsolicited = "bytes arrived before a request was written"

export class NodeConnection {
  private readonly parser: ResponseParser
  private socket: Socket | undefined
  private isConnected = false
  private isDestroyed = false
  private exchange: Exchange | undefined
  /** Why the socket closes. */
  private cause: unknown
  /** Until when the open connection can be used again, by the monotonic clock. */
  private usableUntilNanos = 0n

  constructor(private readonly options: ConnectionOptions) {
    this.parser = new ResponseParser(options.maxResponseBytes)
  }

  /** Opens the connection if it is closed, or if the server may close it at any moment. */
  send(exchange: Exchange): void {
    this.exchange = exchange
    if (this.isDestroyed) return this.failWith("connect", closedHere)
    if (this.isConnected && exchange.startedNanos < this.usableUntilNanos) return this.write()
    this.close()
    this.open()
  }

  /** Closes the connection without a word to its request; the next request opens it again. */
  close(): void {
    const { socket } = this
    this.socket = undefined
    this.isConnected = false
    socket?.destroy()
  }

  /** Gives up the request that is on the connection. */
  abandon(exchange: Exchange): void {
    if (this.exchange !== exchange) return
    this.exchange = undefined
    this.close()
  }

  /** For ever. */
  destroy(): Promise<void> {
    this.isDestroyed = true
    this.lose(closedHere)
    return Promise.resolve()
  }

  private open(): void {
    this.cause = undefined
    let socket: Socket
    try {
      socket = this.connect()
    } catch (error) {
      return this.failWith("connect", error)
    }
    this.socket = socket
    // The run keeps the process alive, not its connections.
    socket.unref()
    const isCurrent = () => this.socket === socket
    socket.on(this.options.url.protocol === "https:" ? "secureConnect" : "connect", () => {
      if (!isCurrent()) return
      this.isConnected = true
      connected.publish({ socket })
      this.write()
    })
    socket.on("error", (error) => {
      if (isCurrent()) this.cause = error
    })
    socket.on("end", () => {
      if (!isCurrent()) return
      if (this.exchange !== undefined) this.settle(this.parser.end())
      this.lose(this.cause ?? closedByServer)
    })
    socket.on("close", () => {
      if (isCurrent()) this.lose(this.cause ?? closedByServer)
    })
  }

  private connect(): Socket {
    const { ignoreCertificateErrors, url } = this.options
    // URL writes IPv6 addresses in brackets.
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1")
    const common = { host, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMillis }
    if (url.protocol === "https:") {
      const socket = connectTls({
        ...common,
        port: Number(url.port || 443),
        rejectUnauthorized: !ignoreCertificateErrors,
        ALPNProtocols: ["http/1.1"],
        ...(isIP(host) === 0 ? { servername: host } : {})
      })
      socket.on("data", (bytes: Buffer) => {
        if (this.socket === socket) this.onBytes(bytes)
      })
      return socket
    }
    const socket: Socket = connectTcp({
      ...common,
      port: Number(url.port || 80),
      onread: {
        buffer: received,
        callback: (length) => {
          if (this.socket === socket) this.onBytes(received.subarray(0, length))
          return true
        }
      }
    })
    return socket
  }

  private write(): void {
    const { exchange, socket } = this
    if (exchange === undefined || socket === undefined) return
    this.parser.begin()
    socket.write(exchange.write())
    if (socket.writableLength > 0) exchange.onPending()
  }

  private onBytes(bytes: Buffer): void {
    const { exchange } = this
    // What arrives before its request was written could be taken for the response to the next one.
    if (exchange === undefined || !this.isConnected) {
      this.close()
      return this.failWith("answer", unsolicited)
    }
    this.settle(this.parser.receive(bytes))
  }

  private settle(parsed: Parsed | undefined): void {
    const { exchange } = this
    if (parsed === undefined || exchange === undefined) return
    if (parsed._tag === "Invalid") {
      this.close()
      return this.failWith("answer", parsed.detail, parsed.status)
    }
    this.exchange = undefined
    // A response before the end of the request: the rest of the request is still to be sent.
    const isWritten = this.socket?.writableLength === 0
    const endedNanos = this.options.now()
    if (!parsed.isReusable || !isWritten) this.close()
    else this.usableUntilNanos = endedNanos + usableNanos(parsed.head.idleSeconds)
    exchange.onResponse(parsed, endedNanos)
  }

  /** The connection is over, and the request on it, if there is one, without a response. */
  private lose(cause: unknown): void {
    const phase = this.isConnected ? "reset" : "connect"
    this.close()
    this.failWith(phase, cause)
  }

  private failWith(phase: "connect" | "answer" | "reset", cause: unknown, status?: number): void {
    const { exchange } = this
    this.exchange = undefined
    exchange?.onFailure(phase, cause, status)
  }
}

const keepAliveNanos = BigInt(keepAliveMillis * 1e6)

/** How long an idle connection can be used. */
const usableNanos = (idleSeconds: number | undefined): bigint =>
  idleSeconds === undefined
    ? keepAliveNanos
    : BigInt(1e6 * Math.min(keepAliveMillis, 1000 * Math.max(0, idleSeconds - marginSeconds)))
