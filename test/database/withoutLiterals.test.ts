import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { maxStatementLength, withoutLiterals } from "../../src/database/withoutLiterals.ts"

describe("SQL without literals", () => {
  it.each([
    [
      "UPDATE t SET a = 'x''y' -- note\n WHERE id = 42 AND b = $1",
      "UPDATE t SET a = ? WHERE id = ? AND b = $1"
    ],
    ["ALTER ROLE dms PASSWORD 'secret'", "ALTER ROLE dms PASSWORD ?"],
    ["SELECT E'it\\'s 1', U&'d\\0061t', B'101', x'1F'", "SELECT ?, ?, ?, ?"],
    ["DO $body$ BEGIN PERFORM 'secret'; END $body$", "DO ?"],
    ["SELECT $$a secret$$, $1, $12", "SELECT ?, $1, $12"],
    ['SELECT "it\'s", t1.c2, 1.5e-3, .5, 1_000, 0x1F FROM t1', 'SELECT "it\'s", t1.c2, ?, ?, ?, ? FROM t1'],
    ["SELECT /* 'a' /* secret */ 1", "SELECT ?"],
    ["INSERT INTO t VALUES ('the text was cut he", "INSERT INTO t VALUES (?"],
    ["SELECT E'cut\\", "SELECT ?"],
    ["COPY (SELECT a$b FROM t) TO $f$/tmp/secret", "COPY (SELECT a$b FROM t) TO ?"]
  ])("%s", (sql, shown) => {
    assert.strictEqual(withoutLiterals(sql), shown)
  })

  it("has no character of a text literal, wherever it was cut", () => {
    const quoted = FastCheck.string({ maxLength: 20 }).map((text) => `'${text.replaceAll("'", "''")}'`)
    FastCheck.assert(
      FastCheck.property(FastCheck.array(quoted, { maxLength: 5 }), FastCheck.nat(), (literals, cut) => {
        const sql = `SELECT ${literals.join(", ")}`
        const shown = withoutLiterals(sql.slice(0, Math.max(7, cut % (sql.length + 1))))
        assert.match(shown, /^SELECT(?: \?(?:, ?\?)*,?)?$/)
      })
    )
  })

  it("is one short line, whatever the text is", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary", maxLength: 3000 }), (sql) => {
        const shown = withoutLiterals(sql)
        assert.notMatch(shown, /[\n\r]/)
        assert.isAtMost(shown.length, maxStatementLength + 3)
      })
    )
  })

  it("takes time in proportion to the length of a text of quotes", () => {
    assert.strictEqual(withoutLiterals("'".repeat(100_001)), "?")
    assert.strictEqual(withoutLiterals("$a".repeat(50_000)).length, maxStatementLength + 3)
  })
})
