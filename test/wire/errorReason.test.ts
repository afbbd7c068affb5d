import { assert, describe, it } from "@effect/vitest"
import { connectErrorReason } from "../../src/wire/errorReason.ts"

const errorOf = (code: string, message: string) => Object.assign(new Error(message), { code })

const none = () => errorOf("EMFILE", "EMFILE: too many open files, open '/dev/null'")
const some = () => undefined

describe("connectErrorReason", () => {
  it.each([
    [
      "a socket that finds no descriptor",
      errorOf("EMFILE", "connect EMFILE 127.0.0.1:80"),
      some,
      /connect EMFILE/
    ],
    [
      "a machine without a free descriptor",
      errorOf("ENFILE", "connect ENFILE 127.0.0.1:80"),
      some,
      /connect ENFILE/
    ],
    ["several addresses", Object.assign(new AggregateError([], ""), { code: "EMFILE" }), some, /^EMFILE/],
    [
      "a name that cannot be looked up",
      errorOf("ENOTFOUND", "getaddrinfo ENOTFOUND dms"),
      none,
      /ENOTFOUND.*EMFILE/
    ],
    [
      "the same on another system",
      errorOf("EAI_AGAIN", "getaddrinfo EAI_AGAIN dms"),
      none,
      /EAI_AGAIN.*EMFILE/
    ]
  ] as const)("names the limit and how to raise it: %s", (_, error, descriptor, reason) => {
    const text = connectErrorReason(error, descriptor)
    assert.match(text, reason)
    assert.match(
      text,
      /no file descriptor is left \(E[MN]FILE\); raise the limit with ulimit -n, or lower --connections$/
    )
  })

  it.each([
    [errorOf("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:80"), none],
    [errorOf("ENOTFOUND", "getaddrinfo ENOTFOUND dms"), some],
    [new Error("certificate has expired"), none]
  ])("is unchanged if descriptors are free or unrelated: %s", (error, descriptor) => {
    assert.strictEqual(connectErrorReason(error, descriptor), error.message)
  })
})
