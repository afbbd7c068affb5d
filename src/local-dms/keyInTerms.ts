/** Finds the natural key in a query, so that such a query is a lookup instead of a scan. */
import { keyText } from "./keys.ts"
import type { IdentityOf } from "./ResourceModel.ts"
import type { Query } from "./Store.ts"

/** The key in the terms; `undefined` unless they have all its parts. */
export const keyInTerms = (identity: IdentityOf, terms: Query["terms"]): string | undefined => {
  const values = new Map(
    terms.flatMap(({ paths, value }) => (paths.length === 1 ? [[paths[0]?.join("."), value] as const] : []))
  )
  const texts: Array<string> = []
  for (const { path } of identity.parts) {
    const value = values.get(path.join("."))
    if (value === undefined) return undefined
    texts.push(value)
  }
  return keyText(identity, texts)
}
