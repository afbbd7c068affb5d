/** Behaviour of the socket server; the contract suite runs in memory. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { createConnection } from "node:net"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { basic, form, objectOf, send, student } from "../harness.ts"

const serve = Effect.gen(function* () {
  const dms = yield* LocalDms.serve({ port: 0 })
  const login = yield* send("POST", "/connect/token/", {
    root: dms.url,
    headers: { ...basic, ...form },
    text: "grant_type=client_credentials"
  })
  const headers = {
    authorization: `Bearer ${String(objectOf(login)["access_token"])}`,
    "content-type": "application/json"
  }
  return { ...dms, batch: (text: string) => send("POST", "/batch", { root: dms.url, headers, text }) }
})

const createA = JSON.stringify([{ op: "create", resource: "students", document: student("A") }])

/** Sends raw text and returns the response up to `until` or the end of the connection. */
const raw = (url: string, text: string, until: string) =>
  Effect.async<string, Error>((resume) => {
    let received = ""
    const { hostname, port } = new URL(url)
    const socket = createConnection(Number(port), hostname, () => socket.write(text))
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString()
      if (received.includes(until)) {
        socket.destroy()
        resume(Effect.succeed(received))
      }
    })
    socket.on("error", (error) => resume(Effect.fail(error)))
    socket.on("close", () => resume(Effect.succeed(received)))
  })

describe("over a socket", () => {
  it.scopedLive("a 304 has the tag, no body and no length", () =>
    Effect.gen(function* () {
      const { url } = yield* LocalDms.serve({ port: 0, dialect: "main" })
      const login = yield* send("POST", "/oauth/token", {
        root: url,
        headers: { ...basic, ...form },
        text: "grant_type=client_credentials"
      })
      const authorization = `Bearer ${String(objectOf(login)["access_token"])}`
      const created = yield* send("POST", "/data/ed-fi/students", {
        root: url,
        headers: { authorization },
        json: student("A")
      })
      const { pathname } = new URL(created.headers["location"] ?? "")
      const text = `GET ${pathname} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\nif-none-match: *\r\n\r\n`
      const reply = yield* raw(url, text, "\r\n\r\n")
      assert.match(reply, /^HTTP\/1.1 304 /)
      assert.include(reply, `etag: ${created.headers["etag"] ?? ""}`)
      assert.notMatch(reply, /content-length|transfer-encoding/i)
      assert.isTrue(reply.endsWith("\r\n\r\n"))
    }).pipe(Effect.provide(NodeHttpClient.layer))
  )

  it.scopedLive("a reset before the commit writes nothing, a reset after it writes everything", () =>
    Effect.gen(function* () {
      const { batch, faults, stats } = yield* serve
      yield* faults.set({ resetBeforeCommit: { every: 1 } })
      assert.isTrue(Exit.isFailure(yield* Effect.exit(batch(createA))))
      assert.isUndefined((yield* stats).rows["students"])
      yield* faults.set({ resetAfterCommit: { every: 1 } })
      assert.isTrue(Exit.isFailure(yield* Effect.exit(batch(createA))))
      assert.strictEqual((yield* stats).rows["students"], 1)
      yield* faults.set({})
      assert.strictEqual((yield* batch(createA)).status, 200)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("a body of 11 MiB is discarded and gets a response, and the connection stays usable", () =>
    Effect.gen(function* () {
      const { batch } = yield* serve
      const reply = yield* batch(`[${" ".repeat(11 * 1024 * 1024)}]`)
      assert.deepStrictEqual([reply.status, Object.keys(objectOf(reply))], [500, ["message", "traceId"]])
      assert.strictEqual((yield* batch(createA)).status, 200)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("a body gets a response as soon as it exceeds 10 MiB, even if it never ends", () =>
    Effect.gen(function* () {
      const { batch, url } = yield* serve
      const head = `POST /batch HTTP/1.1\r\nhost: x\r\ncontent-length: ${2 ** 31}\r\n\r\n`
      const received = yield* raw(url, head + " ".repeat(10 * 1024 * 1024 + 1), "traceId")
      assert.match(received, /^HTTP\/1\.1 500 [^]*Request body too large\./)
      assert.strictEqual((yield* batch(createA)).status, 200)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("a path of 1 MB is refused, and broken percent-encoding is a path like any other", () =>
    Effect.gen(function* () {
      const { url } = yield* serve
      const get = (target: string) => raw(url, `GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`, "\r\n\r\n")
      assert.match(yield* get(`/${"x".repeat(1_000_000)}`), /^HTTP\/1\.1 431 /)
      assert.match(yield* get("/%"), /^HTTP\/1\.1 404 /)
      assert.match(yield* get("/data/ed-fi/students/%E0%A4%A?%=%"), /^HTTP\/1\.1 401 /)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("data that is not HTTP gets a 400, and a client that disconnects has no effect", () =>
    Effect.gen(function* () {
      const { batch, url } = yield* serve
      assert.include(yield* raw(url, "NONSENSE\r\n\r\n", "\r\n\r\n"), "400 Bad Request")
      const half = "POST /batch HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n[{"
      yield* raw(url, `GET /health HTTP/1.1\r\nhost: x\r\n\r\n${half}`, "Healthy")
      assert.strictEqual((yield* batch(createA)).status, 200)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("text beyond ASCII keeps its length", () =>
    Effect.gen(function* () {
      const { batch } = yield* serve
      const reply = yield* batch(JSON.stringify([{ op: "create", resource: "Schülerin 😀", document: {} }]))
      assert.include(reply.text, "Schülerin 😀")
      assert.strictEqual(reply.headers["content-length"], String(Buffer.byteLength(reply.text)))
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("a port in use is a typed failure", () =>
    Effect.gen(function* () {
      const { url } = yield* serve
      const failure = yield* Effect.flip(LocalDms.serve({ port: Number(new URL(url).port) }))
      assert.strictEqual(failure._tag, "ServeError")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )
})
