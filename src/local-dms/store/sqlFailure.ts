/** Maps an SQLSTATE of PostgreSQL to a store error. */
import type { SqlError } from "@effect/sql/SqlError"
import * as Predicate from "effect/Predicate"
import type { StoreError } from "../Store.ts"

/**
 * @param whenReferenceBroken the error for a foreign key violation; by default `StoreFailed`
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
