import { assert, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { copyFewBytes, makeViewOf, viewOf } from "../../src/dms/fewBytes.ts"

it("copies as many bytes as asked for, from and to any offset, and changes no other", () => {
  FastCheck.assert(
    FastCheck.property(
      FastCheck.uint8Array({ minLength: 40, maxLength: 40 }),
      FastCheck.uint8Array({ minLength: 40, maxLength: 40 }),
      FastCheck.nat({ max: 20 }),
      FastCheck.nat({ max: 20 }),
      FastCheck.nat({ max: 20 }),
      (source, target, from, to, length) => {
        const expected = Uint8Array.from(target)
        expected.set(source.subarray(from, from + length), to)
        copyFewBytes(viewOf(source), from, viewOf(target), to, length)
        assert.deepStrictEqual(target, expected)
      }
    )
  )
})

it("views the bytes of the buffer that it is given, also when that is a part of another", () => {
  const targetView = makeViewOf()
  const [first, second] = [Buffer.from("abcdef"), Buffer.from("uvwxyz").subarray(2)]
  for (const [buffer, byte] of [
    [first, "a"],
    [second, "w"],
    [second, "w"],
    [first, "a"]
  ] as const)
    assert.strictEqual(String.fromCharCode(targetView(buffer).getUint8(0)), byte)
})
