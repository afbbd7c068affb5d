import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { RowIndex } from "../../../src/local-dms/store/RowIndex.ts"

interface Row {
  readonly name: string
}

describe("RowIndex", () => {
  it("has the content of a map after any sequence of set, drop and sweep", () => {
    const step = FastCheck.tuple(FastCheck.constantFrom("set", "drop", "sweep"), FastCheck.nat(6).map(String))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(step, { maxLength: 60 }), (steps) => {
        const index = new RowIndex<Row>()
        const model = new Map<string, Row>()
        for (const [what, key] of steps) {
          if (what === "sweep") index.sweep()
          else if (what === "set") {
            const row = { name: key }
            index.set(key, row)
            model.set(key, row)
          } else if (model.has(key)) {
            index.drop(key)
            model.delete(key)
          }
          assert.strictEqual(index.size, model.size)
          assert.strictEqual(index.get(key), model.get(key))
        }
        assert.sameMembers([...index.values()], [...model.values()])
      }),
      { seed: 1, numRuns: 200 }
    )
  })

  it("a row put back is where it was; a sweep gives up empty places and keeps the order", () => {
    const index = new RowIndex<Row>()
    const keys = Array.from({ length: 10_000 }, (_, key) => String(key))
    for (const name of keys) index.set(name, { name })
    index.drop("0")
    index.set("0", { name: "again" })
    assert.strictEqual(index.values().next().value?.name, "again")
    for (const name of keys.slice(0, 9000)) index.drop(name)
    index.sweep()
    assert.strictEqual(index.size, 1000)
    assert.strictEqual(index.values().next().value?.name, "9000")
    index.set("0", { name: "last" })
    assert.strictEqual([...index.values()].at(-1)?.name, "last")
  })
})
