/** The mix of READ: which requests it has, how often each, and their names. */
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import {
  defaultReadMix,
  parseReadWeights,
  readKinds,
  ReadMix,
  readRequestName,
  readRequests,
  type ReadWeights,
  requestAt,
  sizesRead,
  weightsText
} from "../../src/domain/ReadMix.ts"

const students = { project: "ed-fi", endpoint: "students" }

const weightsOf = (text: string): ReadWeights => Either.getOrThrow(parseReadWeights(text.split(",")))

describe("parseReadWeights", () => {
  it("takes only the named kinds, with the weight 1 unless another is given", () => {
    const { cursor, id, key } = weightsOf("id=40,CURSOR")
    assert.deepStrictEqual([id, cursor, key], [40, 1, 0])
  })
  it("reads what weightsText writes", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(
          FastCheck.tuple(FastCheck.constantFrom(...readKinds), FastCheck.integer({ min: 1, max: 1000 })),
          {
            minLength: 1
          }
        ),
        (pairs) => {
          const weights = Either.getOrThrow(
            parseReadWeights(pairs.map(([kind, weight]) => `${kind}=${weight}`))
          )
          assert.deepStrictEqual(weightsOf(weightsText(weights)), weights)
          assert.isTrue(Schema.is(ReadMix)({ weights, pageSizes: [25] }))
        }
      )
    )
  })
  it("refuses unknown kinds, weights above 1000, and a mix of nothing", () => {
    const wrong = (text: string) => Either.isLeft(parseReadWeights(text === "" ? [] : text.split(",")))
    assert.deepStrictEqual(["ids=1", "id=1001", "id=1.5", "id=-1", "id=0", ""].map(wrong), [
      true,
      true,
      true,
      true,
      true,
      true
    ])
  })
})

describe("the default mix", () => {
  it("has shares that are per cent", () => {
    const { weights } = defaultReadMix
    assert.strictEqual(
      readKinds.reduce((sum, kind) => sum + weights[kind], 0),
      100
    )
  })
  it("reads pages of each size, filtered pages of the smallest and walks of the largest", () => {
    assert.deepStrictEqual(
      readRequests(defaultReadMix).map((request) => readRequestName(students, request)),
      [
        "GET /data/ed-fi/students/{id}",
        "GET /data/ed-fi/students (by key)",
        "GET /data/ed-fi/students/{id} (If-None-Match)",
        "GET /data/ed-fi/students?limit=25",
        "GET /data/ed-fi/students?limit=100",
        "GET /data/ed-fi/students?limit=500",
        "GET /data/ed-fi/students?limit=25&totalCount=true",
        "GET /data/ed-fi/students?limit=100&totalCount=true",
        "GET /data/ed-fi/students?limit=500&totalCount=true",
        "GET /data/ed-fi/students?limit=25 (filtered)",
        "GET /data/ed-fi/students?limit=500 (offset walk)",
        "GET /data/ed-fi/students?pageSize=500 (cursor walk)"
      ]
    )
  })
})

describe("readRequests", () => {
  it("shares the weight of a kind among its page sizes", () => {
    const mix: ReadMix = { weights: weightsOf("id=40,page=20"), pageSizes: [25, 100] }
    assert.deepStrictEqual(
      readRequests(mix).map(({ kind, size, weight }) => [kind, size, weight]),
      [
        ["id", undefined, 40],
        ["page", 25, 10],
        ["page", 100, 10]
      ]
    )
    assert.deepStrictEqual(sizesRead(mix), [25, 100])
  })
  it("reads pages of one size only if there are only walks", () => {
    assert.deepStrictEqual(sizesRead({ weights: weightsOf("offset,cursor"), pageSizes: [25, 100] }), [100])
  })
})

describe("requestAt", () => {
  it("gives each request its share of the places", () => {
    const requests = readRequests({ weights: weightsOf("id=1,key=3"), pageSizes: [25] })
    const kinds = Array.from({ length: 100 }, (_, i) => requestAt(requests, i / 100)?.kind)
    assert.deepStrictEqual(
      [kinds.filter((kind) => kind === "id").length, kinds.filter((kind) => kind === "key").length],
      [25, 75]
    )
  })
})
