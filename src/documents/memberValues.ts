/** The values of members that no reference and no key decides: two valid ones, so that an update can change one. */
import type { Json } from "../domain/Json.ts"
import { isNamespace, matchesPattern } from "../schema/freeKey.ts"
import type { DescriptorMember, Scalar } from "../schema/ResourceSchema.ts"
import type { ServerFacts } from "./ServerFacts.ts"

/** The first value is that of a new record, the second that of an updated one. */
export type Variant = 0 | 1

const texts = ["Load test", "Updated load test"] as const
const mails = ["load.test@example.org", "updated.test@example.org"] as const
const addresses = ["https://example.org/load-test", "https://example.org/updated"] as const

/** Only if a pattern rejects the others. */
const otherTexts = [
  "1",
  "2",
  "A",
  "B",
  "AA",
  "BB",
  "123",
  "234",
  "12345",
  "23456",
  "PT30M",
  "PT45M",
  "2026-01-15"
]

const isBegin = (name: string): boolean =>
  /^(?:begin|start|entry)|(?:Begin|Start|Entry)(?:Date|Time)/.test(name)
const isEnd = (name: string): boolean =>
  /^(?:end|exit|expiration|withdraw)|(?:End|Exit|Expiration|Withdraw)\w*(?:Date|Time)?$/.test(name)

/** The school year 2026 is that from August 2025 on; what begins is before everything else, what ends after it. */
const dateOf = (name: string, variant: Variant, { schoolYear }: ServerFacts): string => {
  const day = 18 + variant
  if (/birth/i.test(name)) return `${schoolYear - 12}-03-${day}`
  if (isBegin(name)) return `${schoolYear - 1}-08-${day}`
  return isEnd(name) ? `${schoolYear}-05-${day}` : `${schoolYear - 1}-10-${day}`
}

const timeOf = (name: string, variant: Variant): string => {
  const minutes = variant === 0 ? "30" : "45"
  if (isBegin(name)) return `08:${minutes}:00`
  return isEnd(name) ? `15:${minutes}:00` : `10:${minutes}:00`
}

/** A text within its bounds, without blanks at its ends. */
const bounded = (text: string, { maxLength = Infinity, minLength = 0 }: Scalar): string =>
  text.slice(0, Math.min(text.length, maxLength)).trim().padEnd(minLength, "x")

/** What the name of a text means, the first choice first. */
const textsFor = (member: Scalar, variant: Variant, facts: ServerFacts): ReadonlyArray<string> => {
  const { name } = member
  if (isNamespace(name)) return [variant === 0 ? facts.namespace : `${facts.namespace}/updated`]
  if (/mail(?:Address)?$/i.test(name)) return [mails[variant]]
  if (/(?:uri|url|website)$/i.test(name)) return [addresses[variant], bounded(texts[variant], member)]
  // A duration, which is a text as well, has a maximum length.
  if (/^time(?![a-z])|Time(?![a-z])/.test(name) && member.maxLength === undefined)
    return [timeOf(name, variant)]
  return [bounded(texts[variant], member)]
}

const textOf = (member: Scalar, variant: Variant, facts: ServerFacts): string | undefined => {
  const { format, maxLength = Infinity, minLength = 0, name, pattern } = member
  if (format === "date") return dateOf(name, variant, facts)
  if (format === "date-time") return `${dateOf(name, variant, facts)}T${timeOf(name, variant)}Z`
  if (format === "time") return timeOf(name, variant)
  const first = variant === 0 ? undefined : textOf(member, 0, facts)
  const fits = (text: string) =>
    text !== first && text.length >= minLength && text.length <= maxLength && matchesPattern(pattern, text)
  return [...textsFor(member, variant, facts), timeOf(name, variant), ...otherTexts].find(fits)
}

/** A number within its bounds, a multiple of its step. */
const numberOf = (member: Scalar, variant: Variant, facts: ServerFacts): number | undefined => {
  const { maximum = Infinity, minimum = -Infinity, multipleOf, name, type } = member
  const step = multipleOf ?? (type === "integer" ? 1 : 0.5)
  const wanted = /year$/i.test(name) ? facts.schoolYear : 1
  // The product of whole steps has no rounding error of its own: 0.1 * 3 is 0.30000000000000004 in binary.
  const rounded = (steps: number): number => Number((steps * step).toPrecision(12))
  const nearest = Math.min(Math.max(wanted, minimum), maximum)
  const steps = [Math.floor(nearest / step), Math.ceil(nearest / step)].find(
    (count) => rounded(count) >= minimum && rounded(count) <= maximum
  )
  if (steps === undefined) return undefined
  if (variant === 0) return rounded(steps)
  return [steps + 1, steps - 1].map(rounded).find((value) => value >= minimum && value <= maximum)
}

/**
 * A valid value of a scalar.
 *
 * @returns `undefined` if no value is known, or if there is no second one
 * @example of {name: "firstName", maxLength: 75}: "Load test"; of an int32 from 1 to 8: 1; of a `beginDate` in the school
 *   year 2026: "2025-08-18"
 */
export const scalarValue = (
  member: Scalar,
  variant: Variant,
  facts: ServerFacts
): string | number | boolean | undefined => {
  if (member.enum !== undefined) return member.enum[variant]
  switch (member.type) {
    case "boolean":
      return variant === 0
    case "string":
      return textOf(member, variant, facts)
    case "integer":
    case "number":
      return numberOf(member, variant, facts)
  }
}

/** A value that the server has, of the first candidate that has any; `undefined` if there is none, or no second one. */
export const descriptorValue = (
  { candidates }: DescriptorMember,
  variant: Variant,
  { descriptors }: ServerFacts
): Json | undefined => {
  const known = candidates.map((name) => descriptors.get(name) ?? []).find((values) => values.length > 0)
  return known?.[variant]
}
