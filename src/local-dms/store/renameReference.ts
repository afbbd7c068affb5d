/** Writes a new identity to references, because the server cascades identity updates. */
import * as Either from "effect/Either"
import type { JsonObject } from "../../domain/Json.ts"
import { isObject } from "../json.ts"
import { valueAt } from "../model/keys.ts"
import { replaceAt } from "./places.ts"
import type { IdentityOf } from "../model/ResourceModel.ts"
import type { Stored } from "../Store.ts"
import { validate } from "../requests/validate.ts"
import type { Reference } from "../requests/validate.ts"

/**
 * The body of `referrer` with its references to `target` renewed.
 * @param keyBefore the key of `target` before it was renamed
 */
export const renameReferences = (referrer: Stored, keyBefore: string, target: Stored): JsonObject => {
  const { identities, identity } = target.model
  const valid = validate(referrer.model, referrer.body, () => undefined)
  if (Either.isLeft(valid)) return referrer.body
  return valid.right.references
    .filter(({ key, shape }) => key === keyBefore && identities.some(({ space }) => space === shape.space))
    .reduce((body, reference) => renameReference(body, reference, identity, target.body), referrer.body)
}

/** The document with the current identity of `target` in one of its references. */
const renameReference = (
  document: JsonObject,
  { place, shape }: Reference,
  identity: IdentityOf,
  target: JsonObject
): JsonObject => {
  if (shape._tag === "descriptor") return document
  const parts = shape.parts.map(
    (part, index) => [part, valueAt(target, identity.parts[index]?.path ?? [])] as const
  )
  const renamed = replaceAt(document, place, Object.fromEntries(parts))
  return isObject(renamed) ? renamed : document
}
