/**
 * Byte streams that a server may send as a response, valid and broken, and a server that sends them in pieces. Every
 * implementation of `Transport` must agree with the meaning of each stream.
 */
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer, type TlsOptions } from "node:tls"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"

/** Maximum length of a body for the transports under test. */
export const maxResponseBytes = 200_000

/** The meaning of a stream: a response, a failure, or either of them. */
export type Meaning =
  | { readonly _tag: "Response"; readonly status: number; readonly body: Buffer }
  | { readonly _tag: "Failure" }
  | { readonly _tag: "Either" }

export interface ResponseStream {
  readonly bytes: Buffer
  /** Lengths of the pieces that are sent separately, used in turn. */
  readonly pieces: ReadonlyArray<number>
  /** The action of the server after the last byte. */
  readonly after: "keep" | "end" | "destroy"
  readonly meaning: Meaning
}

const failure: Meaning = { _tag: "Failure" }
const either: Meaning = { _tag: "Either" }

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth)

/** Bodies of every kind: outcomes, problems, nested, long, no JSON, no UTF-8. */
const body: FastCheck.Arbitrary<Buffer> = FastCheck.oneof(
  { weight: 4, arbitrary: FastCheck.json().map((text) => Buffer.from(text)) },
  {
    weight: 2,
    arbitrary: FastCheck.integer({ min: 0, max: 5000 }).map((depth) => Buffer.from(nested(depth)))
  },
  { weight: 2, arbitrary: FastCheck.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 2,
    arbitrary: FastCheck.string({ unit: "binary", maxLength: 200 }).map((detail) =>
      Buffer.from(
        JSON.stringify({ type: detail, detail, status: 409, errors: [detail], failedOperation: detail })
      )
    )
  },
  {
    weight: 1,
    arbitrary: FastCheck.integer({ min: 1000, max: 300_000 }).map((length) => Buffer.alloc(length, "[1,"))
  },
  { weight: 1, arbitrary: FastCheck.constant(Buffer.alloc(0)) }
)

const status = FastCheck.constantFrom(
  200,
  201,
  202,
  301,
  308,
  400,
  401,
  403,
  404,
  409,
  413,
  429,
  500,
  502,
  503
)

const coding = FastCheck.constantFrom("none", "gzip", "deflate", "br", "zstd", "broken gzip")

const encodings: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync
}

const encoded = (bytes: Buffer, name: string): { readonly header: string; readonly bytes: Buffer } => {
  if (name === "none") return { header: "", bytes }
  const encode = encodings[name]
  return {
    header: `Content-Encoding: ${name.replace("broken ", "")}\r\n`,
    bytes: encode === undefined ? bytes : encode(bytes)
  }
}

const chunked = (bytes: Buffer, size: number): Buffer => {
  const parts: Array<Buffer> = []
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size)
    parts.push(Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from("\r\n"))
  }
  return Buffer.concat([...parts, Buffer.from("0\r\nX-Trailer: t\r\n\r\n")])
}

const interim = FastCheck.array(
  FastCheck.constantFrom("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
  { maxLength: 3 }
).map((heads) => heads.join(""))

const pieces = FastCheck.array(FastCheck.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 5 })

/** The meaning of a complete response with this body in this coding. */
const meaningOf = (statusCode: number, plain: Buffer, wire: Buffer, codingName: string): Meaning => {
  if (plain.length > maxResponseBytes || wire.length > maxResponseBytes) return failure
  if (wire.length > 0 && (codingName === "zstd" || codingName === "broken gzip")) return failure
  return { _tag: "Response", status: statusCode, body: plain }
}

const valid: FastCheck.Arbitrary<ResponseStream> = FastCheck.record({
  status,
  body,
  coding: FastCheck.oneof(
    { weight: 4, arbitrary: FastCheck.constant("none") },
    { weight: 1, arbitrary: coding }
  ),
  framing: FastCheck.constantFrom("length", "chunked", "close"),
  chunkSize: FastCheck.integer({ min: 50, max: 100_000 }),
  interim,
  pieces
}).map((drawn) => {
  const { bytes: wire, header } = encoded(drawn.body, drawn.coding)
  const framing = {
    length: `Content-Length: ${wire.length}\r\n`,
    chunked: "Transfer-Encoding: chunked\r\n",
    close: "Connection: close\r\n"
  }[drawn.framing]
  const head = `${drawn.interim}HTTP/1.1 ${drawn.status} Status\r\n${header}${framing}\r\n`
  return {
    bytes: Buffer.concat([
      Buffer.from(head, "latin1"),
      drawn.framing === "chunked" ? chunked(wire, drawn.chunkSize) : wire
    ]),
    pieces: drawn.pieces,
    after: drawn.framing === "close" ? ("end" as const) : ("keep" as const),
    meaning: meaningOf(drawn.status, drawn.body, wire, drawn.coding)
  }
})

const bodiless: FastCheck.Arbitrary<ResponseStream> = FastCheck.record({
  status: FastCheck.constantFrom(204, 304),
  interim,
  pieces
}).map((drawn) => ({
  bytes: Buffer.from(`${drawn.interim}HTTP/1.1 ${drawn.status} Status\r\n\r\n`),
  pieces: drawn.pieces,
  after: "keep",
  meaning: { _tag: "Response", status: drawn.status, body: Buffer.alloc(0) }
}))

/** Cut somewhere before its end, and the connection closed; only a body that ends by close may look complete. */
const cut: FastCheck.Arbitrary<ResponseStream> = FastCheck.record({
  stream: valid,
  share: FastCheck.double({ min: 0, max: 0.999, noNaN: true }),
  after: FastCheck.constantFrom("end" as const, "destroy" as const)
}).map(({ share, stream, after }) => ({
  ...stream,
  bytes: stream.bytes.subarray(0, Math.floor(share * stream.bytes.length)),
  after,
  meaning: stream.after === "end" ? either : failure
}))

/** Invalid HTTP; the connection is closed after each, so that no other request reads the rest of it. */
const brokenTexts: ReadonlyArray<string> = [
  "",
  "this is not HTTP\r\n\r\n",
  "HTTP/1.1\r\n\r\n",
  "HTTP/1.1 abc OK\r\n\r\n",
  "HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 20 Short\r\nContent-Length: 0\r\n\r\n",
  "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n[]",
  "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n[]",
  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[]",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n[]\r\n0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n[]",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
  "HTTP/1.1 200 OK\r\nNo colon here\r\nContent-Length: 2\r\n\r\n[]",
  `HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(100_000)}\r\nContent-Length: 2\r\n\r\n[]`,
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
]

const broken: FastCheck.Arbitrary<ResponseStream> = FastCheck.record({
  text: FastCheck.constantFrom(...brokenTexts),
  pieces,
  after: FastCheck.constantFrom("end" as const, "destroy" as const)
}).map(({ pieces: lengths, text, after }) => ({
  bytes: Buffer.from(text, "latin1"),
  pieces: lengths,
  after,
  // Parsers differ in their tolerance for these; there must be exactly one outcome.
  meaning: either
}))

/** Random bytes, and more bytes than the response has; the connection is closed after them. */
const garbage: FastCheck.Arbitrary<ResponseStream> = FastCheck.oneof(
  FastCheck.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
  valid.map(({ bytes }) => Buffer.concat([bytes, bytes]))
).map((bytes) => ({ bytes, pieces: [bytes.length + 1], after: "destroy", meaning: either }))

export const responseStream: FastCheck.Arbitrary<ResponseStream> = FastCheck.oneof(
  { weight: 6, arbitrary: valid },
  { weight: 1, arbitrary: bodiless },
  { weight: 2, arbitrary: cut },
  { weight: 1, arbitrary: broken },
  { weight: 1, arbitrary: garbage }
)

/** The request header that selects a stream. */
export const numberHeader = "x-stream"

/** Sends each piece in a separate packet, as far as a socket allows. */
const sendPieces = (socket: Socket, { bytes, pieces: lengths, after }: ResponseStream): void => {
  let at = 0
  let turn = 0
  const next = (): void => {
    if (socket.destroyed) return
    if (at >= bytes.length) {
      if (after === "end") socket.end()
      if (after === "destroy") socket.destroy()
      return
    }
    const length = lengths[turn++ % lengths.length] ?? 1
    socket.write(bytes.subarray(at, at + length), () => setImmediate(next))
    at += length
  }
  next()
}

export interface StreamServer {
  readonly url: URL
  /** How often a stream was requested. */
  readonly askedFor: (index: number) => number
}

/**
 * A server that responds to request number N with stream N, as long as the scope lasts.
 *
 * @param tls over TLS, with this key and certificate
 */
export const serveStreams = (streams: ReadonlyArray<ResponseStream>, tls?: TlsOptions) =>
  Effect.acquireRelease(
    Effect.async<{
      readonly server: Server
      readonly asked: Map<number, number>
      readonly sockets: Set<Socket>
    }>((resume) => {
      const asked = new Map<number, number>()
      const sockets = new Set<Socket>()
      const onConnection = (socket: Socket): void => {
        sockets.add(socket)
        socket.setNoDelay(true)
        socket.on("error", () => {})
        socket.on("close", () => sockets.delete(socket))
        let received = ""
        socket.on("data", (chunk) => {
          received += chunk.toString("latin1")
          const end = received.indexOf("\r\n\r\n")
          const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0)
          if (end === -1 || received.length < end + 4 + length) return
          const index = Number(new RegExp(`\r\n${numberHeader}: *(\\d+)`, "i").exec(received)?.[1])
          received = ""
          asked.set(index, (asked.get(index) ?? 0) + 1)
          const stream = streams[index]
          if (stream === undefined) socket.destroy()
          else sendPieces(socket, stream)
        })
      }
      const server = tls === undefined ? createServer(onConnection) : createTlsServer(tls, onConnection)
      server.on("tlsClientError", () => {})
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, asked, sockets })))
    }),
    ({ server, sockets }) =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  ).pipe(
    Effect.map(({ asked, server }): StreamServer => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      return {
        url: new URL(`${tls === undefined ? "http" : "https"}://127.0.0.1:${port}/batch`),
        askedFor: (index) => asked.get(index) ?? 0
      }
    })
  )
