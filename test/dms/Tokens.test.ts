import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { Authorized } from "../../src/dms/Authorized.ts"
import { Discovery } from "../../src/dms/Discovery.ts"
import { renewAfterSeconds, Tokens } from "../../src/dms/Tokens.ts"
import { Transport } from "../../src/dms/Transport.ts"
import { config } from "./answers.ts"

interface Login {
  readonly status: number
  readonly body: string
  readonly afterMillis?: number
}

const token = (name: string, expiresIn: number | undefined = 1800): Login => ({
  status: 200,
  body: JSON.stringify({ access_token: name, expires_in: expiresIn, token_type: "Bearer" })
})

/** A token endpoint that gives these answers in turn, the last one for ever. */
const loginsOver = (...answers: ReadonlyArray<Login>) => {
  const requests: Array<HttpClientRequest.HttpClientRequest> = []
  const client = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => {
      const { afterMillis = 0, body, status } = answers[requests.length] ?? answers.at(-1) ?? token("none")
      requests.push(request)
      return Effect.sleep(afterMillis).pipe(
        Effect.as(HttpClientResponse.fromWeb(request, new Response(body, { status })))
      )
    })
  )
  const discovery = Layer.succeed(Discovery, {
    resources: "http://dms.test/data/ed-fi",
    oauth: new URL("http://cms.test/connect/token"),
    batch: new URL("http://dms.test/batch")
  })
  const layer = (secret?: Redacted.Redacted) =>
    Tokens.layer.pipe(
      Layer.provide(Layer.mergeAll(client, discovery, config(secret === undefined ? {} : { secret })))
    )
  return { layer, requests }
}

const current = Effect.flatMap(Tokens, (tokens) => Effect.map(tokens.current, Redacted.value))

describe("renewAfterSeconds", () => {
  it.each([
    [1800, 1740],
    [600, 540],
    [20, 18],
    [1, 1],
    [0.5, 1]
  ])("renews a token of %d s after %d s", (expiresIn, after) => {
    assert.strictEqual(renewAfterSeconds(expiresIn), after)
  })
})

describe("Tokens", () => {
  it.effect("logs in once with a Basic header and a form grant_type", () => {
    const { layer, requests } = loginsOver(token("one"))
    return Effect.gen(function* () {
      assert.strictEqual(yield* current, "one")
      assert.strictEqual(yield* current, "one")
      const [request] = requests
      assert.strictEqual(requests.length, 1)
      assert.strictEqual(request?.url, "http://cms.test/connect/token")
      assert.strictEqual(request?.headers["authorization"], `Basic ${btoa("test-key:test-secret")}`)
      assert.strictEqual(request?.headers["content-type"], "application/x-www-form-urlencoded")
      const { body } = request ?? {}
      assert.isTrue(body?._tag === "Uint8Array")
      if (body?._tag === "Uint8Array") {
        assert.strictEqual(new TextDecoder().decode(body.body), "grant_type=client_credentials")
      }
      assert.isUndefined(request?.headers["traceparent"])
    }).pipe(Effect.provide(layer()))
  })

  it.effect("renews the token one minute early: a 31-minute run logs in twice", () => {
    const { layer, requests } = loginsOver(token("one"), token("two"))
    return Effect.gen(function* () {
      yield* TestClock.adjust("1739 seconds")
      assert.deepStrictEqual([yield* current, requests.length], ["one", 1])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* current, requests.length], ["two", 2])
      yield* TestClock.adjust("120 seconds")
      assert.deepStrictEqual([yield* current, requests.length], ["two", 2])
    }).pipe(Effect.provide(layer()))
  })

  it.effect("renews a refused token once for all users that saw it refused", () => {
    const { layer, requests } = loginsOver(token("one"), { ...token("two"), afterMillis: 300 })
    return Effect.gen(function* () {
      const tokens = yield* Tokens
      const rejected = yield* tokens.current
      const users = yield* Effect.fork(
        Effect.all(
          Array.from({ length: 50 }, () => tokens.renew(rejected)),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("300 millis")
      yield* Fiber.join(users)
      yield* tokens.renew(rejected)
      assert.deepStrictEqual([yield* current, requests.length], ["two", 2])
    }).pipe(Effect.provide(layer()))
  })

  it.effect("counts the time of a new token from its renewal, not from the first login", () => {
    const { layer, requests } = loginsOver(token("one"), token("two"), token("three"))
    return Effect.gen(function* () {
      const tokens = yield* Tokens
      yield* TestClock.adjust("1000 seconds")
      yield* tokens.renew(yield* tokens.current)
      yield* TestClock.adjust("1739 seconds")
      assert.deepStrictEqual([yield* current, requests.length], ["two", 2])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* current, requests.length], ["three", 3])
    }).pipe(Effect.provide(layer()))
  })

  it.effect("goes on renewing for others when the user that began it is interrupted", () => {
    const { layer, requests } = loginsOver(token("one"), { ...token("two"), afterMillis: 300 })
    return Effect.gen(function* () {
      const tokens = yield* Tokens
      const rejected = yield* tokens.current
      const first = yield* Effect.fork(tokens.renew(rejected))
      const second = yield* Effect.fork(tokens.renew(rejected))
      yield* TestClock.adjust("100 millis")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("200 millis")
      yield* Fiber.join(second)
      assert.deepStrictEqual([yield* current, requests.length], ["two", 2])
    }).pipe(Effect.provide(layer()))
  })

  it.effect("keeps the token and tries again every 10 seconds when the renewal fails", () => {
    const { layer } = loginsOver(token("one"), { status: 400, body: "later" }, token("two"))
    return Effect.gen(function* () {
      yield* TestClock.adjust("1740 seconds")
      assert.strictEqual(yield* current, "one")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* current, "two")
    }).pipe(Effect.provide(layer()))
  })

  it.effect("is patient with a login that fails in passing", () => {
    const { layer, requests } = loginsOver({ status: 503, body: "" }, { status: 429, body: "" }, token("one"))
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.provide(current, layer()))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual([yield* Fiber.join(fiber), requests.length], ["one", 3])
    })
  })

  it.effect("refuses wrong credentials at once, without showing the secret that the answer echoes", () => {
    const body = `{"title":"Authentication Failed","detail":"test-secret is wrong, ${btoa("test-key:test-secret")}"}`
    const { layer, requests } = loginsOver({ status: 401, body })
    return Effect.gen(function* () {
      const result = yield* Effect.either(Effect.provide(current, layer()))
      assert.isTrue(Either.isLeft(result))
      if (Either.isLeft(result)) {
        assert.strictEqual(result.left._tag, "LoginRefused")
        assert.include(result.left.message, "<redacted> is wrong, <redacted>")
        assert.notInclude(JSON.stringify(result.left), "test-secret")
      }
      assert.strictEqual(requests.length, 1)
    })
  })

  it.effect("knows its secret in every form in which JSON may escape it", () =>
    Effect.gen(function* () {
      const secret = 'ab+cd<ef"gh\\ij'
      const bodies = [
        JSON.stringify({ detail: secret }),
        `{"detail":"ab\\u002Bcd\\u003Cef\\u0022gh\\u005Cij"}`,
        `{"detail":"ab\\u002Bcd\\u003Cef\\u0022gh\\u005Cij`,
        JSON.stringify(JSON.stringify({ errors: [{ [secret]: [secret] }] })),
        `<html>${secret}</html>`
      ]
      for (const body of bodies) {
        const { layer } = loginsOver({ status: 401, body })
        const result = yield* Effect.either(Effect.provide(current, layer(Redacted.make(secret))))
        assert.isTrue(Either.isLeft(result))
        if (Either.isLeft(result)) {
          assert.include(result.left.message, "<redacted>")
          assert.notMatch(result.left.message, /cd.?<?.{0,6}ef/)
        }
      }
    })
  )

  it.effect("closes with its scope, also when it was built where nothing may be interrupted", () => {
    const { layer } = loginsOver(token("one"))
    return Effect.uninterruptible(Effect.provide(current, layer()))
  })

  it.effect("says that an answer is no token without showing it", () => {
    const { layer } = loginsOver({ status: 200, body: '{"token":"abcdef"}' })
    return Effect.gen(function* () {
      const result = yield* Effect.either(Effect.provide(current, layer()))
      assert.isTrue(Either.isLeft(result) && result.left._tag === "TokenUnavailable")
      if (Either.isLeft(result)) assert.notInclude(result.left.message, "abcdef")
    })
  })
})

describe("Authorized", () => {
  const get = Effect.flatMap(Authorized, ({ send }) =>
    send({ method: "GET", url: new URL("http://dms.test/x"), body: null })
  )
  /** A server that takes one token only, and a login that gives others. */
  const serverThatTakes = (accepted: string, ...logins: ReadonlyArray<Login>) => {
    const seen: Array<string | undefined> = []
    const transport = Transport.layerMemory(({ headers }) =>
      Effect.sync(() => {
        seen.push(headers["authorization"])
        return { status: headers["authorization"] === `Bearer ${accepted}` ? 200 : 401, body: "" }
      }).pipe(Effect.delay("10 millis"))
    )
    const { layer, requests } = loginsOver(...logins)
    return {
      layer: Authorized.layer.pipe(Layer.provide(Layer.mergeAll(transport, layer(), config()))),
      seen,
      requests
    }
  }

  it.effect("renews a refused token and sends once more, as one answer whose times span both", () => {
    const { layer, seen } = serverThatTakes("two", token("one"), { ...token("two"), afterMillis: 100 })
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      const { endedNanos, startedNanos, status } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen, ["Bearer one", "Bearer two"])
      assert.strictEqual(status, 200)
      assert.strictEqual(endedNanos - startedNanos, 120_000_000n)
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes a second 401 for the answer", () => {
    const { layer, seen } = serverThatTakes("none", token("one"), token("two"))
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 401)
      assert.strictEqual(seen.length, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("waits for a renewal no longer than a request may take, and counts the waiting", () => {
    const { layer } = serverThatTakes("none", token("one"), { ...token("two"), afterMillis: 600_000 })
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("2 minutes")
      const { endedNanos, startedNanos, status } = yield* Fiber.join(fiber)
      assert.strictEqual(status, 401)
      assert.strictEqual(endedNanos - startedNanos, 60_010_000_000n)
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes the first 401 for the answer when no new token can be had", () => {
    const { layer, seen } = serverThatTakes("none", token("one"), { status: 401, body: "" })
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 401)
      assert.strictEqual(seen.length, 1)
    }).pipe(Effect.provide(layer))
  })
})
