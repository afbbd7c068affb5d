/** Contract section 2: tokens, and the responses to requests without a valid one. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { isObject } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { basic, form, jsonOf, objectOf, problemOf, send, session } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const grant = "grant_type=client_credentials"
const fields = `${grant}&client_id=local&client_secret=local-secret`

export const oauthFacts = (layerOf: LayerOf) =>
  describe("tokens", () => {
    it.effect.each([
      ["/connect/token", { ...basic, ...form }, grant],
      ["/connect/token/", { ...basic, ...form }, grant],
      ["/connect/token", form, fields],
      ["/connect/token/", form, fields],
      ["/oauth/token", { ...basic, ...form }, grant],
      ["/oauth/token/", { ...basic, ...form }, grant],
      [
        "/oauth/token",
        { ...basic, "content-type": "application/json" },
        '{"grant_type":"client_credentials"}'
      ]
    ] as const)("%s gives a token for %o and %s", ([path, headers, text]) =>
      Effect.gen(function* () {
        const reply = yield* send("POST", path, { headers, text })
        const body = objectOf(reply)
        assert.deepStrictEqual([reply.status, body["expires_in"], body["token_type"]], [200, 1800, "Bearer"])
        const data = yield* send("GET", "/data/ed-fi/students", {
          headers: { authorization: `Bearer ${String(body["access_token"])}` }
        })
        assert.deepStrictEqual([data.status, data.text], [200, "[]"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("the token is a JWT, and its lifetime is the configured one", () =>
      Effect.gen(function* () {
        const body = objectOf(yield* send("POST", "/connect/token", { headers: form, text: fields }))
        assert.lengthOf(String(body["access_token"]).split("."), 3)
        assert.strictEqual(body["expires_in"], 60)
      }).pipe(Effect.provide(layerOf({ tokenLifetimeSeconds: 60 })))
    )

    it.effect("a Basic header is percent-decoded, and wins over fields", () =>
      Effect.gen(function* () {
        const authorization = `Basic ${Buffer.from("a%3Ab:c%25d").toString("base64")}`
        const headers = { ...form, authorization }
        const text = `${grant}&client_id=x&client_secret=y`
        assert.strictEqual((yield* send("POST", "/connect/token", { headers, text })).status, 200)
      }).pipe(Effect.provide(layerOf({ key: "a:b", secret: Redacted.make("c%d") })))
    )

    it.effect.each([
      ["/connect/token", form, grant, [400, "bad-request:data"]],
      ["/connect/token", form, "client_id=local&client_secret=local-secret", [400, "bad-request:data"]],
      ["/connect/token", form, fields.replace("client_credentials", "password"), [400, "bad-request"]],
      ["/connect/token", form, fields.replace("local-secret", "wrong"), [401, "security:authentication"]],
      ["/oauth/token", form, fields, [400, "bad-request"]],
      ["/oauth/token", { ...form, ...basic }, "grant_type=password", [400, "bad-request"]],
      ["/oauth/token", { ...form, authorization: "Basic bG9jYWw6d3Jvbmc=" }, grant, [401, "unauthorized"]]
    ] as const)("%s refuses %o with %s", ([path, headers, text, expected]) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(problemOf(yield* send("POST", path, { headers, text })), expected)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("the proxy refuses a body without grant_type with an empty response", () =>
      Effect.gen(function* () {
        const { status, text } = yield* send("POST", "/oauth/token", {
          headers: { ...form, ...basic },
          text: ""
        })
        assert.deepStrictEqual([status, text], [400, ""])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("problems of the configuration service are problem+json, those of the proxy plain JSON", () =>
      Effect.gen(function* () {
        const connect = yield* send("POST", "/connect/token", { headers: form, text: "" })
        assert.include(connect.headers["content-type"], "application/problem+json")
        const proxy = yield* send("POST", "/oauth/token", { headers: form, text: "" })
        assert.include(proxy.headers["content-type"], "application/json")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect.each([undefined, "Bearer nonsense", "Basic bG9jYWw6bG9jYWwtc2VjcmV0", ""])(
      "without a valid token (%s) data and batch are a 401 whose body is a JSON string that contains JSON",
      (authorization) =>
        Effect.gen(function* () {
          const headers = authorization === undefined ? {} : { authorization }
          for (const reply of [
            yield* send("GET", "/data/ed-fi/students", { headers }),
            yield* send("POST", "/batch", { headers, text: "not even JSON" })
          ]) {
            assert.strictEqual(reply.status, 401)
            assert.strictEqual(reply.headers["www-authenticate"], 'Bearer error="invalid_token"')
            const outer = jsonOf(reply)
            assert.isString(outer)
            const inner = jsonOf({ ...reply, text: String(outer) })
            assert.strictEqual(isObject(inner) ? inner["type"] : undefined, "urn:ed-fi:api:unauthorized")
          }
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("several tokens are valid at once, and each login is counted", () =>
      Effect.gen(function* () {
        const first = yield* session
        const second = yield* session
        assert.notStrictEqual(first.token, second.token)
        assert.strictEqual((yield* first.get("students")).status, 200)
        assert.strictEqual((yield* second.get("students")).status, 200)
        const { stats } = yield* LocalDms
        assert.strictEqual((yield* stats).logins, 2)
      }).pipe(Effect.provide(layerOf()))
    )
  })
