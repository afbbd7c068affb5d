import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { maxJsonDepth, parseJson, parseJsonTo } from "../../src/domain/parseJson.ts"

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth)

describe("parseJson", () => {
  it("accepts the same texts as JSON.parse", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.json({ maxDepth: 10 }), (text) => {
        expect(parseJson(text)).toStrictEqual(JSON.parse(text))
      })
    )
    for (const text of ["", "{", '{"a":}', '"open', '"\\', "[1,]", "nonsense"]) {
      expect(parseJson(text)).toBeUndefined()
    }
  })

  it("accepts 64 levels of nesting and no more", () => {
    expect(parseJson(nested(maxJsonDepth))).toBeInstanceOf(Array)
    for (const depth of [maxJsonDepth + 1, 5000, 1_000_000]) expect(parseJson(nested(depth))).toBeUndefined()
    expect(parseJson('{"a":'.repeat(70) + "1" + "}".repeat(70))).toBeUndefined()
  })

  it("does not count brackets in strings as nesting", () => {
    const text = JSON.stringify({ text: `${"[".repeat(100)}"\\`, more: "{".repeat(100), wide: [[], [], {}] })
    expect(parseJson(text)).toStrictEqual(JSON.parse(text))
  })
})

describe("parseJsonTo", () => {
  it("decodes the value by a schema, and fails if it is nested too deep", () => {
    const decode = Schema.decodeEither(parseJsonTo(Schema.Struct({ a: Schema.Unknown })))
    expect(decode('{"a":[1]}')).toStrictEqual(Either.right({ a: [1] }))
    expect(Either.isLeft(decode(`{"a":${nested(5000)}}`))).toBe(true)
    expect(Either.isLeft(decode("[]"))).toBe(true)
  })
})
