/** A request is the same bytes, whichever requests were written before it into the same buffer. */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { HttpRequest, RequestBody } from "../../src/wire/httpMessage.ts"
import { RequestBuffer } from "../../src/wire/RequestBuffer.ts"

interface Written {
  readonly method: HttpRequest["method"]
  readonly target: number
  readonly lines: number
  readonly body: RequestBody
  readonly text: string
  /** The socket keeps the bytes. */
  readonly isPending: boolean
}

const targets = ["/batch", "/data/ed-fi/students/1?x=y", `/${"long/".repeat(60)}`].map((path) => ({
  host: "dms.test:8080",
  path
}))
const lines = ["", "authorization: Bearer a\r\n", `authorization: Bearer ${"b".repeat(900)}\r\n`].map(
  (text) => Buffer.from(text)
)

/** A body whose bytes are written where they are sent from; longer requests than it needs are asked for. */
const writtenBody = (text: string): RequestBody => ({
  maxBytes: text.length + 50,
  write: (target, from) => from + target.write(text, from, "latin1")
})

const body = FastCheck.oneof(
  FastCheck.constant({ body: null, text: "" }),
  FastCheck.tuple(FastCheck.boolean(), FastCheck.integer({ min: 0, max: 12_000 })).map(
    ([isWritten, length]) => {
      const text = "x".repeat(length)
      return { text, body: isWritten ? writtenBody(text) : Buffer.from(text) }
    }
  )
)

const written: FastCheck.Arbitrary<Written> = FastCheck.record({
  method: FastCheck.constantFrom<HttpRequest["method"]>("GET", "POST", "PUT", "DELETE"),
  target: FastCheck.nat({ max: targets.length - 1 }),
  lines: FastCheck.nat({ max: lines.length - 1 }),
  isPending: FastCheck.boolean(),
  body
}).map(({ body: { body: bytes, text }, ...rest }) => ({ ...rest, body: bytes, text }))

describe("RequestBuffer", () => {
  it("writes each request as its head and its body", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(written, { minLength: 1, maxLength: 12 }), (requests) => {
        const buffer = new RequestBuffer()
        const kept: Array<readonly [bytes: Uint8Array, expected: string]> = []
        for (const each of requests) {
          const target = targets[each.target] ?? { host: "", path: "" }
          const headerLines = lines[each.lines] ?? Buffer.alloc(0)
          const length = each.body === null ? "" : `content-length: ${each.text.length}\r\n`
          const expected = `${each.method} ${target.path} HTTP/1.1\r\nhost: ${target.host}\r\n${headerLines.toString()}${length}\r\n${each.text}`
          const bytes = buffer.write(each.method, target, headerLines, each.body)
          assert.strictEqual(Buffer.from(bytes).toString("latin1"), expected)
          assert.strictEqual(buffer.bodyBytes, each.text.length)
          if (!each.isPending) continue
          buffer.giveAway()
          kept.push([bytes, expected])
        }
        for (const [bytes, expected] of kept)
          assert.strictEqual(Buffer.from(bytes).toString("latin1"), expected)
      }),
      { numRuns: 200 }
    )
  })

  it("replaces only the digits of the length where the head is the same", () => {
    const buffer = new RequestBuffer()
    const [target = { host: "", path: "" }] = targets
    const headerLines = Buffer.from("accept: application/json\r\n")
    const first = buffer.write("POST", target, headerLines, writtenBody("x".repeat(7466)))
    headerLines.fill("?")
    const second = buffer.write("POST", target, headerLines, writtenBody("y".repeat(7321)))
    assert.strictEqual(second.buffer, first.buffer)
    assert.include(
      Buffer.from(second).toString("latin1", 0, 120),
      "accept: application/json\r\ncontent-length: 7321\r\n\r\nyyy"
    )
  })
})
