/** Finds the identity in a query, so that a query by natural key is a lookup and not a search. */
import { referencedKey } from "./ResourceModel.ts"
import type { IdentityOf } from "./ResourceModel.ts"
import type { Query } from "./Store.ts"

/** The key that the terms name, if together they name one in full. */
export const keyInTerms = (identity: IdentityOf, terms: Query["terms"]): string | undefined => {
  const values = new Map(
    terms.flatMap(({ paths, value }) => paths.map((path) => [path.at(-1) ?? "", value] as const))
  )
  if (identity.parts.some((part) => part.descriptor || !values.has(part.leaf))) return undefined
  return referencedKey(identity, Object.fromEntries(values))
}
