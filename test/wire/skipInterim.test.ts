import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { InterimFilter } from "../../src/wire/skipInterim.ts"

const interim = "\r\nHTTP/1.1 100 Continue\r\nX-Note: unrequested\r\n\r\nHTTP/1.0 103 Early Hints\r\n\r\n"
const body = "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)
const final = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`

/**
 * The bytes that pass the filter of responses that arrive in these pieces; a request is written before each response.
 */
const through = (responses: ReadonlyArray<string>, pieceLengths: ReadonlyArray<number>): string => {
  const filter = new InterimFilter()
  let lengths = [...pieceLengths]
  let passed = ""
  for (const response of responses) {
    filter.requestWritten()
    let bytes = Buffer.from(response, "latin1")
    while (bytes.length > 0) {
      const [length = 1, ...more] = lengths
      lengths = [...more, length]
      passed += filter.take(bytes.subarray(0, length)).toString("latin1")
      bytes = bytes.subarray(length)
    }
    passed += filter.rest().toString("latin1")
  }
  return passed
}

const pieces = FastCheck.array(
  FastCheck.oneof(FastCheck.integer({ min: 1, max: 80 }), FastCheck.constant(100_000)),
  { minLength: 1, maxLength: 10 }
)

describe("the filter of interim responses", () => {
  it("removes only interim responses, however the bytes are split", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
        pieces,
        (interims, lengths) => {
          const responses = interims.map((count) => interim.repeat(count) + final)
          assert.strictEqual(through(responses, lengths), final.repeat(responses.length))
        }
      )
    )
  })

  it("passes on bytes that resemble an interim response, and incomplete ones", () => {
    const others = [
      "HTTP/1.1 101 Switching Protocols\r\n\r\n",
      "HTTP/2.0 100",
      "HTTP/1.1 10",
      "HTTP/1.1 100 Continue\r\nnever ends",
      "H",
      `HTTP/1.1 100 ${"x".repeat(20_000)}\r\n\r\n`
    ]
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom(...others), pieces, (response, lengths) => {
        assert.strictEqual(through([response], lengths), response)
      })
    )
  })
})
