/** Rules between members of a document: unique items and equal values. */
import type { Json, JsonObject } from "../domain/Json.ts"
import { isArray, isObject } from "./json.ts"
import { jsonPath } from "./validate.ts"
import type { Place, ValidationErrors } from "./validate.ts"
import { referencedKey } from "./ResourceModel.ts"
import type { Members, ResourceModel } from "./ResourceModel.ts"

/** Reports the second of two list items with equal key members. */
export const checkUniqueItems = (
  members: Members,
  body: JsonObject,
  place: Place = []
): ValidationErrors | undefined => {
  for (const { items: itemMembers, name } of members.lists) {
    const items = body[name]
    if (!isArray(items)) continue
    const seen = new Set<string>()
    for (const [index, item] of items.entries()) {
      if (!isObject(item)) continue
      const text = itemKey(itemMembers, item)
      if (seen.has(text)) {
        const path = jsonPath([...place, name])
        return {
          [path]: [`Item ${index + 1} of ${name} has the same identifying values as an earlier item.`]
        }
      }
      seen.add(text)
      const nested = checkUniqueItems(itemMembers, item, [...place, name, index])
      if (nested !== undefined) return nested
    }
  }
  return undefined
}

const itemKey = (members: Members, item: JsonObject): string =>
  members.keys
    .map(({ name, shape }) => {
      const value = item[name]
      if (shape._tag === "reference" && isObject(value)) return referencedKey(shape.target, value)
      return shape._tag === "descriptor" ? String(value).toLowerCase() : JSON.stringify(value)
    })
    .join("\n")

/** Reports pairs of paths whose values must be equal and are not, at both paths. */
export const checkEquality = (model: ResourceModel, body: JsonObject): ValidationErrors | undefined => {
  for (const [one, other] of model.equal) {
    const left = valuesAt(body, one.split("."))
    const right = valuesAt(body, other.split("."))
    const values = [...new Set([...left, ...right])]
    if (left.length > 0 && right.length > 0 && values.length > 1) {
      const text = `All values supplied for '${one.split(".").at(-1) ?? one}' must match: ${values.join(", ")}.`
      return { [`$.${one}`]: [text], [`$.${other}`]: [text] }
    }
  }
  return undefined
}

const valuesAt = (value: Json | undefined, path: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [step, ...rest] = path
  if (step === undefined) return value === undefined || value === null ? [] : [String(value)]
  if (!isObject(value)) return []
  if (!step.endsWith("[*]")) return valuesAt(value[step], rest)
  const items = value[step.slice(0, -3)]
  return isArray(items) ? items.flatMap((item) => valuesAt(item, rest)) : []
}
