/** Cursor paging and partitions of the dialects that have them. @see api-facts section 2 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Json } from "../../../src/domain/Json.ts"
import { isArray } from "../../../src/local-dms/json.ts"
import { at, jsonOf, problemOf, send, session, student } from "../harness.ts"
import type { Reply } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const badParameter = [400, "bad-request:parameter-validation-failed"] as const

const itemsOf = (reply: Reply): ReadonlyArray<Json> => {
  const body = jsonOf(reply)
  return isArray(body) ? body : []
}

const keysOf = (reply: Reply) => itemsOf(reply).map((item) => at(item, "studentUniqueId"))

const keys = ["0", "1", "2", "3", "4", "5", "6"] as const

/** Seven students, of whom those with even keys are called Eva; requests for them in either dialect. */
const start = (dialect: "main" | "ods") =>
  Effect.gen(function* () {
    const { token } = yield* session
    const root = dialect === "ods" ? "/data/v3/ed-fi" : "/data/ed-fi"
    const headers = { authorization: `Bearer ${token}` }
    for (const key of keys) {
      const json = student(key, { firstName: Number(key) % 2 === 0 ? "Eva" : "Ana" })
      yield* send("POST", `${root}/students`, { headers, json })
    }
    const get = (query: string) => send("GET", `${root}/students${query}`, { headers })
    /** The keys of all pages after a reply, and how many pages those are. */
    const walkOn = (first: Reply, filters: string) =>
      Effect.gen(function* () {
        const pages: Array<ReadonlyArray<Json | undefined>> = []
        let token = first.headers["next-page-token"]
        while (token !== undefined) {
          const reply = yield* get(`?pageToken=${encodeURIComponent(token)}&${filters}`)
          assert.strictEqual(reply.status, 200)
          pages.push(keysOf(reply))
          token = reply.headers["next-page-token"]
        }
        return pages
      })
    return { get, walkOn }
  })

const walks = (layerOf: LayerOf, dialect: "main" | "ods") => {
  it.effect(
    `${dialect}: a walk begins after an ordinary page and ends with an empty page without token`,
    () =>
      Effect.gen(function* () {
        const { get, walkOn } = yield* start(dialect)
        const first = yield* get("?limit=2&totalCount=true")
        assert.deepStrictEqual([keysOf(first), first.headers["total-count"]], [["0", "1"], "7"])
        assert.deepStrictEqual(yield* walkOn(first, "pageSize=3"), [["2", "3", "4"], ["5", "6"], []])
        assert.deepStrictEqual(yield* walkOn(yield* get("?offset=4&limit=1"), ""), [["5", "6"], []])
        const filtered = yield* get("?limit=1&firstName=Eva")
        assert.deepStrictEqual(yield* walkOn(filtered, "pageSize=2&firstName=Eva"), [["2", "4"], ["6"], []])
        for (const query of ["?limit=0", "?firstName=Nobody", "?offset=7"])
          assert.isUndefined((yield* get(query)).headers["next-page-token"])
      }).pipe(Effect.provide(layerOf({ dialect })))
  )

  it.effect(`${dialect}: parameters that contradict each other, and values out of range, are a 400`, () =>
    Effect.gen(function* () {
      const { get } = yield* start(dialect)
      const token = (yield* get("?limit=1")).headers["next-page-token"] ?? ""
      for (const query of [
        "pageSize=5",
        "pageSize=5&limit=10",
        "pageSize=5&offset=10",
        "pageToken=",
        "pageToken=!!!",
        "pageToken=bm8",
        `pageToken=!${token}`,
        `pageToken=${token}&offset=0`,
        `pageToken=${token}&limit=5`,
        `pageToken=${token}&totalCount=true`,
        `pageToken=${token}&pageSize=501`,
        `pageToken=${token}&pageSize=-1`,
        `pageToken=${token}&pageSize=ten`,
        "limit=501",
        "offset=-1",
        "totalCount=maybe",
        "minChangeVersion=-1",
        "maxChangeVersion=ten",
        "minChangeVersion=2&maxChangeVersion=1"
      ])
        assert.deepStrictEqual(problemOf(yield* get(`?${query}`)), badParameter, query)
      const empty = yield* get(`?pageToken=${token}&pageSize=0&totalCount=false`)
      assert.deepStrictEqual([empty.text, empty.headers["next-page-token"]], ["[]", undefined])
      assert.deepStrictEqual(keysOf(yield* get(`?PAGETOKEN=${token}&PageSize=1`)), ["1"])
    }).pipe(Effect.provide(layerOf({ dialect })))
  )

  it.effect(`${dialect}: a small collection is one partition, an empty one none, by the same filters`, () =>
    Effect.gen(function* () {
      const { get } = yield* start(dialect)
      const tokens = (query: string) =>
        Effect.map(get(`/partitions${query}`), (reply) => at(jsonOf(reply), "pageTokens"))
      const all = yield* tokens("?number=200&firstName=Eva")
      assert.lengthOf(isArray(all) ? all : [], 1)
      assert.deepStrictEqual(keysOf(yield* get(`?pageToken=${String(at(all, 0))}&firstName=Eva`)), [
        "0",
        "2",
        "4",
        "6"
      ])
      assert.deepStrictEqual(yield* tokens("?firstName=Nobody"), [])
      for (const number of ["0", "201", "ten", ""])
        assert.deepStrictEqual(problemOf(yield* get(`/partitions?number=${number}`)), badParameter)
    }).pipe(Effect.provide(layerOf({ dialect })))
  )
}

export const pagingFacts = (layerOf: LayerOf) =>
  describe("cursor paging", () => {
    walks(layerOf, "main")
    walks(layerOf, "ods")

    it.effect("main refuses paging parameters of partitions and unknown fields; ods ignores them", () =>
      Effect.gen(function* () {
        const { get } = yield* start("main")
        const refused = yield* get("/partitions?limit=5&totalCount=true")
        assert.deepStrictEqual(problemOf(refused), badParameter)
        assert.isString(at(jsonOf(refused), "errors", 1))
        assert.deepStrictEqual(problemOf(yield* get("?shoeSize=43")), [400, "bad-request"])
      }).pipe(
        Effect.provide(layerOf({ dialect: "main" })),
        Effect.zipRight(
          Effect.gen(function* () {
            const { get } = yield* start("ods")
            assert.strictEqual((yield* get("/partitions?limit=5&totalCount=true")).status, 200)
            assert.lengthOf(keysOf(yield* get("?shoeSize=43")), 7)
          }).pipe(Effect.provide(layerOf({ dialect: "ods" })))
        )
      )
    )

    it.effect("main: a token of a list up to a change version is none of another list, and the reverse", () =>
      Effect.gen(function* () {
        const { get, walkOn } = yield* start("main")
        const changed = "maxChangeVersion=1000000"
        const bounded = yield* get(`?limit=2&${changed}`)
        assert.deepStrictEqual(yield* walkOn(bounded, `pageSize=9&${changed}`), [
          ["2", "3", "4", "5", "6"],
          []
        ])
        const plain = (yield* get("?limit=2")).headers["next-page-token"] ?? ""
        const token = bounded.headers["next-page-token"] ?? ""
        assert.deepStrictEqual(problemOf(yield* get(`?pageToken=${token}`)), badParameter)
        assert.deepStrictEqual(problemOf(yield* get(`?pageToken=${plain}&${changed}`)), badParameter)
      }).pipe(Effect.provide(layerOf({ dialect: "main" })))
    )

    it.effect("batch has neither tokens nor partitions: they are unknown fields and no id", () =>
      Effect.gen(function* () {
        const { create, get } = yield* session
        yield* create("students", student("A"))
        assert.isUndefined((yield* get("students?limit=1")).headers["next-page-token"])
        for (const query of ["pageToken=x", "pageSize=1", "minChangeVersion=1", "maxChangeVersion=1"])
          assert.deepStrictEqual(problemOf(yield* get(`students?${query}`)), [400, "bad-request"])
        for (const path of ["partitions", "deletes", "keyChanges"])
          assert.deepStrictEqual(problemOf(yield* get(`students/${path}`)), [
            400,
            "bad-request:data-validation-failed"
          ])
      }).pipe(Effect.provide(layerOf()))
    )
  })
