import { assert, describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import { decodeBody } from "../../src/dms/decodeBody.ts"

const text = JSON.stringify({ detail: "said once", again: "x".repeat(1000) })
const bytes = Buffer.from(text)
const most = 16 * 1024 * 1024

const read = (contentEncoding: string | ReadonlyArray<string> | undefined, body: Uint8Array, max = most) =>
  Either.map(decodeBody({ "content-encoding": contentEncoding }, body, max), (decoded) =>
    Buffer.from(decoded).toString()
  )

describe("a body with a content coding that was not asked for", () => {
  it("is decoded where it is gzip, deflate, br or several of them", () => {
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

  it("is named where it cannot be decoded", () => {
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

  it("is not decoded beyond the length that a response may have", () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000))
    expect(Either.isRight(read("gzip", bomb))).toBe(true)
    expect(Either.isLeft(read("gzip", bomb, 999_999))).toBe(true)
  })
})
