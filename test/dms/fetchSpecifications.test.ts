import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DiscoveryDocument } from "../../src/dms/DiscoveryDocument.ts"
import { fetchSpecifications } from "../../src/dms/fetchSpecifications.ts"
import { type FakeReply, repliesInTurn } from "./fakeHttpClient.ts"
import { config } from "./responses.ts"

const json = (value: unknown): FakeReply => ({ body: JSON.stringify(value) })
const root = json({ urls: { openApiMetadata: "http://dms.test/metadata/specifications" } })
const at = (path: string) => `http://dms.test/metadata/${path}`

/** The list of an ODS/API, shortened. */
const list = json([
  { name: "Resources", endpointUri: at("resources.json"), prefix: "" },
  { name: "Descriptors", endpointUri: at("descriptors.json"), prefix: "" },
  { name: "Change-Queries", endpointUri: at("changes.json"), prefix: "Other" },
  { name: "Resources", endpointUri: at("profile.json"), prefix: "Profiles" },
  { name: "Discovery", endpointUri: at("discovery.json"), prefix: "" }
])

const fetchWith = (baseUrl: string, ...replies: ReadonlyArray<FakeReply>) => {
  const { layer, requests } = repliesInTurn(...replies)
  return Effect.map(
    Effect.either(
      Effect.provide(
        fetchSpecifications,
        Layer.provideMerge(DiscoveryDocument.layer, Layer.merge(layer, config({ baseUrl })))
      )
    ),
    (result) => ({ result, requests })
  )
}

/** The message of the failure. */
const failureOf = (baseUrl: string, ...replies: ReadonlyArray<FakeReply>) =>
  Effect.map(fetchWith(baseUrl, ...replies), ({ result }) =>
    result._tag === "Left" ? result.left.message : "no failure"
  )

describe("the OpenAPI documents of a server", () => {
  it.effect("are those of resources and descriptors in the list that discovery names, without a login", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* fetchWith(
        "http://dms.test",
        root,
        list,
        { body: "R" },
        { body: "D" }
      )
      assert.deepStrictEqual(result._tag === "Right" ? result.right : result.left.message, [
        { url: at("resources.json"), text: "R" },
        { url: at("descriptors.json"), text: "D" }
      ])
      assert.deepStrictEqual(
        requests.map(({ headers, url }) => [url, headers["authorization"]]),
        ["http://dms.test/", at("specifications"), at("resources.json"), at("descriptors.json")].map(
          (url) => [url, undefined]
        )
      )
    })
  )

  it.effect("are told to be missing, with the address, the reason and the other way", () =>
    Effect.gen(function* () {
      const missing = yield* failureOf("http://dms.test", root, { status: 404 })
      assert.match(missing, /from http:\/\/dms\.test\/metadata\/specifications: it returned 404; --spec/)
      assert.match(yield* failureOf("http://dms.test", json({})), /dms\.test\/: .*no urls\.openApiMetadata/)
      assert.match(yield* failureOf("http://dms.test", root, json({})), /no list of documents/)
      assert.match(yield* failureOf("http://dms.test", root, json([])), /no entry Resources/)
    })
  )

  it.effect(
    "are not requested from an address with a placeholder, nor over plain http from an https server",
    () =>
      Effect.gen(function* () {
        const placeholder = json({ urls: { openApiMetadata: "http://dms.test/{tenant}/metadata" } })
        assert.match(
          yield* failureOf("http://dms.test", placeholder),
          /urls\.openApiMetadata has a placeholder/
        )
        assert.match(yield* failureOf("https://dms.test", root), /urls\.openApiMetadata is plain http/)
      })
  )
})
