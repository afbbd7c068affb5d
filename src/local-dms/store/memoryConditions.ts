/** Conditions of a query, on documents in memory. */
import type { JsonObject } from "../../domain/Json.ts"
import { valueAt } from "../model/keys.ts"
import type { Path, ResourceModel } from "../model/ResourceModel.ts"
import type { Condition, PlainCondition } from "../Store.ts"

interface Document {
  readonly body: JsonObject
}

/** The documents of a resource with a text at a path. */
type DocumentsWith = (model: ResourceModel, path: Path, text: string) => Iterable<Document>

const textAt = (body: JsonObject, path: Path): string | undefined => {
  const value = valueAt(body, path)
  return value === undefined ? undefined : String(value)
}

/** Whether a value meets the condition. */
export const isMetByText = (condition: PlainCondition, text: string): boolean =>
  condition._tag === "oneOf"
    ? condition.values.has(text)
    : condition.prefixes.some((prefix) => text.startsWith(prefix))

/** Whether a document meets the condition. */
export const isMetBy = (condition: Condition, body: JsonObject, documentsWith: DocumentsWith): boolean => {
  const text = textAt(body, condition.path)
  if (text === undefined) return false
  if (condition._tag !== "linked") return isMetByText(condition, text)
  return condition.links.some(({ model, path, where }) => {
    for (const one of documentsWith(model, path, text)) {
      if (isMetBy(where, one.body, documentsWith)) return true
    }
    return false
  })
}
