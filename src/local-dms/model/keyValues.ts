/** The key of a document as Change Queries show it. */
import { capitalized, uncapitalized } from "../../domain/words.ts"
import type { JsonObject } from "../../domain/Json.ts"
import { valueAt } from "./keys.ts"
import type { IdentityPart, ResourceModel } from "./ResourceModel.ts"

type Field = readonly [name: string, part: IdentityPart]

const fieldsByModel = new WeakMap<ResourceModel, ReadonlyArray<Field>>()

/**
 * The leaf with the role of its reference in front, words that both have once: `programEducationOrganizationId` of
 * `programReference.educationOrganizationId`, `feederSchoolId` of `feederSchoolReference.schoolId`.
 */
const withRole = ({ leaf, path }: IdentityPart): string => {
  const role = path.at(-2)?.replace(/Reference$/, "") ?? ""
  const words = role.split(/(?=[A-Z])/)
  const shared = words.findIndex((_, index) => leaf.startsWith(uncapitalized(words.slice(index).join(""))))
  const own = shared === -1 ? words : words.slice(0, shared)
  return own.length === 0 ? leaf : own.join("") + capitalized(leaf)
}

/** Parts that must be equal are one field. */
const fieldsOf = (model: ResourceModel): ReadonlyArray<Field> => {
  const known = fieldsByModel.get(model)
  if (known !== undefined) return known
  const { equal, identity } = model
  const text = ({ path }: IdentityPart): string => `$.${path.join(".")}`
  const mustBeEqual = (one: IdentityPart, other: IdentityPart): boolean =>
    one.leaf === other.leaf &&
    equal.some((rule) => {
      const pair = new Set([rule.one.text, rule.other.text])
      return pair.has(text(one)) && pair.has(text(other))
    })
  const parts = identity.parts.filter(
    (part, index) => !identity.parts.slice(0, index).some((earlier) => mustBeEqual(earlier, part))
  )
  const fields = parts.map((part): Field => {
    const isAlone = parts.every((other) => other === part || other.leaf !== part.leaf)
    return [isAlone ? part.leaf : withRole(part), part]
  })
  fieldsByModel.set(model, fields)
  return fields
}

/**
 * The values of a document's key by the last part of their path, descriptors as `namespace#codeValue`:
 * `{"localCourseCode": "ELA-01", "schoolId": 255901001, "schoolYear": 2025, "sessionName": "Fall"}`. Where two values
 * would have one name, each has the role of its reference in front.
 * @see api-facts section 3
 */
export const keyValuesOf = (model: ResourceModel, document: JsonObject): JsonObject =>
  Object.fromEntries(fieldsOf(model).map(([name, { path }]) => [name, valueAt(document, path) ?? null]))
