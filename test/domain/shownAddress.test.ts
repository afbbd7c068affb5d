import { assert, describe, it } from "@effect/vitest"
import { shownAddress } from "../../src/domain/shownAddress.ts"

describe("shownAddress", () => {
  it.each([
    ["http://host:8080/batch", "http://host:8080/batch"],
    ["/batch?code=abc", "/batch?<redacted>"],
    ["https://host/token?a=1#b", "https://host/token?<redacted>"],
    ["https://host/#token=abc", "https://host/#<redacted>"],
    ["https://me:p@ss@host/batch", "https://<redacted>@host/batch"],
    ["https://me:p/w@host/batch", "https://<redacted>@host/batch"],
    ["https://me:p?w#@host/batch", "https://<redacted>@host/batch"],
    ["https://host:8443/@tenant/batch", "https://host:8443/@tenant/batch"],
    ["https:me:pw@host/batch", "https:<redacted>@host/batch"],
    ["https://host/\u001b[2J", "https://host/\\u001B[2J"]
  ])("shows %s as %s", (address, shown) => {
    assert.strictEqual(shownAddress(address), shown)
  })

  it("cuts long addresses", () => {
    assert.isBelow(shownAddress(`https://host/${"a".repeat(100_000)}`).length, 400)
  })
})
