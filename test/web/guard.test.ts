import { assert, describe, it } from "@effect/vitest"
import { isLoopback } from "../../src/domain/loopback.ts"
import { isOwnHost, isOwnOrigin, isOwnSite, isToken, ownUrl } from "../../src/web/guard.ts"

describe("a request is for this server", () => {
  it.each([
    ["127.0.0.1:8089", true],
    ["localhost:8089", true],
    ["LOCALHOST:8089", true],
    ["127.0.0.1:8090", false],
    ["127.0.0.1", false],
    ["127.0.0.2:8089", false],
    ["evil.example:8089", false],
    ["evil.example.127.0.0.1:8089", false],
    ["127.0.0.1:8089.evil.example", false],
    ["", false],
    [undefined, false]
  ])("by the Host %s: %s", (header, answered) => {
    assert.strictEqual(isOwnHost(["127.0.0.1"], 8089)(header), answered)
  })

  it.each([
    [["build-7", "10.0.0.7"], "Build-7:8089", true],
    [["build-7", "10.0.0.7"], "10.0.0.7:8089", true],
    [["build-7", "10.0.0.7"], "10.0.0.8:8089", false],
    [["::1"], "[::1]:8089", true],
    [["::1"], "[::2]:8089", false],
    [["0.0.0.0"], "192.0.2.7:9000", true],
    [["::"], "[2001:db8::7]:8089", true],
    [["0.0.0.0"], "evil.example:8089", false],
    [["0.0.0.0"], "localhost:8089", true]
  ])("that listens on %j, by the Host %s: %s", (hosts, header, answered) => {
    assert.strictEqual(isOwnHost(hosts, 8089)(header), answered)
  })

  it("on port 80 without a port", () => {
    assert.isTrue(isOwnHost(["127.0.0.1"], 80)("127.0.0.1"))
    assert.isFalse(isOwnHost(["127.0.0.1"], 80)("evil.example"))
  })

  it.each([
    [undefined, true],
    ["http://127.0.0.1:8089", true],
    ["http://127.0.0.1:8090", false],
    ["https://127.0.0.1:8089", false],
    ["http://evil.example", false],
    ["null", false]
  ])("by the Origin %s: %s", (origin, answered) => {
    assert.strictEqual(isOwnOrigin(origin, "127.0.0.1:8089"), answered)
  })

  it.each([
    [undefined, true],
    ["same-origin", true],
    ["none", true],
    ["same-site", false],
    ["cross-site", false]
  ])("by the site %s that its browser tells: %s", (site, answered) => {
    assert.strictEqual(isOwnSite(site), answered)
  })

  it("by the whole token", () => {
    assert.isTrue(isToken("abc", "abc"))
    for (const wrong of [undefined, "", "ab", "abd", "abcd", "äbc"]) assert.isFalse(isToken("abc", wrong))
  })
})

describe("an address", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["::1", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["::", false],
    ["10.0.0.7", false],
    ["127.evil.example", false]
  ])("%s is of this machine alone: %s", (host, alone) => {
    assert.strictEqual(isLoopback(host), alone)
  })

  it("is one that a browser of this machine can open", () => {
    assert.strictEqual(ownUrl("127.0.0.1", 1), "http://127.0.0.1:1/")
    assert.strictEqual(ownUrl("0.0.0.0", 1), "http://127.0.0.1:1/")
    assert.strictEqual(ownUrl("::1", 1), "http://[::1]:1/")
  })
})
