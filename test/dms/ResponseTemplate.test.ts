import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { ResponseTemplate } from "../../src/dms/ResponseTemplate.ts"
import { decodeBatch } from "../../src/dms/decode.ts"
import { outcomesOf } from "./responses.ts"

const ops = ["create", "update", "delete", "create"] as const
const resource = { endpoint: "students", name: "Student" }
const sent = ops.map((op) => ({ op, resource }))

const answerOf = (ids: ReadonlyArray<string>, space?: number): Uint8Array =>
  Buffer.from(JSON.stringify(outcomesOf(ops, ids), null, space))

const read = (answer: Uint8Array) =>
  decodeBatch(sent, { status: 200, headers: {}, body: answer }, (text) => text)

const layoutOf = (answer: Uint8Array): ResponseTemplate | undefined =>
  Either.match(read(answer), {
    onLeft: () => undefined,
    onRight: (outcomes) => ResponseTemplate.learn(answer, outcomes)
  })

const ids = (digit: string) => ops.map((_, i) => `${digit}${i}f3b1de-5a43-4b8e-9d59-3f4ffd6c8a1${digit}`)
const first = answerOf(ids("a"))
const uuids = FastCheck.array(FastCheck.uuid(), { minLength: ops.length, maxLength: ops.length })

describe("AnswerLayout", () => {
  it("knows an answer of other documents again, compact or indented", () => {
    FastCheck.assert(
      FastCheck.property(uuids, uuids, FastCheck.constantFrom(0, 2), (learned, others, space) => {
        const layout = layoutOf(answerOf(learned, space))
        assert.isTrue(layout?.matches(answerOf(others, space)))
        assert.isTrue(layout?.matches(answerOf(learned, space)))
      })
    )
  })

  it("matches nothing that reading the answer would refuse, whichever bytes are altered", () => {
    const layout = layoutOf(first)
    const alterations = FastCheck.array(
      FastCheck.tuple(FastCheck.nat({ max: first.length - 1 }), FastCheck.nat({ max: 255 })),
      { minLength: 1, maxLength: 3 }
    )
    FastCheck.assert(
      FastCheck.property(alterations, (alteration) => {
        const altered = Buffer.from(first)
        for (const [at, byte] of alteration) altered[at] = byte
        if (layout?.matches(altered)) assert.isTrue(Either.isRight(read(altered)))
        assert.isTrue(layout?.matches(first))
      }),
      { numRuns: 2000 }
    )
  })

  const others: ReadonlyArray<readonly [what: string, answer: Uint8Array]> = [
    ["a shorter answer", first.subarray(0, -1)],
    ["a longer answer", Buffer.concat([first, Buffer.from(" ")])],
    ["an empty answer", Buffer.alloc(0)],
    ["another status", Buffer.from(Buffer.from(first).toString().replace("success", "skipped"))],
    ["another order", Buffer.from(Buffer.from(first).toString().replace("create", "update"))],
    [
      "an id that is closed too early",
      Buffer.from(Buffer.from(first).toString().replace("a0f3b1de", 'a0f3b1"e'))
    ],
    ["an id with an escape", Buffer.from(Buffer.from(first).toString().replace("a0f3b1de", "a0\\u0041"))]
  ]
  it.each(others)("does not match %s", (_, answer) => {
    const layout = layoutOf(first)
    assert.isDefined(layout)
    assert.isFalse(layout?.matches(answer))
    assert.isTrue(layout?.matches(first))
  })

  it("is not learned from answers whose ids are no UUIDs, or that hold more than ASCII", () => {
    assert.isUndefined(layoutOf(answerOf(ops.map((_, i) => `success-${i}`))))
    const named = Buffer.from(Buffer.from(first).toString().replaceAll('"op"', '"étage":1,"op"'))
    assert.isTrue(Either.isRight(read(named)))
    assert.isUndefined(layoutOf(named))
  })
})
