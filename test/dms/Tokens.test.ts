import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import type { DmsAddress, DmsOptions } from "../../src/dms/DmsConfig.ts"
import { Authorized } from "../../src/dms/Authorized.ts"
import { Discovery } from "../../src/dms/Discovery.ts"
import { renewAfterSeconds, Tokens } from "../../src/dms/Tokens.ts"
import { Transport } from "../../src/dms/Transport.ts"
import { config } from "./responses.ts"
import { repliesInTurn } from "./fakeHttpClient.ts"
import { it } from "../engine/virtualTime.ts"

interface Login {
  readonly status: number
  readonly body: string
  readonly afterMillis?: number
  readonly headers?: Readonly<Record<string, string>>
}

const token = (name: string, expiresIn: number | undefined = 1800): Login => ({
  status: 200,
  body: JSON.stringify({ access_token: name, expires_in: expiresIn, token_type: "Bearer" })
})

/** A token endpoint that returns these responses in turn, and then the last one. */
const loginsOver = (...responses: ReadonlyArray<Login>) => {
  const { layer: client, requests } = repliesInTurn(...responses)
  const discovery = Layer.succeed(Discovery, {
    data: "http://dms.test/data",
    oauth: new URL("http://cms.test/connect/token?tenant=hidden"),
    batch: new URL("http://dms.test/batch")
  })
  const layer = (options: Partial<DmsOptions & DmsAddress> = {}) =>
    Tokens.layer.pipe(Layer.provide(Layer.mergeAll(client, discovery, config(options))))
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
      assert.strictEqual(request?.url, "http://cms.test/connect/token?tenant=hidden")
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

  it.effect("renews a refused token once for all users", () => {
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

  it.effect("measures the lifetime of a new token from its renewal", () => {
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

  it.effect("continues a renewal for the others if the user that started it is interrupted", () => {
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

  it.effect("retries a login after a transient failure", () => {
    const { layer, requests } = loginsOver({ status: 503, body: "" }, { status: 429, body: "" }, token("one"))
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.provide(current, layer()))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual([yield* Fiber.join(fiber), requests.length], ["one", 3])
    })
  })

  it.effect(
    "fails immediately for wrong credentials, without showing a secret that the response echoes",
    () => {
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
    }
  )

  it.effect("redacts its secret in every form in which JSON may escape it", () =>
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
        const result = yield* Effect.either(Effect.provide(current, layer({ secret: Redacted.make(secret) })))
        assert.isTrue(Either.isLeft(result))
        if (Either.isLeft(result)) {
          assert.include(result.left.message, "<redacted>")
          assert.notMatch(result.left.message, /cd.?<?.{0,6}ef/)
        }
      }
    })
  )

  it.effect.each([
    ["characters that every server reads unchanged", "k-1", "ab$defgh@jk&=/:;", "k-1:ab$defgh@jk&=/:;"],
    ["a plus sign", "k", "Ab1+cd2x", "k:Ab1%2Bcd2x"],
    ["a percent sign", "k", "50%41", "k:50%2541"],
    ["a blank", "k", "a b", "k:a%20b"],
    ["a colon in the key", "a:b", "c", "a%3Ab:c"],
    ["letters outside of ASCII", "k", "pä\u{1F511}\u0007", "k:p%C3%A4%F0%9F%94%91%07"]
  ] satisfies ReadonlyArray<readonly [string, string, string, string]>)(
    "encodes key and secret so that servers that decode forms and servers that decode URLs agree: %s",
    ([, key, secret, header]) => {
      const { layer, requests } = loginsOver(token("one"))
      return Effect.gen(function* () {
        yield* Effect.provide(current, layer({ key: Redacted.make(key), secret: Redacted.make(secret) }))
        const sent = Buffer.from(requests[0]?.headers["authorization"]?.slice(6) ?? "", "base64").toString()
        assert.strictEqual(sent, header)
        const [keyPart = "", secretPart = ""] = sent.split(/(?<=^[^:]*):/)
        const form = (text: string) => decodeURIComponent(text.replaceAll("+", " "))
        for (const decode of [form, decodeURIComponent]) {
          assert.deepStrictEqual([decode(keyPart), decode(secretPart)], [key, secret])
        }
      })
    }
  )

  it.effect.each([
    [600, 540],
    ["600", 540],
    [" 600 ", 540],
    [null, 1740],
    ["", 1740],
    ["soon", 1740],
    [-5, 1740],
    [undefined, 1740],
    [{}, 1740]
  ] satisfies ReadonlyArray<readonly [unknown, number]>)(
    "renews in time a token whose expires_in is %o",
    ([expiresIn, renewedAfter]) => {
      const one = { status: 200, body: JSON.stringify({ access_token: "one", expires_in: expiresIn }) }
      const { layer, requests } = loginsOver(one, token("two"))
      return Effect.gen(function* () {
        yield* TestClock.adjust(`${renewedAfter} seconds`)
        assert.deepStrictEqual(
          requests.map(({ atMillis }) => atMillis),
          [0, renewedAfter * 1000]
        )
      }).pipe(Effect.provide(layer()))
    }
  )

  it.effect("observes Retry-After", () => {
    const { layer, requests } = loginsOver(
      { status: 429, body: "", headers: { "retry-after": "30" } },
      { status: 503, body: "", headers: { "retry-after": "3" } },
      token("one")
    )
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.provide(current, layer()))
      yield* TestClock.adjust("33 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), "one")
      assert.deepStrictEqual(
        requests.map(({ atMillis }) => atMillis),
        [0, 30_000, 33_000]
      )
    })
  })

  const failureOf = (login: Login, options: Partial<DmsOptions & DmsAddress> = {}) =>
    Effect.gen(function* () {
      const { layer } = loginsOver(login)
      const fiber = yield* Effect.fork(Effect.either(Effect.provide(current, layer(options))))
      yield* TestClock.adjust("2 minutes")
      return yield* Effect.flip(yield* Fiber.join(fiber))
    })

  it.effect.each([
    ["brackets that are 5,000 deep", "[".repeat(5000) + "]".repeat(5000), "without a JSON object that has"],
    ["a token that is 5,000 deep", `{"access_token":${"[".repeat(5000)}`, "without a JSON object that has"],
    ["more than the longest response", "x".repeat(20_001), "the response is longer than 20000 bytes"],
    ["a token that no header can carry", '{"access_token":"a\\r\\nb"}', "without a JSON object that has"],
    ["an empty token", '{"access_token":""}', "without a JSON object that has"]
  ] satisfies ReadonlyArray<readonly [string, string, string]>)(
    "rejects %s instead of a token",
    ([, body, message]) =>
      Effect.gen(function* () {
        const error = yield* failureOf({ status: 200, body }, { maxResponseBytes: 20_000 })
        assert.strictEqual(error._tag, "TokenUnavailable")
        assert.include(error.message, message)
        assert.isBelow(error.message.length, 500)
      })
  )

  it.effect("shows a bounded part of a long response, and the address without its query", () =>
    Effect.gen(function* () {
      const { message } = yield* failureOf({ status: 400, body: "x".repeat(1_000_000) })
      assert.isBelow(message.length, 500)
      assert.include(message, "http://cms.test/connect/token?<redacted> refused the login with 400")
    })
  )

  it.effect("does not redact its own text if the secret is one letter", () =>
    Effect.gen(function* () {
      const secret = Redacted.make("s")
      const { message } = yield* failureOf(
        { status: 500, body: '{"secret":"s","detail":"is so"}' },
        { secret }
      )
      assert.include(message, 'it returned 500 {"secret":"<redacted>","detail":"is so"}')
    })
  )

  it.effect("reports the target of a redirect, without its query", () =>
    Effect.gen(function* () {
      const headers = { location: "https://id.test/login?session=abc" }
      const { message } = yield* failureOf({ status: 302, body: "", headers })
      assert.include(message, "it redirects to https://id.test/login?<redacted>")
    })
  )

  it.effect("closes with its scope, even if it was built in an uninterruptible region", () => {
    const { layer } = loginsOver(token("one"))
    return Effect.uninterruptible(Effect.provide(current, layer()))
  })

  it.effect("does not show a response without a token", () => {
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
  /** A server that accepts one token, and a login that returns these. */
  const serverAccepting = (accepted: string, ...logins: ReadonlyArray<Login>) => {
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

  it.effect("renews a refused token and sends once more; the times of the response span both", () => {
    const { layer, seen } = serverAccepting("two", token("one"), { ...token("two"), afterMillis: 100 })
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      const { endedNanos, startedNanos, status } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen, ["Bearer one", "Bearer two"])
      assert.strictEqual(status, 200)
      assert.strictEqual(endedNanos - startedNanos, 120_000_000n)
    }).pipe(Effect.provide(layer))
  })

  it.effect("returns a second 401", () => {
    const { layer, seen } = serverAccepting("none", token("one"), token("two"))
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 401)
      assert.strictEqual(seen.length, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect(
    "waits for a renewal at most as long as the request timeout, and includes the wait in its times",
    () => {
      const { layer } = serverAccepting("none", token("one"), { ...token("two"), afterMillis: 600_000 })
      return Effect.gen(function* () {
        const fiber = yield* Effect.fork(get)
        yield* TestClock.adjust("2 minutes")
        const { endedNanos, startedNanos, status } = yield* Fiber.join(fiber)
        assert.strictEqual(status, 401)
        assert.strictEqual(endedNanos - startedNanos, 60_010_000_000n)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("returns the first 401 if the renewal fails", () => {
    const { layer, seen } = serverAccepting("none", token("one"), { status: 401, body: "" })
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 401)
      assert.strictEqual(seen.length, 1)
    }).pipe(Effect.provide(layer))
  })

  /** Users that send one request after the other, with a pause in between. */
  const usersOf = (count: number, pauseMillis = 200) =>
    Effect.forever(Effect.zipLeft(get, Effect.sleep(pauseMillis))).pipe(
      Effect.replicate(count),
      Effect.allWith({ concurrency: "unbounded", discard: true }),
      Effect.fork
    )

  it.effect("sends no request with a refused token while the login endpoint asks for a delay", () => {
    const busy = { status: 429, body: "", headers: { "retry-after": "20" } }
    const { layer, requests, seen } = serverAccepting("two", token("one"), busy, token("two"))
    return Effect.gen(function* () {
      yield* usersOf(5)
      yield* TestClock.adjust("19 seconds")
      assert.deepStrictEqual(seen, Array(5).fill("Bearer one"))
      assert.strictEqual(requests.length, 2)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual([...new Set(seen.slice(5))], ["Bearer two"])
      assert.strictEqual(requests.length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect(
    "delays requests during the renewal of a refused token, and includes the delay in their times",
    () => {
      const slow = { ...token("two"), afterMillis: 5000 }
      const { layer, seen } = serverAccepting("two", token("one"), slow)
      return Effect.gen(function* () {
        yield* Effect.fork(get)
        yield* TestClock.adjust("1 second")
        const late = yield* Effect.fork(get)
        yield* TestClock.adjust("10 seconds")
        const { endedNanos, startedNanos, status } = yield* Fiber.join(late)
        assert.deepStrictEqual(seen, ["Bearer one", "Bearer two", "Bearer two"])
        assert.strictEqual(status, 200)
        assert.strictEqual(endedNanos - startedNanos, 4_020_000_000n)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("repeats the login after a minute if the server asks for a longer delay", () => {
    const busy = { status: 503, body: "", headers: { "retry-after": "300" } }
    const endless = { ...busy, headers: { "retry-after": "9".repeat(400) } }
    const { layer, requests, seen } = serverAccepting("two", token("one"), busy, endless, token("two"))
    return Effect.gen(function* () {
      yield* usersOf(2)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(requests.length, 2)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(requests.length, 3)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(seen.at(-1), "Bearer two")
      // While the renewal waits, users send no more than once a timeout.
      assert.isAtMost(seen.filter((header) => header === "Bearer one").length, 2 + 2 * 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("repeats a login that returns the refused token once a second", () => {
    const { layer, requests, seen } = serverAccepting("another", token("one"))
    return Effect.gen(function* () {
      yield* usersOf(5)
      yield* TestClock.adjust("10 seconds")
      assert.isAtMost(requests.length, 12)
      assert.isAtMost(seen.length, 5 * 2 * 12)
    }).pipe(Effect.provide(layer))
  })

  it.effect("returns the server's 401 immediately if the credentials are refused", () => {
    const { layer, requests, seen } = serverAccepting("none", token("one"), { status: 401, body: "" })
    return Effect.gen(function* () {
      yield* usersOf(1, 0)
      yield* TestClock.adjust("900 millis")
      assert.isAbove(seen.length, 50)
      assert.strictEqual(requests.length, 2)
    }).pipe(Effect.provide(layer))
  })
})
