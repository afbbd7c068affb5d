import { assert, describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import { decodeBody } from "../../src/wire/decodeBody.ts"

const text = JSON.stringify({ detail: "once", again: "x".repeat(1000) })
const bytes = Buffer.from(text)
const defaultMax = 16 * 1024 * 1024

const read = (
  contentEncoding: string | ReadonlyArray<string> | undefined,
  body: Uint8Array,
  max = defaultMax
) =>
  Either.map(decodeBody({ "content-encoding": contentEncoding }, body, max), (decoded) =>
    Buffer.from(decoded).toString()
  )

describe("decodeBody", () => {
  it("decodes gzip, deflate, br and combinations of them", () => {
    const cases: ReadonlyArray<readonly [string | ReadonlyArray<string> | undefined, Uint8Array]> = [
      [undefined, bytes],
      ["identity", bytes],
      ["gzip", gzipSync(bytes)],
      ["X-GZIP", gzipSync(bytes)],
      ["deflate", deflateSync(bytes)],
      ["br", brotliCompressSync(bytes)],
      ["deflate, gzip", gzipSync(deflateSync(bytes))],
      [["br", "gzip"], gzipSync(brotliCompressSync(bytes))]
    ]
    for (const [coding, body] of cases)
      assert.deepEqual(read(coding, body), Either.right(text), String(coding))
    expect(read("gzip", new Uint8Array())).toEqual(Either.right(""))
  })

  it("names a coding that cannot be decoded", () => {
    const cases: ReadonlyArray<readonly [string, Uint8Array]> = [
      ["zstd", bytes],
      ["constructor", bytes],
      ["__proto__", bytes],
      ["gzip", bytes],
      ["gzip", gzipSync(bytes).subarray(0, 30)],
      ["gzip,gzip,gzip,gzip", bytes]
    ]
    for (const [coding, body] of cases) {
      expect(read(coding, body)).toMatchObject({
        left: expect.stringContaining(`content-encoding ${coding}, which was not asked for`)
      })
    }
  })

  it("does not decode beyond the maximum length", () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000))
    expect(Either.isRight(read("gzip", bomb))).toBe(true)
    expect(Either.isLeft(read("gzip", bomb, 999_999))).toBe(true)
  })
})
