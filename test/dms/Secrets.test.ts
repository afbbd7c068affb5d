import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { Secrets } from "../../src/dms/Secrets.ts"

const redactorOf = (...secrets: ReadonlyArray<string>) => {
  const known = new Secrets()
  known.add(...secrets.map((secret) => Redacted.make(secret)))
  return known.redact
}

const secret = "pä<s+w ö\"r&d'/1"
const html = (write: (code: number) => string) =>
  Array.from(secret, (letter) => write(letter.codePointAt(0) ?? 0)).join("")
const hexOf = (letter: string) => letter.charCodeAt(0).toString(16).padStart(4, "0")
const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64")
const base64url = (text: string) => Buffer.from(text, "utf8").toString("base64url")
const percent = (text: string) =>
  Array.from(Buffer.from(text, "utf8"), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")

describe("Secrets", () => {
  it.each([
    ["as it is", secret],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in JSON with every character escaped", Array.from(secret, (c) => `\\u${hexOf(c)}`).join("")],
    ["the same in capitals", Array.from(secret, (c) => `\\u${hexOf(c).toUpperCase()}`).join("")],
    ["in JSON within JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["in HTML, by name", "pä&lt;s+w ö&quot;r&amp;d&apos;/1"],
    ["in HTML, decimal", html((code) => `&#${code};`)],
    ["in HTML, decimal with zeros", html((code) => `&#${String(code).padStart(5, "0")};`)],
    ["in HTML, hexadecimal", html((code) => `&#x${code.toString(16)};`)],
    ["in HTML, hexadecimal capitals", html((code) => `&#X${code.toString(16).toUpperCase()};`)],
    ["percent-encoded", encodeURIComponent(secret)],
    ["percent-encoded in lower case", encodeURIComponent(secret).toLowerCase()],
    ["percent-encoded, every byte", percent(secret)],
    ["percent-encoded twice", encodeURIComponent(encodeURIComponent(secret))],
    ["form-encoded", new URLSearchParams({ "": secret }).toString().slice(1)],
    ["hex", Buffer.from(secret).toString("hex")],
    ["hex in capitals", Buffer.from(secret).toString("hex").toUpperCase()],
    ["base64", base64(secret)],
    ["base64 without padding", base64(secret).replaceAll("=", "")],
    ["URL-safe base64", base64url(secret)],
    ["base64, percent-encoded", encodeURIComponent(base64(secret))]
  ])("takes a secret out %s", (_, echoed) => {
    assert.strictEqual(redactorOf(secret)(`got <${echoed}>.`), "got <<redacted>>.")
    assert.strictEqual(redactorOf(secret)(`{"detail": "got ${echoed}`), '{"detail": "got <redacted>')
  })

  it.each(["k:", "ke:", "key:", "a longer key:"])(
    "takes it out of the base64 of %s and the secret",
    (key) => {
      const text = "sixteen letters!"
      for (const encode of [base64, base64url]) {
        const shown = redactorOf(text)(`Basic ${encode(`${key}${text}`)}`)
        const rest = shown.replace("<redacted>", "").replace("Basic ", "")
        assert.include(shown, "<redacted>")
        assert.include(base64(key), rest.replace(/.$/, ""))
      }
    }
  )

  it("takes a secret of digits out where JSON has it as a number, and keeps it JSON", () => {
    const redact = redactorOf("73519264")
    assert.strictEqual(
      redact('{"secret": 73519264, "other": 1735192641, "status": 400}'),
      '{"secret":"<redacted>","other":"<redacted>","status":400}'
    )
    const long = "123456789012345678901234567890"
    assert.strictEqual(redactorOf(long)(`[${long}]`), '["<redacted>"]')
  })

  it("takes it out of names, values and texts inside texts of JSON", () => {
    const redact = redactorOf("hunter22")
    const shown = redact(JSON.stringify({ hunter22: ["hunter22", JSON.stringify({ a: "hunter22!" })] }))
    assert.deepStrictEqual(JSON.parse(shown), { "<redacted>": ["<redacted>", '{"a":"<redacted>!"}'] })
  })

  it.each([
    ["s", "the server answered that s is wrong", "the server answered that s is wrong"],
    ["s", "s", "<redacted>"],
    ["s", 'secret "s" is wrong', 'secret "<redacted>" is wrong'],
    ["s", "client_secret=s&x=y", "client_secret=<redacted>&x=y"],
    ["s", '{"secret":"s","detail":"status"}', '{"secret":"<redacted>","detail":"status"}'],
    ["ab", "about 'ab': YWI= and ab", "about '<redacted>': YWI= and ab"],
    ["ab", "given: YWI=", "given: <redacted>"],
    ["400", '{"status":400,"secret":"400"}', '{"status":400,"secret":"<redacted>"}']
  ])("takes a secret as short as %s out only where it is a whole value: %s", (short, text, shown) => {
    assert.strictEqual(redactorOf(short)(text), shown)
  })

  it("leaves texts without a secret as they are", () => {
    const text = 'C:\\new\\u0041 100 % &amp; a+b "c" %zz &#xfffffff; \\u12'
    assert.strictEqual(redactorOf("hunter22", "x")(text), text)
  })

  it("knows the last three tokens", () => {
    const known = new Secrets()
    for (const token of ["token-1", "token-2", "token-3", "token-4"]) known.addToken(Redacted.make(token))
    assert.strictEqual(known.redact("token-1 token-2 token-4"), "token-1 <redacted> <redacted>")
  })

  it("shows no more of a text than it has looked through", () => {
    const shown = redactorOf("hunter22")(`${"x".repeat(1_000_000)}hunter22`)
    assert.isBelow(shown.length, 100_000)
  })
})
