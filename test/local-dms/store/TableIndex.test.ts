import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { Path } from "../../../src/local-dms/model/ResourceModel.ts"
import { unbounded } from "../../../src/local-dms/Store.ts"
import type { Query, Range, Selection } from "../../../src/local-dms/Store.ts"
import { TableIndex } from "../../../src/local-dms/store/TableIndex.ts"

interface Row {
  readonly id: string
  readonly position: number
  changeVersion: number
  colour: string | undefined
  size: number
}

const valueAt = (row: Row, [name]: Path): string | number | undefined =>
  name === "colour" ? row.colour : name === "size" ? row.size : undefined

const paths: { readonly [name: string]: ReadonlyArray<Path> } = {
  colour: [["colour"]],
  size: [["size"]],
  id: [["id"]],
  either: [["colour"], ["size"]]
}

const range = FastCheck.tuple(FastCheck.nat(60), FastCheck.nat(60)).map(([one, other]): Range => ({
  min: Math.min(one, other),
  max: Math.max(one, other)
}))

const term = FastCheck.record({
  paths: FastCheck.constantFrom("colour", "size", "id", "either").map((name) => paths[name] ?? []),
  value: FastCheck.constantFrom("red", "blue", "1", "2", "7")
})

const query: FastCheck.Arbitrary<Query> = FastCheck.record({
  terms: FastCheck.array(term, { maxLength: 2 }),
  changed: FastCheck.option(range, { nil: undefined }),
  order: FastCheck.constantFrom("position", "changeVersion"),
  within: FastCheck.oneof(FastCheck.constant(unbounded), range),
  offset: FastCheck.nat(4),
  limit: FastCheck.nat(6),
  totalCount: FastCheck.boolean()
})

const write = FastCheck.record({
  what: FastCheck.constantFrom("add", "add", "remove", "change", "putBack"),
  which: FastCheck.nat(20),
  colour: FastCheck.constantFrom("red", "blue", "1", undefined),
  size: FastCheck.nat(3)
})

const isIn = (number: number, { max, min }: Range): boolean => number >= min && number <= max

/** The rows that match, without an index. */
const matching = (
  rows: ReadonlyArray<Row>,
  { changed, terms }: Selection,
  order: Query["order"]
): ReadonlyArray<Row> =>
  rows
    .filter(
      (row) =>
        (changed === undefined || isIn(row.changeVersion, changed)) &&
        terms.every(({ paths, value }) =>
          paths.some((path) => String(path[0] === "id" ? row.id : valueAt(row, path)) === value)
        )
    )
    .sort((one, other) => one[order] - other[order])

describe("TableIndex", () => {
  it("lists and divides what a filter of all rows would, whatever was written since it was built", () => {
    const steps = FastCheck.array(FastCheck.oneof(write, query), { maxLength: 60 })
    FastCheck.assert(
      FastCheck.property(steps, (steps) => {
        const rows = new Map<string, Row>()
        const removed: Array<Row> = []
        let [position, version] = [0, 0]
        const all = () => [...rows.values()].sort((one, other) => one.position - other.position)
        const index = new TableIndex<Row>(all, valueAt, () => true)
        const attach = (row: Row) => {
          rows.set(row.id, row)
          index.add(row)
        }
        for (const step of steps) {
          if ("terms" in step) {
            const { limit, offset, order, totalCount, within } = step
            const expected = matching(all(), step, order)
            const here = expected.filter((row) => isIn(row[order], within))
            assert.deepStrictEqual(index.query(step), {
              items: here.slice(offset, offset + limit),
              total: totalCount ? here.length : undefined
            })
            const size = Math.max(Math.ceil(expected.length / 3), 2)
            assert.deepStrictEqual(
              index.partition({ ...step, number: 3, minSize: 2 }),
              expected.flatMap((row, place) => (place % size === 0 ? [row[order]] : []))
            )
            continue
          }
          const { colour, size, what, which } = step
          const row = all()[which % Math.max(rows.size, 1)]
          if (what === "add") {
            position++
            attach({ id: String(position), position, changeVersion: ++version, colour, size })
          } else if (what === "putBack") {
            const back = removed.pop()
            if (back !== undefined) attach(back)
          } else if (row !== undefined && what === "remove") {
            rows.delete(row.id)
            index.remove(row)
            removed.push(row)
          } else if (row !== undefined) {
            index.change(row, () => Object.assign(row, { colour, size, changeVersion: ++version }))
          }
        }
      }),
      { seed: 1, numRuns: 500 }
    )
  })
})
