import { assert, describe } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { gzipSync } from "node:zlib"
import { chooseUrls, Discovery } from "../../src/dms/Discovery.ts"
import { DiscoveryDocument } from "../../src/dms/DiscoveryDocument.ts"
import { config as configLayer } from "./responses.ts"
import type { Route } from "../../src/dms/routes.ts"
import { type FakeReply, repliesInTurn } from "./fakeHttpClient.ts"
import { it } from "../engine/virtualTime.ts"

const config = {
  baseUrl: "http://host:8080/api",
  apiPrefix: undefined,
  oauthEndpoint: undefined,
  batchPath: undefined
}
const document = {
  oauth: "http://cms:8081/connect/token",
  dataManagementApi: "http://host:8080/api/data",
  batchApi: "http://host:8080/api/batch"
}

const urls = (...args: Parameters<typeof chooseUrls>) =>
  Either.match(chooseUrls(...args), {
    onLeft: (error) => [error.message],
    onRight: ({ urls: { batch, data, oauth } }) => [data, oauth.href, batch.href]
  })

describe("chooseUrls", () => {
  it("uses the addresses from discovery", () => {
    assert.deepStrictEqual(urls(config, document), [
      "http://host:8080/api/data",
      "http://cms:8081/connect/token",
      "http://host:8080/api/batch"
    ])
  })

  it("falls back to the default paths below the base URL", () => {
    assert.deepStrictEqual(urls(config, {}), [
      "http://host:8080/api/data",
      "http://host:8080/api/oauth/token",
      "http://host:8080/api/batch"
    ])
  })

  it("prefers settings, as URLs or as paths below the base URL", () => {
    const settings = { apiPrefix: "/data/v3/ed-fi", oauthEndpoint: "https://id/token", batchPath: "bulk" }
    assert.deepStrictEqual(urls({ ...config, ...settings }, document), [
      "http://host:8080/api/data/v3",
      "https://id/token",
      "http://host:8080/api/bulk"
    ])
  })

  it("refuses an address with a placeholder and names the flag for the full address", () => {
    assert.deepStrictEqual(urls(config, { ...document, batchApi: "http://host/{tenant}/batch" }), [
      "the DMS could not be reached at http://host/{tenant}/batch: urls.batchApi of discovery has a placeholder; " +
        "set the full address with --batchPath"
    ])
  })

  it("accepts a placeholder in an address that a setting overrides", () => {
    const result = urls(
      { ...config, batchPath: "/acme/batch" },
      { ...document, batchApi: "http://h/{t}/batch" }
    )
    assert.strictEqual(result[2], "http://host:8080/api/acme/batch")
  })

  it.each([
    [
      { batchApi: `http://host/${"a".repeat(3000)}` },
      "urls.batchApi of discovery is longer than 2048 characters"
    ],
    [
      { batchApi: "http://[" },
      "urls.batchApi of discovery is not a URL; set the full address with --batchPath"
    ],
    [
      { oauth: "https://me:pw@host/token" },
      "https://<redacted>@host/token: urls.oauth of discovery has credentials"
    ],
    [
      { dataManagementApi: "http://host/data?x=1" },
      "urls.dataManagementApi of discovery has a query or a fragment"
    ],
    [{ dataManagementApi: "\u001b[2J{" }, "http://host:8080/api/\\u001B[2J{: urls.dataManagementApi"]
  ])("refuses an unusable address: %o", (named, message) => {
    assert.include(urls(config, named)[0], message)
    assert.isBelow(urls(config, named)[0]?.length ?? 0, 600)
  })

  const warningOf = (...args: Parameters<typeof chooseUrls>) =>
    Either.match(chooseUrls(...args), { onLeft: (error) => error.message, onRight: ({ warning }) => warning })

  it("warns of addresses of discovery outside the base URL, but not of addresses of flags", () => {
    const behindProxy = {
      oauth: "https://dms.test/oauth/token?tenant=secret",
      dataManagementApi: "https://dms.test/api/data",
      batchApi: "https://dms.test:8443/api/batch"
    }
    const base = { ...config, baseUrl: "https://dms.test/api" }
    assert.strictEqual(
      warningOf(base, behindProxy),
      "discovery at https://dms.test/api/ contains addresses that are not below it: " +
        "https://dms.test/oauth/token?<redacted> (--oauthEndpoint), https://dms.test:8443/api/batch (--batchPath); " +
        "they will be used; these flags override them"
    )
    const flags = { oauthEndpoint: "https://id.test/token", batchPath: "/batch" }
    assert.isUndefined(warningOf({ ...base, ...flags }, behindProxy))
    assert.isUndefined(warningOf(base, {}))
    assert.isUndefined(warningOf(base, { dataManagementApi: "https://dms.test/api" }))
  })

  it("refuses plain http addresses from the discovery of an https server, but accepts them from flags", () => {
    const base = { ...config, baseUrl: "https://dms.test" }
    const plain = {
      oauth: "http://dms.test/token",
      dataManagementApi: "http://dms.test/data",
      batchApi: "http://dms.test/batch"
    }
    assert.strictEqual(
      warningOf(base, plain),
      "discovery at https://dms.test/ contains plain http addresses: " +
        "http://dms.test/data (--apiPrefix), http://dms.test/token (--oauthEndpoint), http://dms.test/batch (--batchPath); " +
        "key, secret and token are not sent there; set the https addresses with these flags"
    )
    const flags = {
      apiPrefix: plain.dataManagementApi,
      oauthEndpoint: plain.oauth,
      batchPath: plain.batchApi
    }
    assert.deepStrictEqual(urls({ ...base, ...flags }, plain), [
      "http://dms.test/data",
      "http://dms.test/token",
      "http://dms.test/batch"
    ])
    assert.isUndefined(warningOf(config, { batchApi: "http://host:8080/api/batch" }))
  })
})

describe("Discovery", () => {
  /** The result of discovery with these replies, the log, and the times of the requests. */
  const discover = (
    replies: ReadonlyArray<FakeReply>,
    variables: Readonly<Record<string, string>> = {},
    route?: Route
  ) =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const { layer, requests } = repliesInTurn(...replies)
      const fiber = yield* Discovery.pipe(
        Effect.map(({ batch, data, oauth }) => [data, oauth.href, batch.href]),
        Effect.provide(
          Discovery.layer.pipe(
            Layer.provide(DiscoveryDocument.layer),
            Layer.provide([layer, configLayer({ maxResponseBytes: 10_000, route })])
          )
        ),
        Effect.mapError(({ message }) => message),
        Effect.either,
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
        Effect.provide(
          Logger.replace(
            Logger.defaultLogger,
            Logger.make(({ message }) => lines.push(String(message)))
          )
        ),
        Effect.fork
      )
      yield* TestClock.adjust("2 minutes")
      const result = Either.merge(yield* Fiber.join(fiber))
      return { result, lines, requests }
    })
  const usual = ["http://dms.test/data", "http://dms.test/oauth/token", "http://dms.test/batch"]
  const good = { body: JSON.stringify({ urls: { batchApi: "http://dms.test/bulk" } }) }

  it.effect("requests no content coding, and decodes a response that has one", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* discover([
        { body: gzipSync(good.body), headers: { "content-encoding": "gzip" } }
      ])
      assert.strictEqual(result[2], "http://dms.test/bulk")
      assert.strictEqual(requests[0]?.headers["accept-encoding"], "identity")
    })
  )

  const unusable: ReadonlyArray<readonly [name: string, reply: FakeReply, message: string]> = [
    [
      "a long response",
      { body: "x".repeat(10_001) },
      "the response is longer than 10000 bytes and was cut off; --maxResponseBytes allows more"
    ],
    [
      "a response that is long after decompression",
      { body: gzipSync(" ".repeat(1_000_000)), headers: { "content-encoding": "gzip" } },
      "the response is longer than 10000 bytes"
    ],
    [
      "an unknown coding",
      { body: "x", headers: { "content-encoding": "zstd" } },
      "content-encoding zstd, which was not asked for, cannot be decoded"
    ],
    [
      "a redirect",
      { status: 302, headers: { location: "https://b.test/\u0007?key=abc" } },
      "redirects to https://b.test/"
    ],
    [
      "a redirect without a target",
      { status: 302 },
      "it redirects to an unknown address (no Location header)"
    ],
    ["a long failure", { status: 500, body: "x".repeat(9000) }, `it returned 500 ${"x".repeat(300)}...`]
  ]
  const odd = ["//evil.test/token", "ftp://a.test/token", "ws://a.test", " http://a.test/token", "ht\ntp://a"]
  it.effect.each(odd)("does not treat %j from discovery as a path", (oauth) =>
    Effect.gen(function* () {
      const { result } = yield* discover([{ body: JSON.stringify({ urls: { oauth } }) }])
      assert.match(String(result), /urls\.oauth of discovery is not .*URL; .* --oauthEndpoint/)
    })
  )

  it.effect.each(unusable)("cannot use %s", ([, reply, message]) =>
    Effect.gen(function* () {
      const { result } = yield* discover([reply])
      assert.include(result, `the DMS could not be reached at http://dms.test/: `)
      assert.include(result, message)
      assert.notInclude(result, "key=abc")
    })
  )

  it.effect.each([
    ["brackets that are 4,000 deep", "[".repeat(4000) + "]".repeat(4000)],
    ["HTML", "<html>"],
    ["nothing", ""],
    ["null", "null"],
    ["urls that are not an object", '{"urls":[]}']
  ] satisfies ReadonlyArray<readonly [string, string]>)(
    "uses the default paths, with a warning, if the response is %s",
    ([, body]) =>
      Effect.gen(function* () {
        const { lines, result } = yield* discover([{ body }])
        assert.deepStrictEqual(result, usual)
        assert.match(lines.join(), /returned no Ed-Fi discovery document/)
      })
  )

  it.effect("observes Retry-After", () =>
    Effect.gen(function* () {
      const { lines, requests, result } = yield* discover([
        { status: 429, headers: { "retry-after": "5" } },
        { status: 503, headers: { "retry-after": "Thu, 01 Jan 1970 00:00:45 GMT" } },
        good
      ])
      assert.strictEqual(result[2], "http://dms.test/bulk")
      assert.deepStrictEqual(
        requests.map(({ atMillis }) => atMillis),
        [0, 5000, 45_000]
      )
      assert.deepStrictEqual(lines, [
        "http://dms.test/ is busy and asks for a retry in 5 s (Retry-After); waiting",
        "http://dms.test/ is busy and asks for a retry in 40 s (Retry-After); waiting"
      ])
    })
  )

  it.effect("reports a server that asks for a wait of an hour", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* discover([{ status: 503, headers: { "retry-after": "3600" } }])
      assert.include(
        result,
        "it returned 503; the server asks for a retry after 3600 s (Retry-After); edfi-perf waits at most 60 s"
      )
      assert.strictEqual(requests.length, 1)
    })
  )

  it.effect("mentions that proxies are not used if a connection fails and a proxy is set", () =>
    Effect.gen(function* () {
      const proxies = { HTTPS_PROXY: "http://p", http_proxy: "http://p", ALL_PROXY: "" }
      const message = (yield* discover(["failed"], proxies)).result
      assert.include(message, "; edfi-perf connects directly and does not use http_proxy, HTTPS_PROXY")
      assert.notInclude((yield* discover(["failed"])).result, "directly")
      assert.notInclude((yield* discover([{ status: 500 }], proxies)).result, "directly")
    })
  )
})
