import { assert, describe, it } from "@effect/vitest"
import { retryAfterMillis, retryAfterOf } from "../../src/dms/retryAfter.ts"

const nowMillis = Date.UTC(2026, 0, 1, 12, 0, 0)

describe("retryAfterMillis", () => {
  it.each([
    ["3", 3000],
    [" 120 ", 120_000],
    ["0", 0],
    ["Thu, 01 Jan 2026 12:00:05 GMT", 5000],
    ["Thursday, 01-Jan-26 12:00:05 GMT", 5000],
    ["Thu, 01 Jan 2026 11:59:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["2026-01-01T12:00:05Z", undefined],
    ["Someday, soon GMT", undefined],
    ["", undefined]
  ])("reads %j as %s ms", (header, millis) => {
    assert.strictEqual(retryAfterMillis({ "retry-after": header }, nowMillis), millis)
  })

  it("reads the first of several headers, and returns undefined without one", () => {
    assert.strictEqual(retryAfterMillis({ "retry-after": ["2", "9"] }, nowMillis), 2000)
    assert.isUndefined(retryAfterMillis({}, nowMillis))
  })

  it("applies to status 429 and 503 only", () => {
    const read = [200, 400, 429, 500, 503].map((status) =>
      retryAfterOf({ status, headers: { "retry-after": "1" } }, nowMillis)
    )
    const one = { retryAfterMillis: 1000 }
    assert.deepStrictEqual(read, [{}, {}, one, {}, one])
  })
})
