import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { withoutPassword } from "../../src/database/withoutPassword.ts"

const shown = (password: string, text: string) =>
  withoutPassword(Redacted.make(`postgres://perf:${encodeURIComponent(password)}@127.0.0.1:5432/edfi`))(text)

describe("a message of the database", () => {
  it.each([
    ["p@ss/1", "of p@ss/1 and p%40ss%2F1", "of <redacted> and <redacted>"],
    ["a.c$", "abc$ is not a.c$", "abc$ is not <redacted>"],
    ["abc", "bad password (abc)", "bad password (<redacted>)"],
    ["1", "connect ECONNREFUSED 127.0.0.1:5431", "connect ECONNREFUSED 127.0.0.1:5431"],
    ["1", "postgres://perf:1@127.0.0.1:5432/edfi", "postgres://perf:<redacted>@127.0.0.1:5432/edfi"],
    ["s", 'password "s" is too short', 'password "<redacted>" is too short'],
    ["ab", "about host=db password=ab", "about host=db password=<redacted>"],
    ["", "no password", "no password"]
  ])("has the password %s removed and is otherwise unchanged: %s", (password, text, expected) => {
    assert.strictEqual(shown(password, text), expected)
  })

  it("does not contain a password given as a parameter of the URL", () => {
    const url = Redacted.make("postgres://perf@127.0.0.1/edfi?password=p%40ss")
    assert.strictEqual(withoutPassword(url)("p@ss failed"), "<redacted> failed")
  })
})
