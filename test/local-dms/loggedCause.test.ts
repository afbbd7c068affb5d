import { assert, describe, it } from "@effect/vitest"
import { loggedCause } from "../../src/local-dms/loggedCause.ts"

describe("the log of a failure in the server", () => {
  it("contains no control character of a client's text", () => {
    const cause = new Error("invalid input \u001b[2J\u202e")
    assert.match(loggedCause(cause), /^Error: invalid input \\u001B\[2J\\u202E at /)
    assert.strictEqual(loggedCause("a\u0007\nb"), "a\\u0007 b")
    assert.isAtMost(loggedCause("x".repeat(1_000_000)).length, 2003)
  })
})
