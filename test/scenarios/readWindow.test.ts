import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { readWindow } from "../../src/scenarios/readWindow.ts"

/**
 * A list on a server. Before each page but the first, the rows at some positions leave it.
 *
 * @param leaving positions by page, modulo the number of rows that are left
 */
const listOf = (count: number, limit: number, leaving: ReadonlyArray<ReadonlyArray<number>> = []) => {
  let rows = Array.from({ length: count }, (_, index) => `row ${index}`)
  const offsets: Array<number> = []
  const read: Array<string> = []
  const readPage = (offset: number) =>
    Effect.sync(() => {
      for (const position of (offsets.length === 0 ? [] : leaving[offsets.length - 1]) ?? [])
        rows = rows.filter((_, index) => index !== position % rows.length)
      offsets.push(offset)
      const keys = rows.slice(offset, offset + limit)
      read.push(...keys)
      return { keys, total: rows.length }
    })
  return { readPage, offsets, read, left: () => rows }
}

describe("a list of changes", () => {
  it("that fits into a page takes one request", () => {
    const list = listOf(500, 500)
    const read = Effect.runSync(readWindow(list.readPage, 500))
    assert.deepStrictEqual([read, list.offsets], [{ rows: 500, repeated: 0, pages: 1 }, [0]])
  })

  it("is read from its last page to the first", () => {
    const list = listOf(1200, 500)
    const read = Effect.runSync(readWindow(list.readPage, 500))
    assert.deepStrictEqual([read, list.offsets], [{ rows: 1200, repeated: 0, pages: 3 }, [0, 1000, 500]])
  })

  it("of which rows left is read to its beginning again", () => {
    // Row 3 leaves before the second page is read.
    const list = listOf(1200, 500, [[3]])
    const read = Effect.runSync(readWindow(list.readPage, 500))
    assert.deepStrictEqual(list.offsets, [0, 1000, 500, 0])
    assert.deepStrictEqual(read, { rows: 1200, repeated: 499, pages: 4 })
  })

  it("is read without a gap, whichever rows leave it meanwhile", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.array(fc.nat(1000), { maxLength: 4 }), { maxLength: 20 }),
        (count, limit, leaving) => {
          const list = listOf(count, limit, leaving)
          const { pages, repeated, rows } = Effect.runSync(readWindow(list.readPage, limit))
          assert.includeMembers(list.read, [...list.left()])
          assert.strictEqual(rows, new Set(list.read).size)
          assert.strictEqual(repeated, list.read.length - rows)
          assert.strictEqual(pages, list.offsets.length)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("fails with the first page that fails", () => {
    const read = readWindow(
      (offset) => (offset === 0 ? Effect.succeed({ keys: ["a"], total: 2 }) : Effect.fail("refused")),
      1
    )
    assert.strictEqual(Effect.runSync(Effect.flip(read)), "refused")
  })
})
