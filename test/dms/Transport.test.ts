import { assert, describe } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Record from "effect/Record"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import type { RequestListener, ServerResponse } from "node:http"
import type { TransportPhase } from "../../src/domain/BatchError.ts"
import type { DmsOptions } from "../../src/dms/DmsConfig.ts"
import { HttpAgent } from "../../src/dms/HttpAgent.ts"
import { Transport } from "../../src/dms/Transport.ts"
import type { HttpRequest } from "../../src/wire/httpMessage.ts"
import { listening } from "../listening.ts"
import { config } from "./responses.ts"
import { it } from "../engine/virtualTime.ts"

/** A server on a free port, as long as the scope lasts. */
const serve = (listener: RequestListener) =>
  Effect.map(listening(listener), (base) => new URL(`${base}/batch`))

/** A listener, and an effect that waits until it has received `count` requests. */
const noticing = (count: number, listener: RequestListener) =>
  Effect.map(Deferred.make<void>(), (arrived) => {
    let heard = 0
    const noticed: RequestListener = (request, response) => {
      listener(request, response)
      if (++heard === count) Deferred.unsafeDone(arrived, Effect.void)
    }
    return { arrived: Deferred.await(arrived), listener: noticed }
  })

/** Those that the load can use: they report whether anything was sent. */
const wires = { undici: "undici", "node:net": "node" } as const

const transports = {
  ...Record.map(
    wires,
    (wire) => (timeout: Duration.Duration) =>
      Layer.provide(Transport.layer, config({ wire, requestTimeout: timeout }))
  ),
  "an HttpClient": (timeout: Duration.Duration) =>
    Transport.layerHttpClient.pipe(
      Layer.provide(HttpAgent.layerHttpClient),
      Layer.provide(HttpAgent.layer),
      Layer.provide(config({ requestTimeout: timeout }))
    )
}

const post = (url: URL, body = "[1,2]"): HttpRequest => ({
  method: "POST",
  url,
  headers: { "content-type": "application/json", authorization: "Bearer x" },
  body: new TextEncoder().encode(body)
})

const send = (request: HttpRequest) => Effect.flatMap(Transport, (transport) => transport.send(request))

const phaseOf = (request: HttpRequest) =>
  Effect.map(Effect.either(send(request)), (result) =>
    Either.isLeft(result) ? result.left.phase : result.right.status
  )

for (const [name, layerFor] of Object.entries(transports)) {
  describe(`Transport over ${name}`, () => {
    const layer = layerFor(Duration.seconds(20))

    it.scopedLive("sends bytes and headers, and returns status, headers and bytes", () =>
      Effect.gen(function* () {
        const url = yield* serve((request, response) => {
          const chunks: Array<Buffer> = []
          request.on("data", (chunk) => chunks.push(chunk))
          request.on("end", () => {
            const { authorization } = request.headers
            response.writeHead(207, { "x-seen": `${request.method} ${request.url} ${authorization}` })
            response.write(Buffer.concat(chunks))
            response.end("é".repeat(50_000))
          })
        })
        const received = yield* send(post(url, '["ü"]'))
        assert.strictEqual(received.status, 207)
        assert.strictEqual(received.headers["x-seen"], "POST /batch Bearer x")
        assert.strictEqual(new TextDecoder().decode(received.body), '["ü"]' + "é".repeat(50_000))
        assert.isTrue(received.endedNanos >= received.startedNanos)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("does not follow redirects, and returns every status", () =>
      Effect.gen(function* () {
        const url = yield* serve((_, response) => response.writeHead(302, { location: "/" }).end())
        assert.strictEqual((yield* send(post(url))).status, 302)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("fails with reset if the connection breaks before or within the response", () =>
      Effect.gen(function* () {
        const before = yield* serve((_, response) => response.destroy())
        const within = yield* serve((_, response) => {
          response.writeHead(200, { "content-length": "100" })
          response.write("[")
          response.on("drain", () => {})
          setImmediate(() => response.destroy())
        })
        assert.strictEqual(yield* phaseOf(post(before)), "reset")
        assert.strictEqual(yield* phaseOf(post(within)), "reset")
      }).pipe(Effect.provide(layer))
    )

    it.scoped("fails with timeout without a complete response in time, even if a part of it arrived", () =>
      Effect.gen(function* () {
        const drip = (response: ServerResponse) => response.writeHead(200).write("[")
        for (const begin of [() => {}, drip]) {
          const { arrived, listener } = yield* noticing(1, (_, response) => void begin(response))
          const waiting = yield* Effect.fork(phaseOf(post(yield* serve(listener))))
          yield* arrived
          yield* TestClock.adjust("1999 millis")
          assert.isNull(waiting.unsafePoll())
          yield* TestClock.adjust("1 second")
          assert.strictEqual(yield* Fiber.join(waiting), "timeout")
        }
      }).pipe(Effect.provide(layerFor(Duration.seconds(2))))
    )

    it.scopedLive("closes the connection of an interrupted request", () =>
      Effect.gen(function* () {
        let closed: (() => void) | undefined
        let arrived: (() => void) | undefined
        const url = yield* serve((request) => {
          request.on("close", () => closed?.())
          arrived?.()
        })
        const fiber = yield* Effect.fork(
          Effect.async<void>((resume) => {
            arrived = () => resume(Effect.void)
          })
        )
        const waiting = yield* Effect.fork(send(post(url)))
        yield* Fiber.join(fiber)
        const closing = yield* Effect.fork(
          Effect.async<void>((resume) => {
            closed = () => resume(Effect.void)
          })
        )
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(waiting)
        yield* Fiber.join(closing)
      }).pipe(Effect.provide(layer))
    )
  })
}

describe.each(Object.entries(wires))("Transport over %s", (_, wire) => {
  const over = (options: Partial<DmsOptions>) =>
    Layer.provide(Transport.layer, config({ wire, requestTimeout: Duration.seconds(20), ...options }))

  it.scopedLive("distinguishes a refused connection from a broken one", () =>
    Effect.gen(function* () {
      const url = yield* Effect.scoped(serve(() => {}))
      assert.strictEqual(yield* phaseOf(post(url)), "connect")
    }).pipe(Effect.provide(over({})))
  )

  it.scopedLive("closes with its scope, even if it was built in an uninterruptible region", () =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => response.end("[]"))
      const sent = Effect.provide(send(post(url)), over({}))
      assert.strictEqual((yield* Effect.uninterruptible(sent)).status, 200)
    })
  )

  it.scopedLive("reports a reason if a name has several addresses and all refuse the connection", () =>
    Effect.gen(function* () {
      const { port } = yield* Effect.scoped(serve(() => {}))
      const result = yield* Effect.either(send(post(new URL(`http://localhost:${port}/`))))
      assert.isTrue(Either.isLeft(result) && result.left.phase === "connect" && result.left.detail !== "")
    }).pipe(Effect.provide(over({})))
  )

  it.scopedLive("fails with answer if the response is not HTTP", () =>
    Effect.gen(function* () {
      const url = yield* serve((request) => request.socket.end("this is not HTTP\r\n\r\n"))
      assert.strictEqual(yield* phaseOf(post(url)), "answer")
    }).pipe(Effect.provide(over({})))
  )

  it.scopedLive("uses one connection per request in flight", () =>
    Effect.gen(function* () {
      const open: Array<() => void> = []
      const url = yield* serve((_, response) => {
        open.push(() => response.end("[]"))
        // Responds only when all forty requests have arrived, which a smaller pool would prevent.
        if (open.length === 40) for (const respond of open) respond()
      })
      const responses = yield* Effect.all(
        Array.from({ length: 40 }, () => send(post(url))),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(responses.length, 40)
    }).pipe(Effect.provide(over({})))
  )

  it.scopedLive("makes at most the maximum of connections, and requests wait for a free one", () =>
    Effect.gen(function* () {
      const sockets = new Set<unknown>()
      const served: Array<string> = []
      const url = yield* serve((request, response) => {
        sockets.add(request.socket)
        served.push(String(request.headers["x-number"]))
        setImmediate(() => response.end("[]"))
      })
      const request = (number: number) => ({ ...post(url), headers: { "x-number": String(number) } })
      const responses = yield* Effect.all(
        [1, 2, 3, 4, 5].map((number) => send(request(number))),
        {
          concurrency: "unbounded"
        }
      )
      assert.strictEqual(sockets.size, 2)
      assert.deepStrictEqual([...served].sort(), ["1", "2", "3", "4", "5"])
      const [first, , last] = responses
      assert.isTrue(first !== undefined && last !== undefined && last.endedNanos >= first.endedNanos)
    }).pipe(Effect.provide(over({ connections: 2 })))
  )

  it.scopedLive("reports when sending begins, not while the request waits for a connection", () =>
    Effect.gen(function* () {
      const { arrived, listener } = yield* noticing(1, () => {})
      const url = yield* serve(listener)
      const sent: Array<readonly [number: number, bodyBytes: number]> = []
      const abandoned: Array<number> = []
      const { sendWith } = yield* Transport
      const send = (number: number) =>
        sendWith(post(url), {
          onSend: (bodyBytes) => sent.push([number, bodyBytes]),
          onAbandon: () => abandoned.push(number),
          onEnd: () => Effect.void
        })
      const first = yield* Effect.fork(send(1))
      yield* arrived
      const second = yield* Effect.fork(send(2))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(second)
      yield* Fiber.interrupt(first)
      assert.deepStrictEqual(sent, [[1, post(url).body?.byteLength ?? 0]])
      assert.deepStrictEqual(abandoned, [2, 1])
    }).pipe(Effect.provide(over({ connections: 1 })))
  )

  it.scoped("fails with connect if no connection was free in time, and still sends the next request", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const { arrived, listener } = yield* noticing(1, (request, response) => {
        seen.push(String(request.headers["x-number"]))
        if (request.headers["x-number"] === "3") response.end("[]")
      })
      const url = yield* serve(listener)
      const request = (number: number) => ({ ...post(url), headers: { "x-number": String(number) } })
      const phases = yield* Effect.fork(
        Effect.all([phaseOf(request(1)), phaseOf(request(2))], { concurrency: "unbounded" })
      )
      yield* arrived
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* Fiber.join(phases), ["timeout", "connect"])
      assert.strictEqual((yield* send(request(3))).status, 200)
      assert.deepStrictEqual(seen, ["1", "3"])
    }).pipe(Effect.provide(over({ requestTimeout: Duration.seconds(2), connections: 1 })))
  )

  const bounded = over({ connections: 2 })
  const times = (phase: TransportPhase | number) => Array.from({ length: 5 }, () => phase)
  const five = <A, E, R>(each: (number: number) => Effect.Effect<A, E, R>) =>
    Effect.all([1, 2, 3, 4, 5].map(each), { concurrency: "unbounded" })

  it.scopedLive("reopens a broken connection for waiting requests", () =>
    Effect.gen(function* () {
      let requests = 0
      const url = yield* serve((_, response) => {
        requests++
        if (requests <= 3) response.destroy()
        else response.end("[]")
      })
      const phases = yield* five(() => phaseOf(post(url)))
      assert.deepStrictEqual([...phases].sort(), [200, 200, "reset", "reset", "reset"])
    }).pipe(Effect.provide(bounded))
  )

  it.scopedLive("fails all waiting requests if the server is stopped, and recovers when it is started", () =>
    Effect.gen(function* () {
      const url = yield* Effect.scoped(serve((_, response) => response.end("[]")))
      assert.deepStrictEqual(yield* five(() => phaseOf(post(url))), times("connect"))
      assert.deepStrictEqual(yield* five(() => phaseOf(post(url))), times("connect"))
      const listening = yield* serve((_, response) => response.end("[]"))
      assert.deepStrictEqual(yield* five(() => phaseOf(post(listening))), times(200))
    }).pipe(Effect.provide(bounded))
  )

  it.scopedLive("ends all requests when it is closed, those without a connection as not sent", () =>
    Effect.gen(function* () {
      const { arrived, listener } = yield* noticing(2, () => {})
      const url = yield* serve(listener)
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(bounded, scope)
      const fiber = yield* Effect.fork(
        Effect.provide(
          five(() => phaseOf(post(url))),
          context
        )
      )
      yield* arrived
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* Fiber.join(fiber), ["reset", "reset", "connect", "connect", "connect"])
    })
  )

  it.scopedLive("fails in-flight and waiting requests with reset if the server disappears", () =>
    Effect.gen(function* () {
      const url = yield* serve((request, response) => {
        response.writeHead(200, { "content-length": "100" })
        response.write("[")
        setImmediate(() => request.socket.destroy())
      })
      const phases = yield* five(() => phaseOf(post(url)))
      assert.deepStrictEqual(phases, times("reset"))
    }).pipe(Effect.provide(bounded))
  )
})
