/** What a connection over `node:net` makes of a server that does not keep to one response per request. */
import { assert, describe } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { createServer, type Socket } from "node:net"
import { nodeSend } from "../../src/wire/nodeSend.ts"
import { sendKept } from "../../src/wire/sendKept.ts"
import type { WireOptions } from "../../src/wire/sendOver.ts"
import type { HttpRequest } from "../../src/wire/httpMessage.ts"
import { it } from "../engine/virtualTime.ts"

/** A server that calls back for each whole request, as long as the scope lasts. Returns its address and connections. */
const serve = (onRequest: (socket: Socket, request: string) => void) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: URL; readonly sockets: Set<Socket>; readonly close: () => void }>(
      (resume) => {
        const sockets = new Set<Socket>()
        const server = createServer((socket) => {
          sockets.add(socket)
          socket.on("error", () => {})
          socket.on("data", (bytes) => onRequest(socket, bytes.toString("latin1")))
        })
        const close = () => {
          server.close()
          for (const socket of sockets) socket.destroy()
        }
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resume(Effect.succeed({ url: new URL(`http://127.0.0.1:${port}/batch?x=1`), sockets, close }))
        })
      }
    ),
    ({ close }) => Effect.sync(close)
  )

const nodeSender = (wire: WireOptions) =>
  Effect.map(nodeSend(wire), (sendWith) => (request: HttpRequest) => sendKept(sendWith, request))

const options = {
  ignoreCertificateErrors: false,
  requestTimeout: Duration.seconds(20),
  maxResponseBytes: 1_000_000,
  connections: 1
}

const post = (url: URL, body = "[]"): HttpRequest => ({
  method: "POST",
  url,
  headers: { "content-type": "application/json" },
  body: Buffer.from(body)
})

const answer = (body: string, headers = ""): string =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`

const text = (body: Uint8Array) => Buffer.from(body).toString("latin1")

/** Ends when the other side has closed the connection. */
const closed = (socket: Socket) =>
  Effect.async<void>((resume) => void socket.once("close", () => resume(Effect.void)))

describe("a connection over node:net", () => {
  it.scopedLive("writes head and body at once, as one request", () =>
    Effect.gen(function* () {
      const requests: Array<string> = []
      const { url } = yield* serve((socket, request) => {
        requests.push(request)
        socket.write(answer("{}"))
      })
      const send = yield* nodeSender(options)
      yield* send(post(url, "[1,2]"))
      yield* send({ method: "GET", url, headers: {}, body: null })
      assert.deepStrictEqual(requests, [
        `POST /batch?x=1 HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n[1,2]`,
        `GET /batch?x=1 HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`
      ])
    })
  )

  it.scopedLive(
    "uses one connection for requests one after the other, and another after a response that closes",
    () =>
      Effect.gen(function* () {
        let count = 0
        const { sockets, url } = yield* serve((socket) => {
          socket.write(answer("{}", ++count === 2 ? "Connection: close\r\n" : ""))
        })
        const send = yield* nodeSender(options)
        for (const expected of [1, 1, 2]) {
          yield* send(post(url))
          assert.strictEqual(sockets.size, expected)
        }
      })
  )

  it.scopedLive("never takes a second response for that of the next request", () =>
    Effect.gen(function* () {
      let count = 0
      const { url } = yield* serve((socket) => {
        count++
        socket.write(count === 1 ? answer("first") + answer("smuggled") : answer(`of request ${count}`))
      })
      const send = yield* nodeSender(options)
      assert.strictEqual(text((yield* send(post(url))).body), "first")
      assert.strictEqual(text((yield* send(post(url))).body), "of request 2")
    })
  )

  it.scopedLive("closes when bytes arrive between two requests", () =>
    Effect.gen(function* () {
      const { sockets, url } = yield* serve((socket) => socket.write(answer("mine")))
      const send = yield* nodeSender(options)
      yield* send(post(url))
      for (const socket of sockets) {
        socket.write(answer("smuggled"))
        yield* closed(socket)
      }
      assert.strictEqual(text((yield* send(post(url))).body), "mine")
      assert.strictEqual(sockets.size, 2)
    })
  )

  it.scopedLive("opens again before the server's limit for idle connections is over", () =>
    Effect.gen(function* () {
      const { sockets, url } = yield* serve((socket) =>
        socket.write(answer("{}", "Keep-Alive: timeout=1\r\n"))
      )
      const send = yield* nodeSender(options)
      yield* send(post(url))
      yield* send(post(url))
      assert.strictEqual(sockets.size, 2)
    })
  )

  it.scopedLive(
    "takes a response that comes before the request was sent whole, and leaves the connection",
    () =>
      Effect.gen(function* () {
        let count = 0
        const { sockets, url } = yield* serve((socket) => {
          if (++count > 1) return void socket.write(answer("{}"))
          socket.pause()
          socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        })
        const send = yield* nodeSender(options)
        const long = post(url, "x".repeat(50_000_000))
        assert.strictEqual((yield* send(long)).status, 413)
        assert.strictEqual((yield* send(post(url))).status, 200)
        assert.strictEqual(sockets.size, 2)
      })
  )

  it.scopedLive("sends long requests of several connections unmixed", () =>
    Effect.gen(function* () {
      const received = new Map<Socket, string>()
      const { url } = yield* serve((socket, bytes) => {
        const sofar = (received.get(socket) ?? "") + bytes
        received.set(socket, sofar)
        const [head = "", body = ""] = sofar.split("\r\n\r\n")
        if (body.length === Number(/content-length: (\d+)/.exec(head)?.[1])) {
          const isPure = new Set(body).size === 1
          socket.write(answer(`${body[0]} ${body.length} ${isPure}`))
          received.delete(socket)
        }
      })
      const send = yield* nodeSender({ ...options, connections: 4 })
      const lengths = [3_000_000, 5_000_000, 4_000_000, 10]
      const said = yield* Effect.forEach(
        lengths,
        (length, index) =>
          Effect.map(send(post(url, String(index).repeat(length))), ({ body }) => text(body)),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        said,
        lengths.map((length, index) => `${index} ${length} true`)
      )
    })
  )

  it.scopedLive("sends nothing with a header that would add a line", () =>
    Effect.gen(function* () {
      const { sockets, url } = yield* serve((socket) => socket.write(answer("{}")))
      const send = yield* nodeSender(options)
      const headers = { authorization: "Bearer x\r\nx-admin: true" }
      const result = yield* Effect.either(send({ ...post(url), headers }))
      assert.deepInclude(Either.isLeft(result) ? result.left : {}, {
        phase: "connect",
        detail: "the header authorization has an invalid value"
      })
      assert.strictEqual(sockets.size, 0)
    })
  )
})
