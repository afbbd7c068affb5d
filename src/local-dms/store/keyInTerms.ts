/** Finds the natural key or the id in a query, so that such a query is a lookup. */
import { keyText } from "../model/keys.ts"
import type { IdentityOf, Path } from "../model/ResourceModel.ts"
import type { Query } from "../Store.ts"

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

/** Whether a path is that of the uuid, which is no member of documents. */
export const isIdPath = (path: Path): boolean => path.length === 1 && path[0] === "id"

/** The uuid in the terms. */
export const idInTerms = (terms: Query["terms"]): string | undefined =>
  terms.find(({ paths }) => paths.every(isIdPath))?.value
