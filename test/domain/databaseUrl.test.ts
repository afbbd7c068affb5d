import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { addressOf, loginOf } from "../../src/domain/databaseUrl.ts"

describe("a database URL", () => {
  it.each([
    ["postgres://perf:secret@db.test:5433/edfi", "db.test:5433/edfi", "db.test:5433/edfi, user perf"],
    ["postgres:///edfi", "localhost:5432/edfi", "localhost:5432/edfi"],
    ["postgres://p%40f@db/ed%20fi?host=/run/pg", "/run/pg:5432/ed fi", "/run/pg:5432/ed fi, user p@f"],
    ["postgres://db/%zz", "db:5432/%zz", "db:5432/%zz"]
  ])("%s is shown as %s", (url, address, login) => {
    assert.deepStrictEqual([addressOf(Redacted.make(url)), loginOf(Redacted.make(url))], [address, login])
  })
})
