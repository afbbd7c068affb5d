import { assert, describe, it } from "@effect/vitest"
import { type Parsed, ResponseParser } from "../../src/wire/ResponseParser.ts"

const maxBytes = 100

/** What a parser makes of bytes that arrive in these pieces, and of the end of the connection after them. */
const parsed = (pieces: ReadonlyArray<string>, ends = false): Parsed | undefined => {
  const parser = new ResponseParser(maxBytes)
  parser.begin()
  for (const piece of pieces) {
    const buffer = Buffer.from(piece, "latin1")
    const result = parser.receive(buffer)
    const kept = result?._tag === "Complete" ? { ...result, body: Buffer.from(result.body) } : result
    // A caller may reuse its buffer.
    buffer.fill(0)
    if (kept !== undefined) return kept
  }
  return ends ? parser.end() : undefined
}

/** Status, body and whether the connection can be used again; or what is wrong. */
const shown = (result: Parsed | undefined) => {
  if (result === undefined) return "incomplete"
  return result._tag === "Invalid"
    ? result.detail
    : [result.head.status, result.body.toString("latin1"), result.isReusable]
}

const ok = "HTTP/1.1 200 OK\r\n"

describe("a response", () => {
  const responses: ReadonlyArray<readonly [string, string, unknown]> = [
    ["with a length", `${ok}Content-Length: 3\r\n\r\n[1]`, [200, "[1]", true]],
    ["without a body", 'HTTP/1.1 204 No Content\r\nETag: "1"\r\n\r\n', [204, "", true]],
    [
      "that is a 304 with the length of what it leaves out",
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
      [304, "", true]
    ],
    [
      "in chunks, with an extension and a trailer",
      `${ok}Transfer-Encoding: Chunked\r\n\r\n2;a="b"\r\n[1\r\nA\r\n,2,3,4,5,6\r\n1\r\n]\r\n0\r\nX: y\r\n\r\n`,
      [200, "[1,2,3,4,5,6]", true]
    ],
    [
      "after interim ones and empty lines",
      `\r\n\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}Content-Length: 0\r\n\r\n`,
      [200, "", true]
    ],
    [
      "that closes the connection",
      `${ok}Connection: Close\r\nContent-Length: 2\r\n\r\n{}`,
      [200, "{}", false]
    ],
    ["of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", [200, "{}", false]],
    [
      "of HTTP/1.0 that keeps the connection",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}",
      [200, "{}", true]
    ],
    ["without a reason", "HTTP/1.1 409\r\nContent-Length: 1\r\n\r\nx", [409, "x", true]],
    ["with more bytes than it has", `${ok}Content-Length: 2\r\n\r\n{}{}`, [200, "{}", false]]
  ]

  it.each(responses)("%s means the same, wherever it is split", (_, text, expected) => {
    assert.deepStrictEqual(shown(parsed([text])), expected)
    // Whether bytes follow it can be seen only if they arrive with it.
    const meaning = (result: unknown) => (Array.isArray(result) ? result.slice(0, 2) : result)
    assert.deepStrictEqual(meaning(shown(parsed([...text]))), meaning(expected))
    for (let at = 1; at < text.length; at++) {
      const result = shown(parsed([text.slice(0, at), text.slice(at)]))
      assert.deepStrictEqual(meaning(result), meaning(expected), `split at ${at}`)
    }
  })

  it("without a length ends with the connection", () => {
    const pieces = [`${ok}\r\n[1`, ",2]"]
    assert.strictEqual(shown(parsed(pieces)), "incomplete")
    assert.deepStrictEqual(shown(parsed(pieces, true)), [200, "[1,2]", false])
  })

  it.each([
    ["in its head", [`${ok}Content-Le`]],
    ["in its body", [`${ok}Content-Length: 5\r\n\r\n[1`]],
    ["in a chunk", [`${ok}Transfer-Encoding: chunked\r\n\r\n5\r\n[1`]],
    ["before its last chunk", [`${ok}Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n`]],
    ["after an interim one", ["HTTP/1.1 100 Continue\r\n\r\n"]]
  ])("that the connection cuts off %s is none", (_, pieces) => {
    assert.strictEqual(shown(parsed(pieces, true)), "incomplete")
  })

  it("has its headers in lower case, without blanks around values, and lists of repeated ones", () => {
    const result = parsed([
      `${ok}ETag:  "1"\t\r\nX-A: 1\r\nx-a: 2\r\n__proto__: 3\r\nContent-Length: 0\r\n\r\n`
    ])
    if (result?._tag !== "Complete") return assert.fail("no response")
    const { headers } = result.head
    assert.deepStrictEqual(Object.entries(headers), [
      ["etag", '"1"'],
      ["x-a", ["1", "2"]],
      ["__proto__", "3"],
      ["content-length", "0"]
    ])
  })

  it.each([
    ["timeout=5", 5],
    ["max=7, Timeout=30", 30],
    ["max=7", undefined],
    ["timeout=soon", undefined]
  ])("says how long its connection stays open: Keep-Alive: %s", (value, seconds) => {
    const result = parsed([`${ok}Keep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`])
    assert.strictEqual(result?._tag === "Complete" ? result.head.idleSeconds : -1, seconds)
  })
})

describe("bytes that are no response", () => {
  const length = "its Content-Length is not valid"
  const chunk = "its chunked body is not valid"
  const line = "a header line is not valid"
  const tooLong = `the response is longer than ${maxBytes} bytes and was cut off; --maxResponseBytes allows more`
  it.each([
    ["that are not HTTP", "SSH-2.0-OpenSSH", "it is not HTTP/1.1"],
    ["of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", "it is not HTTP/1.1"],
    ["with a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", "its status line is not valid"],
    ["with a status below 100", "HTTP/1.1 099 OK\r\n\r\n", "its status line is not valid"],
    ["that switch protocols", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "it switches protocols"],
    ["with two lengths", `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`, length],
    ["with a list of lengths", `${ok}Content-Length: 2, 2\r\n\r\n{}`, length],
    ["with a negative length", `${ok}Content-Length: -1\r\n\r\n`, length],
    ["with a signed length", `${ok}Content-Length: +2\r\n\r\n{}`, length],
    [
      "with a length and chunks",
      `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n`,
      "it has both Content-Length and Transfer-Encoding"
    ],
    [
      "with another coding",
      `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`,
      "its Transfer-Encoding is not chunked"
    ],
    ["with a header that continues", `${ok}X: a\r\n b\r\n\r\n`, line],
    ["with a blank before a colon", `${ok}Content-Length : 2\r\n\r\n{}`, line],
    ["with a line feed alone", `${ok}X: a\nContent-Length: 2\r\n\r\n{}`, line],
    ["with a chunk size that is no number", `${ok}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, chunk],
    [
      "with a chunk size of more digits than a number has",
      `${ok}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
      chunk
    ],
    ["with a chunk longer than its size", `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\n[1]\r\n`, chunk],
    ["with a chunk line that a line feed ends", `${ok}Transfer-Encoding: chunked\r\n\r\n2\n[]\r\n`, chunk],
    ["with a head without an end", `${ok}X: ${"x".repeat(20_000)}`, "its head is longer than 16384 bytes"],
    ["with a long body", `${ok}Content-Length: 101\r\n\r\n`, tooLong],
    ["with long chunks", `${ok}Transfer-Encoding: chunked\r\n\r\n65\r\n`, tooLong],
    ["with a long body that ends with the connection", `${ok}\r\n${"x".repeat(101)}`, tooLong]
  ])("%s are told as such", (_, text, detail) => {
    assert.strictEqual(shown(parsed([text])), detail)
  })
})

describe("a parser", () => {
  it("reads one response after the other, and knows a head that it has seen", () => {
    const parser = new ResponseParser(maxBytes)
    const results = ["[1]", "[2]", "[]"].map((body) => {
      parser.begin()
      return shown(parser.receive(Buffer.from(`${ok}Content-Length: ${body.length}\r\n\r\n${body}`)))
    })
    assert.deepStrictEqual(results, [
      [200, "[1]", true],
      [200, "[2]", true],
      [200, "[]", true]
    ])
  })
})
