/** Walks through all rows: every row once, from any place. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type { Page } from "../../src/dms/ReadClient.ts"
import { chooseWalk, type Walks } from "../../src/scenarios/readWalks.ts"

const newWalks = (): Walks => ({ offset: new Map(), cursor: new Map() })

/** A server of numbered rows; a token is the number of the next row. */
const read = (query: Readonly<Record<string, string | number>>, total: number): Page => {
  const from = Number(query["offset"] ?? query["pageToken"])
  const size = Number(query["limit"] ?? query["pageSize"])
  const count = Math.max(0, Math.min(size, total - from))
  const rows = Array.from({ length: count }, (_, i) => ({ id: from + i }))
  return { rows, totalCount: undefined, nextPageToken: count === 0 ? undefined : String(from + count) }
}

/** The pages of one user. */
const walked = (kind: keyof Walks, pages: number, total: number, size: number, place: number) => {
  const walks = newWalks()
  const facts = { total, cursors: ["0", String(Math.floor(total / 2))] }
  return Effect.runSync(
    Effect.replicateEffect(
      Effect.suspend(() => {
        const step = chooseWalk(kind, { facts, size, user: 3, walks }, place)
        return Effect.map(step.read(Effect.succeed(read(step.query, total))), ({ rows }) =>
          rows.map(({ id }) => Number(id))
        )
      }),
      pages
    )
  )
}

describe("a walk by offset", () => {
  it("reads every row once in as many pages as the rows need, wherever it begins", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 300 }),
        FastCheck.integer({ min: 1, max: 50 }),
        FastCheck.integer({ min: 0, max: 99 }),
        (total, size, place) => {
          // A last full page is followed by an empty one.
          const pages = Math.floor(total / size) + 1
          const ids = walked("offset", pages, total, size, place / 100).flat()
          assert.deepStrictEqual(
            ids.toSorted((a, b) => a - b),
            Array.from({ length: total }, (_, i) => i)
          )
        }
      )
    )
  })
})

describe("a walk by cursor", () => {
  it("ends with the empty page, and begins at another place", () => {
    assert.deepStrictEqual(walked("cursor", 4, 5, 2, 0), [[0, 1], [2, 3], [4], []])
    assert.deepStrictEqual(walked("cursor", 4, 4, 2, 0.5), [[2, 3], [], [2, 3], []])
  })
})

describe("an error", () => {
  it("makes the walk begin anew", () => {
    const walks = newWalks()
    const facts = { total: 10, cursors: ["0"] }
    const step = () => chooseWalk("cursor", { facts, size: 2, user: 1, walks }, 0)
    const first = step()
    Effect.runSync(first.read(Effect.succeed(read(first.query, 10))))
    assert.strictEqual(step().query["pageToken"], "2")
    Effect.runSync(Effect.either(step().read(Effect.fail("the token is invalid"))))
    assert.strictEqual(step().query["pageToken"], "0")
  })
})
