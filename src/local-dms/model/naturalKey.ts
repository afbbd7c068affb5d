/** Reads the natural key of a batch operation, nested as in the document or flat by the last part of each path. */
import * as Either from "effect/Either"
import type { Json, JsonObject } from "../../domain/Json.ts"
import * as Refusal from "../requests/Refusal.ts"
import { keyText, valueAt } from "./keys.ts"
import type { ResourceModel } from "./ResourceModel.ts"

const isScalar = (value: Json | undefined): boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

/** Nested values take precedence; members outside the identity are ignored; a missing part is a 400 with its path. */
export const naturalKeyOf = (
  model: ResourceModel,
  naturalKey: JsonObject
): Either.Either<string, Refusal.Refusal> => {
  const texts: Array<string> = []
  for (const part of model.identity.parts) {
    const nested = valueAt(naturalKey, part.path)
    const value = isScalar(nested) ? nested : naturalKey[part.leaf]
    if (!isScalar(value)) {
      return Either.left(
        Refusal.badRequest(`The naturalKey lacks the identity value $.${part.path.join(".")}.`)
      )
    }
    texts.push(String(value))
  }
  return Either.right(keyText(model.identity, texts))
}
