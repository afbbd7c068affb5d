import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { ResponseTemplate } from "../../src/dms/ResponseTemplate.ts"
import { decodeBatch } from "../../src/dms/decode.ts"
import { outcomesOf } from "./responses.ts"

const ops = ["create", "update", "delete", "create"] as const
const resource = { endpoint: "students", name: "Student" }
const sent = ops.map((op) => ({ op, resource }))

const responseOf = (ids: ReadonlyArray<string>, space?: number): Uint8Array =>
  Buffer.from(JSON.stringify(outcomesOf(ops, ids), null, space))

const read = (response: Uint8Array) =>
  decodeBatch(sent, { status: 200, headers: {}, body: response }, (text) => text)

const templateOf = (response: Uint8Array): ResponseTemplate | undefined =>
  Either.match(read(response), {
    onLeft: () => undefined,
    onRight: (outcomes) => ResponseTemplate.learn(response, outcomes)
  })

const ids = (digit: string) => ops.map((_, i) => `${digit}${i}f3b1de-5a43-4b8e-9d59-3f4ffd6c8a1${digit}`)
const first = responseOf(ids("a"))
const uuids = FastCheck.array(FastCheck.uuid(), { minLength: ops.length, maxLength: ops.length })

describe("ResponseTemplate", () => {
  it("matches a response with other document ids, compact or indented", () => {
    FastCheck.assert(
      FastCheck.property(uuids, uuids, FastCheck.constantFrom(0, 2), (learned, others, space) => {
        const template = templateOf(responseOf(learned, space))
        assert.isTrue(template?.matches(responseOf(others, space)))
        assert.isTrue(template?.matches(responseOf(learned, space)))
      })
    )
  })

  it("matches no response that decoding would reject, whichever bytes are altered", () => {
    const template = templateOf(first)
    const alterations = FastCheck.array(
      FastCheck.tuple(FastCheck.nat({ max: first.length - 1 }), FastCheck.nat({ max: 255 })),
      { minLength: 1, maxLength: 3 }
    )
    FastCheck.assert(
      FastCheck.property(alterations, (alteration) => {
        const altered = Buffer.from(first)
        for (const [at, byte] of alteration) altered[at] = byte
        if (template?.matches(altered)) assert.isTrue(Either.isRight(read(altered)))
        assert.isTrue(template?.matches(first))
      }),
      { numRuns: 2000 }
    )
  })

  const others: ReadonlyArray<readonly [name: string, response: Uint8Array]> = [
    ["a shorter response", first.subarray(0, -1)],
    ["a longer response", Buffer.concat([first, Buffer.from(" ")])],
    ["an empty response", Buffer.alloc(0)],
    ["another status", Buffer.from(Buffer.from(first).toString().replace("success", "skipped"))],
    ["another order", Buffer.from(Buffer.from(first).toString().replace("create", "update"))],
    [
      "an id that is closed too early",
      Buffer.from(Buffer.from(first).toString().replace("a0f3b1de", 'a0f3b1"e'))
    ],
    ["an id with an escape", Buffer.from(Buffer.from(first).toString().replace("a0f3b1de", "a0\\u0041"))]
  ]
  it.each(others)("does not match %s", (_, response) => {
    const template = templateOf(first)
    assert.isDefined(template)
    assert.isFalse(template?.matches(response))
    assert.isTrue(template?.matches(first))
  })

  it("is not learned from a response whose ids are not UUIDs, or that is not ASCII", () => {
    assert.isUndefined(templateOf(responseOf(ops.map((_, i) => `success-${i}`))))
    const named = Buffer.from(Buffer.from(first).toString().replaceAll('"op"', '"étage":1,"op"'))
    assert.isTrue(Either.isRight(read(named)))
    assert.isUndefined(templateOf(named))
  })
})
