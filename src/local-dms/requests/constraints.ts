/** Rules between members of a document: unique items, unique references and equal values. */
import type { Json, JsonObject } from "../../domain/Json.ts"
import { isArray, isObject } from "../json.ts"
import { valueAt } from "../model/keys.ts"
import type { ListShape, Members, Path, ResourceModel, ValuesPath } from "../model/ResourceModel.ts"
import { jsonPath } from "./validate.ts"
import type { Place, Reference, ValidDocument, ValidationErrors } from "./validate.ts"

/**
 * The first rule that a document breaks.
 * @param document of the request
 * @param valid the same after `validate`
 */
export const brokenRule = (
  model: ResourceModel,
  document: JsonObject,
  { body, references }: ValidDocument
): ValidationErrors | undefined =>
  checkEquality(model, document) ?? checkUniqueItems(model.members, body) ?? checkUniqueReferences(references)

/**
 * Reports the second of two equal references in a list, at the list: `$.classPeriods`. Lists in items of another list
 * count as one.
 */
const checkUniqueReferences = (references: ReadonlyArray<Reference>): ValidationErrors | undefined => {
  const inLists = references.filter(isInList)
  if (inLists.length < 2) return undefined
  const seen = new Set<string>()
  for (const { key, place } of inLists) {
    const text = `${place.filter((step) => typeof step === "string").join(".")} ${key}`
    if (seen.has(text)) {
      const list = String(place[0])
      return { [`$.${list}`]: [`A later item of ${list} has the same reference as an earlier one.`] }
    }
    seen.add(text)
  }
  return undefined
}

const isInList = ({ place, shape }: Reference): boolean =>
  place.length > 1 && shape._tag === "reference" && place.some((step) => typeof step === "number")

/** Reports the second of two list items with equal values in its unique paths. */
const checkUniqueItems = (
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
  const repeated = unique.length === 0 || list.length < 2 ? -1 : repeatedItem(unique, list)
  if (repeated >= 0) {
    const name = String(place.at(-1))
    const text = `Item ${repeated + 1} of ${name} has the same identifying values as an earlier item.`
    return { [jsonPath(place)]: [text] }
  }
  if (items.nested.length === 0) return undefined
  for (const [index, item] of list.entries()) {
    const nested = isObject(item) ? checkUniqueItems(items, item, [...place, index]) : undefined
    if (nested !== undefined) return nested
  }
  return undefined
}

/** The position of the second of two equal items, or -1. */
const repeatedItem = (unique: ReadonlyArray<Path>, list: ReadonlyArray<Json>): number => {
  const seen = new Set<string>()
  return list.findIndex((item) => {
    const text = isObject(item) ? itemKey(unique, item) : ""
    const isRepeated = seen.has(text)
    seen.add(text)
    return isRepeated
  })
}

const itemKey = (unique: ReadonlyArray<Path>, item: JsonObject): string =>
  unique.map((path) => JSON.stringify(valueAt(item, path) ?? null)).join("\n")

/**
 * Reports pairs of paths whose values must all be equal and are not, at both paths. The server compares types too: a
 * number that the request wrote as text differs from one that it did not.
 * @param body the document of the request
 */
const checkEquality = (model: ResourceModel, body: JsonObject): ValidationErrors | undefined => {
  let errors: { [path: string]: ReadonlyArray<string> } | undefined
  for (const { one, other } of model.equal) {
    const values: Array<Json> = []
    addValues(body, one, 0, values)
    addValues(body, other, 0, values)
    const [first] = values
    if (values.every((value) => value === first)) continue
    const text = `All values supplied for '${one.leaf}' must match: ${[...new Set(values)].join(", ")}.`
    errors ??= {}
    errors[one.text] = [text]
    errors[other.text] = [text]
  }
  return errors
}

/** Adds the values at a path, from its step `at` on. */
const addValues = (value: Json | undefined, path: ValuesPath, at: number, values: Array<Json>): void => {
  const step = path.steps[at]
  if (step === undefined) {
    if (value !== undefined && value !== null) values.push(value)
    return
  }
  const member = isObject(value) ? value[step.name] : undefined
  if (!step.isList) addValues(member, path, at + 1, values)
  else if (isArray(member)) for (const item of member) addValues(item, path, at + 1, values)
}
