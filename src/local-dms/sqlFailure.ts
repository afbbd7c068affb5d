/** What PostgreSQL says by an SQLSTATE, as the error of a store. */
import type { SqlError } from "@effect/sql/SqlError"
import * as Predicate from "effect/Predicate"
import type { StoreError } from "./Store.ts"

/**
 * @param whenReferenceBroken what a broken foreign key means to the caller; without it, a failure
 * @see PostgreSQL manual, appendix A. PostgreSQL 18 raises 23001 where older ones raised 23503 for RESTRICT.
 */
export const failureOf = ({ cause }: SqlError, whenReferenceBroken?: StoreError): StoreError => {
  const state = Predicate.hasProperty(cause, "code") ? cause.code : undefined
  switch (state) {
    case "23505": // unique_violation
      return { _tag: "IdentityTaken" }
    case "23503": // foreign_key_violation
    case "23001": // restrict_violation
      return whenReferenceBroken ?? { _tag: "StoreFailed", cause }
    case "40P01": // deadlock_detected
    case "40001": // serialization_failure
    case "55P03": // lock_not_available
      return { _tag: "WriteConflict" }
    default:
      return { _tag: "StoreFailed", cause }
  }
}
