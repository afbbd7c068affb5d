/** Links cost one look-up for each page, however many documents and references it has. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isArray } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import * as MemoryStore from "../../../src/local-dms/MemoryStore.ts"
import { Store } from "../../../src/local-dms/Store.ts"
import { at, createCampus, jsonOf, section, session, student } from "../harness.ts"

/** A local DMS, and how many keys each look-up of its store had. */
const counted = (dialect: "batch" | "main") => {
  const sizes: Array<number> = []
  const store = Layer.effect(
    Store,
    Effect.map(Store, (one) =>
      Store.of({
        ...one,
        locate: (keys) => {
          sizes.push(keys.length)
          return one.locate(keys)
        }
      })
    )
  )
  const layer = Layer.provide(
    LocalDms.layerHttpClientOver({ dialect }),
    Layer.provide(store, MemoryStore.layer)
  )
  return { sizes, layer }
}

describe("links", () => {
  const main = counted("main")
  it.effect("a page looks up all of its keys at once, each of them once", () =>
    Effect.gen(function* () {
      const { create, get } = yield* session
      yield* createCampus
      for (let index = 0; index < 100; index++) yield* create("sections", section(String(index)))
      main.sizes.length = 0
      const page = jsonOf(yield* get("sections"))
      assert.lengthOf(isArray(page) ? page : [], 100)
      assert.strictEqual(at(page, 99, "locationReference", "link", "rel"), "Location")
      // Course offering, class period, room and its school, which all sections share.
      assert.deepStrictEqual(main.sizes, [4])
    }).pipe(Effect.provide(main.layer))
  )

  const plain = counted("main")
  it.effect("documents without references need no look-up", () =>
    Effect.gen(function* () {
      const { create, get } = yield* session
      yield* create("students", student("A"))
      assert.strictEqual((yield* get("students")).status, 200)
      assert.deepStrictEqual(plain.sizes, [])
    }).pipe(Effect.provide(plain.layer))
  )

  const batch = counted("batch")
  it.effect("the dialect batch has no links and looks up nothing", () =>
    Effect.gen(function* () {
      const { create, data, get } = yield* session
      yield* createCampus
      const id = yield* create("sections", section("S"))
      const read = yield* get(`sections/${id}`)
      assert.notInclude(read.text, "link")
      const ifNoneMatch = String(at(jsonOf(read), "_etag"))
      const again = yield* data("GET", `sections/${id}`, { headers: { "if-none-match": ifNoneMatch } })
      assert.strictEqual(again.status, 200)
      assert.deepStrictEqual(batch.sizes, [])
    }).pipe(Effect.provide(batch.layer))
  )
})
