/** Finds the natural key in a query, so that such a query is a lookup instead of a scan. */
import { referencedKey } from "./ResourceModel.ts"
import type { IdentityOf } from "./ResourceModel.ts"
import type { Query } from "./Store.ts"

/** The key in the terms; `undefined` unless they have all its parts. */
export const keyInTerms = (identity: IdentityOf, terms: Query["terms"]): string | undefined => {
  const values = new Map(
    terms.flatMap(({ paths, value }) => paths.map((path) => [path.at(-1) ?? "", value] as const))
  )
  if (identity.parts.some((part) => part.descriptor || !values.has(part.leaf))) return undefined
  return referencedKey(identity, Object.fromEntries(values))
}
