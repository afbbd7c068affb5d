/**
 * Validates a document against the resource table, like the schema stage of the server: drops unknown members and nulls
 * at any depth, coerces strings to numbers and booleans, and reports violations by JSON path. Does not read the store.
 * @see contract section 3, "Overposting", and section 6
 */
import * as Either from "effect/Either"
import type { Json, JsonObject } from "../domain/Json.ts"
import { isArray, isObject } from "./json.ts"
import type { Member, Members, ResourceModel, Shape } from "./ResourceModel.ts"
import { keyOf, referencedKey } from "./ResourceModel.ts"
import { coerceDate, isTime } from "./dates.ts"

/** A place in a document: `["classPeriods", 0, "classPeriodReference"]`. */
export type Place = ReadonlyArray<string | number>

/** A reference in a document: the id space and the key of its target. */
export interface Reference {
  readonly place: Place
  readonly space: string
  readonly key: string
}

export interface DescriptorValue {
  readonly place: Place
  readonly name: string
  readonly uri: string
}

/** A valid document in the form in which it is stored. */
export interface ValidDocument {
  readonly body: JsonObject
  readonly key: string
  readonly references: ReadonlyArray<Reference>
  readonly descriptors: ReadonlyArray<DescriptorValue>
}

/** Messages by JSON path, `{"$.termDescriptor": ["termDescriptor is required."]}`. */
export interface ValidationErrors {
  readonly [path: string]: ReadonlyArray<string>
}

/** `$.gradeLevels[0].gradeLevelDescriptor` */
export const jsonPath = (place: Place): string =>
  place.reduce<string>((path, step) => path + (typeof step === "number" ? `[${step}]` : `.${step}`), "$")

/** Members that the server adds to its responses; in requests they are dropped and not counted as unknown. */
const serverMembers = new Set(["id", "_etag", "_lastModifiedDate"])

interface Findings {
  readonly errors: { [path: string]: Array<string> }
  /** Violations so far. */
  errorCount: number
  readonly references: Array<Reference>
  readonly descriptors: Array<DescriptorValue>
  readonly onPruned: (path: string) => void
}

/**
 * @param onPruned called with the path of each dropped unknown member, without list positions:
 *   `$.addresses`, `$.gradeLevels[*].code`
 */
export const validate = (
  model: ResourceModel,
  document: JsonObject,
  onPruned: (path: string) => void
): Either.Either<ValidDocument, ValidationErrors> => {
  const findings: Findings = { errors: {}, errorCount: 0, references: [], descriptors: [], onPruned }
  const body = validateMembers(model.members, document, [], findings)
  if (findings.errorCount > 0) return Either.left(findings.errors)
  const { descriptors, references } = findings
  return Either.right({ body, key: keyOf(model.identity, body), references, descriptors })
}

/** Maximum number of reported errors: a list of 10 MiB can have millions of violations. */
const maxErrors = 1000

const addError = (findings: Findings, place: Place, text: string): undefined => {
  findings.errorCount++
  if (findings.errorCount > maxErrors) return undefined
  const path = jsonPath(place)
  const texts = (findings.errors[path] ??= [])
  texts.push(`${place.findLast((step) => typeof step === "string") ?? "document"} ${text}`)
  return undefined
}

const validateMembers = (
  members: Members,
  input: JsonObject,
  place: Place,
  findings: Findings
): JsonObject => {
  const output: { [member: string]: Json } = {}
  for (const name in input) {
    const member = members.byName.get(name)
    if (member === undefined) {
      if (place.length > 0 || !serverMembers.has(name)) {
        findings.onPruned(jsonPath([...place, name]).replaceAll(/\[\d+\]/g, "[*]"))
      }
      continue
    }
    const value = input[name]
    if (value === null || value === undefined) continue
    const valid = validateMember(member, value, place, findings)
    if (valid !== undefined) output[name] = valid
  }
  for (const { name } of members.required) {
    if (
      output[name] === undefined &&
      (input[name] === undefined || input[name] === null || isBlankList(input[name]))
    ) {
      addError(findings, [...place, name], "is required.")
    }
  }
  return output
}

/** `[]` and `[{}]` count as absent. */
const isBlankList = (value: Json | undefined): boolean =>
  isArray(value) && value.every((item) => isObject(item) && Object.keys(item).length === 0)

const validateMember = (member: Member, value: Json, parent: Place, findings: Findings): Json | undefined => {
  const { shape } = member
  switch (shape._tag) {
    case "text":
      return typeof value === "string"
        ? validateText(member, shape.max, value, parent, findings)
        : addError(findings, [...parent, member.name], "must be a string.")
    case "number":
      return validateNumber(member, shape, value, parent, findings)
    case "boolean": {
      if (typeof value === "boolean") return value
      const lower = typeof value === "string" ? value.toLowerCase() : ""
      if (lower === "true") return true
      if (lower === "false") return false
      return addError(findings, [...parent, member.name], "must be a boolean.")
    }
    case "date":
      return (
        (typeof value === "string" ? coerceDate(value) : undefined) ??
        addError(findings, [...parent, member.name], "must be a date such as 2025-09-01.")
      )
    case "time":
      return typeof value === "string" && isTime(value)
        ? value
        : addError(findings, [...parent, member.name], "must be a time such as 08:30:00.")
    case "descriptor": {
      if (typeof value !== "string") return addError(findings, [...parent, member.name], "must be a string.")
      findings.descriptors.push({ place: [...parent, member.name], name: shape.name, uri: value })
      return validateText(member, 306, value, parent, findings)
    }
    case "reference":
      return validateReference(shape, value, [...parent, member.name], findings)
    case "list":
      return validateList(shape, value, [...parent, member.name], findings)
  }
}

const outerBlank = /^\s|\s$/

const validateText = (
  member: Member,
  max: number,
  value: string,
  parent: Place,
  findings: Findings
): string | undefined => {
  if (value.length > max && [...value].length > max) {
    return addError(findings, [...parent, member.name], `must have at most ${max} characters.`)
  }
  if (member.key && value === "") {
    return addError(findings, [...parent, member.name], "is required and should not be left empty.")
  }
  if (member.key && outerBlank.test(value)) {
    return addError(findings, [...parent, member.name], "cannot contain leading or trailing spaces.")
  }
  return value
}

const numeral = /^[-+]?\d+(\.\d+)?$/

const validateNumber = (
  member: Member,
  shape: Extract<Shape, { readonly _tag: "number" }>,
  value: Json,
  parent: Place,
  findings: Findings
): number | undefined => {
  const number = typeof value === "string" && numeral.test(value) ? Number(value) : value
  const place = [...parent, member.name]
  if (typeof number !== "number") return addError(findings, place, "must be a number.")
  if (shape.decimals === 0 && !Number.isInteger(number))
    return addError(findings, place, "must be an integer.")
  if (number < shape.min) return addError(findings, place, `must be at least ${shape.min}.`)
  if (number > shape.max) return addError(findings, place, `must be at most ${shape.max}.`)
  const factor = 10 ** shape.decimals
  if (shape.decimals > 0 && Math.abs(Math.round(number * factor) - number * factor) > 1e-6) {
    return addError(findings, place, `must have at most ${shape.decimals} decimal places.`)
  }
  return number
}

const validateReference = (
  shape: Extract<Shape, { readonly _tag: "reference" }>,
  value: Json,
  place: Place,
  findings: Findings
): JsonObject | undefined => {
  if (!isObject(value)) return addError(findings, place, "must be an object.")
  const before = findings.errorCount
  const reference = validateMembers(shape.members, value, place, findings)
  const { space } = shape.target
  if (findings.errorCount === before)
    findings.references.push({ place, space, key: referencedKey(shape.target, reference) })
  return reference
}

const validateList = (
  shape: Extract<Shape, { readonly _tag: "list" }>,
  value: Json,
  place: Place,
  findings: Findings
): ReadonlyArray<JsonObject> | undefined => {
  if (!isArray(value)) return addError(findings, place, "must be an array.")
  if (isBlankList(value)) return undefined
  return value.map((item, index) => {
    if (isObject(item)) return validateMembers(shape.items, item, [...place, index], findings)
    addError(findings, [...place, index], "must be an object.")
    return {}
  })
}
