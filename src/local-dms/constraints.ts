/** Rules between members of a document: unique items, unique references and equal values. */
import type { Json, JsonObject } from "../domain/Json.ts"
import { isArray, isObject } from "./json.ts"
import { valueAt } from "./ResourceModel.ts"
import type { ListShape, Members, Path, ResourceModel } from "./ResourceModel.ts"
import { jsonPath } from "./validate.ts"
import type { Place, Reference, ValidationErrors } from "./validate.ts"

/**
 * Reports the second of two equal references in a list, at the list: `$.classPeriods`. Lists in items of another list
 * count as one.
 */
export const checkUniqueReferences = (references: ReadonlyArray<Reference>): ValidationErrors | undefined => {
  const seen = new Set<string>()
  for (const { key, place, shape } of references) {
    if (shape._tag === "descriptor" || !place.some((step) => typeof step === "number")) continue
    const text = `${place.filter((step) => typeof step === "string").join(".")} ${key}`
    if (seen.has(text)) {
      const list = String(place[0])
      return { [`$.${list}`]: [`A later item of ${list} has the same reference as an earlier one.`] }
    }
    seen.add(text)
  }
  return undefined
}

/** Reports the second of two list items with equal values in its unique paths. */
export const checkUniqueItems = (
  members: Members,
  body: JsonObject,
  place: Place = []
): ValidationErrors | undefined => {
  for (const { name, shape } of members.nested) {
    const value = body[name]
    if (value === undefined) continue
    const broken =
      shape._tag === "list" && isArray(value)
        ? checkList(shape, value, [...place, name])
        : shape._tag === "object" && isObject(value)
          ? checkUniqueItems(shape.members, value, [...place, name])
          : undefined
    if (broken !== undefined) return broken
  }
  return undefined
}

const checkList = (
  { items, unique }: ListShape,
  list: ReadonlyArray<Json>,
  place: Place
): ValidationErrors | undefined => {
  const seen = new Set<string>()
  for (const [index, item] of list.entries()) {
    if (!isObject(item)) continue
    if (unique.length > 0) {
      const text = itemKey(unique, item)
      if (seen.has(text)) {
        const name = String(place.at(-1))
        return {
          [jsonPath(place)]: [
            `Item ${index + 1} of ${name} has the same identifying values as an earlier item.`
          ]
        }
      }
      seen.add(text)
    }
    const nested = items.nested.length === 0 ? undefined : checkUniqueItems(items, item, [...place, index])
    if (nested !== undefined) return nested
  }
  return undefined
}

const itemKey = (unique: ReadonlyArray<Path>, item: JsonObject): string =>
  unique.map((path) => JSON.stringify(valueAt(item, path) ?? null)).join("\n")

/**
 * Reports pairs of paths whose values must all be equal and are not, at both paths. The server compares types too: a
 * number that the request wrote as text differs from one that it did not.
 * @param body the document of the request
 */
export const checkEquality = (model: ResourceModel, body: JsonObject): ValidationErrors | undefined => {
  const errors: { [path: string]: ReadonlyArray<string> } = {}
  for (const [one, other] of model.equal) {
    const values = new Set([...valuesAt(body, one.split(".")), ...valuesAt(body, other.split("."))])
    if (values.size < 2) continue
    const leaf = one.split(".").at(-1) ?? one
    const text = `All values supplied for '${leaf}' must match: ${[...values].join(", ")}.`
    errors[`$.${one}`] = [text]
    errors[`$.${other}`] = [text]
  }
  return Object.keys(errors).length === 0 ? undefined : errors
}

const valuesAt = (value: Json | undefined, path: Path): ReadonlyArray<string> => {
  const [step, ...rest] = path
  if (step === undefined) return value === undefined || value === null ? [] : [JSON.stringify(value)]
  if (!isObject(value)) return []
  if (!step.endsWith("[*]")) return valuesAt(value[step], rest)
  const items = value[step.slice(0, -3)]
  return isArray(items) ? items.flatMap((item) => valuesAt(item, rest)) : []
}
