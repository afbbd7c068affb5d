import { assert, describe, it } from "@effect/vitest"
import { SqlError } from "@effect/sql/SqlError"
import { failureOf } from "../../../src/local-dms/store/sqlFailure.ts"
import type { StoreError } from "../../../src/local-dms/Store.ts"

const referred: StoreError = { _tag: "DependentsExist", by: undefined }

describe("SQLSTATE", () => {
  it.each([
    ["23505", "unique_violation", "IdentityTaken"],
    ["23503", "foreign_key_violation", "DependentsExist"],
    ["23001", "restrict_violation, what PostgreSQL 18 raises", "DependentsExist"],
    ["40P01", "deadlock_detected", "WriteConflict"],
    ["40001", "serialization_failure", "WriteConflict"],
    ["55P03", "lock_not_available", "WriteConflict"],
    ["57P01", "admin_shutdown", "StoreFailed"],
    ["53100", "disk_full", "StoreFailed"],
    ["ECONNRESET", "no answer of PostgreSQL at all", "StoreFailed"]
  ] as const)("%s (%s) is %s", (code, _, tag) => {
    const error = new SqlError({ cause: Object.assign(new Error("told by PostgreSQL"), { code }) })
    assert.strictEqual(failureOf(error, referred)._tag, tag)
  })

  it("a broken reference where none can break is a failure", () => {
    assert.strictEqual(failureOf(new SqlError({ cause: { code: "23503" } }))._tag, "StoreFailed")
  })
})
