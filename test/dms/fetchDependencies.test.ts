import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DiscoveryDocument } from "../../src/dms/DiscoveryDocument.ts"
import { fetchDependencies } from "../../src/dms/fetchDependencies.ts"
import { type FakeReply, repliesInTurn } from "./fakeHttpClient.ts"
import { config } from "./responses.ts"

const json = (value: unknown): FakeReply => ({ body: JSON.stringify(value) })
const root = json({ urls: { dependencies: "http://dms.test/metadata/dependencies" } })

const fetchWith = (...replies: ReadonlyArray<FakeReply>) => {
  const { layer, requests } = repliesInTurn(...replies)
  return Effect.map(
    Effect.either(
      Effect.provide(
        fetchDependencies,
        Layer.provideMerge(
          DiscoveryDocument.layer,
          Layer.merge(layer, config({ baseUrl: "http://dms.test" }))
        )
      )
    ),
    (result) => ({ result, requests })
  )
}

const failureOf = (...replies: ReadonlyArray<FakeReply>) =>
  Effect.map(fetchWith(...replies), ({ result }) =>
    result._tag === "Left" ? result.left.message : "no failure"
  )

describe("the order of a server", () => {
  it.effect("is read from the address of discovery, without a login and without later updates", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* fetchWith(
        root,
        json([
          { resource: "/ed-fi/students", order: 2, operations: ["Create"] },
          { resource: "/ed-fi/studentSchoolAssociations", order: 5, operations: ["Create", "Update"] },
          { resource: "/ed-fi/students", order: 6, operations: ["Update"] }
        ])
      )
      assert.deepStrictEqual(result._tag === "Right" ? result.right : result.left.message, [
        { path: "ed-fi/students", order: 2 },
        { path: "ed-fi/studentSchoolAssociations", order: 5 }
      ])
      assert.deepStrictEqual(
        requests.map(({ headers, url }) => [url, headers["authorization"]]),
        [
          ["http://dms.test/", undefined],
          ["http://dms.test/metadata/dependencies", undefined]
        ]
      )
    })
  )

  it.effect("is told not to be compared if the server has none, with the address and the reason", () =>
    Effect.gen(function* () {
      assert.match(
        yield* failureOf(json({ urls: {} })),
        /not compared with the server's: .*http:\/\/dms\.test.*: .*no urls\.dependencies/
      )
      assert.match(
        yield* failureOf(root, { status: 404 }),
        /http:\/\/dms\.test\/metadata\/dependencies: it returned 404/
      )
      assert.match(yield* failureOf(root, json({ resources: [] })), /it is no list of resources/)
      assert.match(
        yield* failureOf(json({ urls: { dependencies: "ftp://dms.test/x" } })),
        /urls\.dependencies is not an http or https URL/
      )
    })
  )
})
