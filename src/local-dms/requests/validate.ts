/**
 * Validates a document against its resource, like the schema stage of the server: drops unknown members and nulls at any
 * depth, coerces strings to numbers and booleans, and reports violations by JSON path. Does not read the store.
 * @see contract section 3, "Overposting", and section 6
 */
import * as Either from "effect/Either"
import type { Json, JsonObject } from "../../domain/Json.ts"
import { coerceDate, coerceDateTime, isTime } from "./dates.ts"
import { descriptorValue } from "../model/descriptorValue.ts"
import { isArray, isObject, isStorable } from "../json.ts"
import { keyOf, referencedKey } from "../model/keys.ts"
import { sharedText } from "../model/sharedText.ts"
import type {
  DescriptorShape,
  ListShape,
  Member,
  Members,
  NumberShape,
  ReferenceShape,
  ResourceModel,
  TextShape
} from "../model/ResourceModel.ts"

/** A place in a document: `["classPeriods", 0, "classPeriodReference"]`. */
export type Place = ReadonlyArray<string | number>

/** A reference in a document, to another document or to a descriptor: the id space and the key of its target. */
export interface Reference {
  readonly place: Place
  readonly shape: ReferenceShape | DescriptorShape
  readonly key: string
}

/** A valid document in the form in which it is stored. */
export interface ValidDocument {
  readonly body: JsonObject
  readonly key: string
  readonly references: ReadonlyArray<Reference>
  /** The database cannot keep it: a text has the character U+0000 or half of a surrogate pair. */
  readonly unstorable: boolean
}

/** Messages by JSON path, `{"$.termDescriptor": ["termDescriptor is required."]}`. */
export interface ValidationErrors {
  readonly [path: string]: ReadonlyArray<string>
}

export type Invalid =
  | { readonly _tag: "Violations"; readonly errors: ValidationErrors }
  /** A part of the identity is missing that the schema does not require; the server fails. */
  | { readonly _tag: "IdentityMissing" }

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
  unstorable: boolean
  readonly onPruned: (path: string) => void
  readonly numbersAsBooleans: boolean
  /** The members whose outer blanks are removed instead of refused, outside of lists and objects. */
  readonly trimmed: ReadonlySet<string>
}

/** Of a descriptor. */
const trimmedMembers = new Set(["codeValue", "shortDescription"])
const none: ReadonlySet<string> = new Set()

/**
 * @param onPruned called with the path of each dropped unknown member, without list positions:
 *   `$.addresses`, `$.gradeLevels[*].code`
 * @param numbersAsBooleans 0 counts as false, other numbers as true
 */
export const validate = (
  model: ResourceModel,
  document: JsonObject,
  onPruned: (path: string) => void,
  numbersAsBooleans = false
): Either.Either<ValidDocument, Invalid> => {
  const findings: Findings = {
    errors: {},
    errorCount: 0,
    references: [],
    unstorable: false,
    onPruned,
    numbersAsBooleans,
    trimmed: model.isDescriptor ? trimmedMembers : none
  }
  const body = validateMembers(model.members, document, [], findings)
  if (findings.errorCount > 0) return Either.left({ _tag: "Violations", errors: findings.errors })
  const key = keyOf(model.identity, body)
  if (key === undefined) return Either.left({ _tag: "IdentityMissing" })
  const { references, unstorable } = findings
  return Either.right({ body, key, references, unstorable })
}

/** Maximum number of reported errors: a list of 10 MiB can have millions of violations. */
const maxErrors = 1000

const lastOf = (place: Place): string => String(place.at(-1) ?? "")

/** The server names a wrong value by its last step only: `$.schoolId`, `$.0`. */
const addError = (findings: Findings, place: Place, text: string): undefined =>
  report(findings, `$.${lastOf(place)}`, `${lastOf(place)} ${text}`)

/** A missing member by the last step of its object and its name: `$.schoolReference.schoolId`, `$.0.city`. */
const addMissing = (findings: Findings, place: Place, name: string): undefined =>
  report(findings, place.length === 0 ? `$.${name}` : `$.${lastOf(place)}.${name}`, `${name} is required.`)

const report = (findings: Findings, path: string, text: string): undefined => {
  findings.errorCount++
  if (findings.errorCount <= maxErrors) (findings.errors[path] ??= []).push(text)
  return undefined
}

/**
 * The valid members of an object, in a copy of it: an object that V8 makes in one step takes half the memory of one to
 * which members are added, and less time.
 */
const validateMembers = (
  members: Members,
  input: JsonObject,
  place: Place,
  findings: Findings
): JsonObject => {
  const output: { [member: string]: Json | undefined } = { ...input }
  let dropped = false
  for (const name in input) {
    const value = input[name]
    const member = members.byName.get(name)
    if (member === undefined && (place.length > 0 || !serverMembers.has(name))) {
      findings.onPruned(anyItem([...place, name]))
    }
    const valid =
      member === undefined || value === null || value === undefined
        ? undefined
        : validateMember(member, value, place, findings)
    output[name] = valid
    if (valid === undefined) dropped = true
  }
  for (const { name } of members.required) {
    if (
      output[name] === undefined &&
      (input[name] === undefined || input[name] === null || isBlankList(input[name]))
    ) {
      addMissing(findings, place, name)
    }
  }
  return dropped ? withoutUndefined(output) : output
}

const withoutUndefined = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** `[]` and `[{}]` count as absent. */
const isBlankList = (value: Json | undefined): boolean =>
  isArray(value) && value.every((item) => isObject(item) && Object.keys(item).length === 0)

const validateMember = (member: Member, value: Json, parent: Place, findings: Findings): Json | undefined => {
  const { name, shape } = member
  switch (shape._tag) {
    case "text":
      return validateText(name, shape, value, parent, findings)
    case "number":
      return validateNumber(name, shape, value, parent, findings)
    case "boolean": {
      if (typeof value === "boolean") return value
      if (typeof value === "number" && findings.numbersAsBooleans) return value !== 0
      const lower = typeof value === "string" ? value.trim().toLowerCase() : ""
      if (lower === "true") return true
      if (lower === "false") return false
      return addError(findings, [...parent, name], "must be a boolean.")
    }
    case "date":
      return (
        (typeof value === "string" ? coerceDate(value) : undefined) ??
        addError(findings, [...parent, name], "must be a date such as 2025-09-01.")
      )
    case "dateTime":
      return (
        (typeof value === "string" ? coerceDateTime(value) : undefined) ??
        addError(findings, [...parent, name], "must be a date and time such as 2025-09-01T08:30:00Z.")
      )
    case "time":
      return typeof value === "string" && isTime(value)
        ? value
        : addError(findings, [...parent, name], "must be a time such as 08:30:00.")
    case "descriptor":
      return validateDescriptor(name, shape, value, parent, findings)
    case "reference":
      return validateReference(shape, value, [...parent, name], findings)
    case "object":
      return isObject(value)
        ? validateMembers(shape.members, value, [...parent, name], findings)
        : addError(findings, [...parent, name], "must be an object.")
    case "list":
      return validateList(shape, value, [...parent, name], findings)
  }
}

const validateText = (
  name: string,
  { max, min, pattern }: TextShape,
  value: Json,
  parent: Place,
  findings: Findings
): string | undefined => {
  if (typeof value !== "string") return addError(findings, [...parent, name], "must be a string.")
  if (value.length > max && [...value].length > max) {
    return addError(findings, [...parent, name], `must have at most ${max} characters.`)
  }
  if (value.length < min) {
    return addError(findings, [...parent, name], `must have at least ${min} characters.`)
  }
  const text = parent.length === 0 && findings.trimmed.has(name) ? value.trim() : value
  if (pattern !== undefined && !pattern.regex.test(text)) {
    return addError(findings, [...parent, name], pattern.message)
  }
  if (!isStorable(text)) findings.unstorable = true
  return sharedText(text)
}

const maxDescriptorLength = 306

const validateDescriptor = (
  name: string,
  shape: DescriptorShape,
  value: Json,
  parent: Place,
  findings: Findings
): string | undefined => {
  if (typeof value !== "string") return addError(findings, [...parent, name], "must be a string.")
  if (value.length > maxDescriptorLength && [...value].length > maxDescriptorLength) {
    return addError(findings, [...parent, name], `must have at most ${maxDescriptorLength} characters.`)
  }
  if (!isStorable(value)) findings.unstorable = true
  const { key, uri } = descriptorValue(value)
  findings.references.push({ place: [...parent, name], shape, key })
  return uri
}

/** A path without positions: `$.partialCourseTranscriptAwards[*].earnedCredits`; the server reports such paths for decimals. */
const anyItem = (place: Place): string => jsonPath(place).replaceAll(/\[\d+\]/g, "[*]")

/** A number as text, which is taken for the number: `" 2.50"`. */
export const numeral = /^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$/

const validateNumber = (
  name: string,
  { integer, max, min }: NumberShape,
  value: Json,
  parent: Place,
  findings: Findings
): number | undefined => {
  const number = typeof value === "string" && numeral.test(value) ? Number(value) : value
  if (typeof number !== "number") return addError(findings, [...parent, name], "must be a number.")
  if (integer && !Number.isInteger(number))
    return addError(findings, [...parent, name], "must be an integer.")
  if (number >= min && number <= max) return number
  const place = [...parent, name]
  const text = `must be between ${min} and ${max}.`
  return integer ? addError(findings, place, text) : report(findings, anyItem(place), `${name} ${text}`)
}

/**
 * Some references require no member. Without any of them such a reference counts as absent; with some but not all of
 * them it is a violation here, where the real server ends.
 */
const validateReference = (
  shape: ReferenceShape,
  value: Json,
  place: Place,
  findings: Findings
): JsonObject | undefined => {
  if (!isObject(value)) return addError(findings, place, "must be an object.")
  const before = findings.errorCount
  const reference = validateMembers(shape.members, value, place, findings)
  if (findings.errorCount > before) return reference
  const key = referencedKey(shape, reference)
  if (key !== undefined) findings.references.push({ place, shape, key })
  else if (shape.parts.some((part) => reference[part] !== undefined)) {
    for (const part of new Set(shape.parts)) {
      if (reference[part] === undefined) addMissing(findings, place, part)
    }
  }
  return reference
}

const validateList = (
  shape: ListShape,
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
