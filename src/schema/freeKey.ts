/** The member of a key that can have any value, so that each record gets a key of its own. */
import type { ResourceSchema, Scalar } from "./ResourceSchema.ts"

/**
 * Characters that a unique key needs: 17 bits of user, 26 of iteration, 10 of index and 15 of seed are 68 bits, which
 * 15 digits of base 36 hold.
 */
const minTextLength = 15

/** Keys as `documents` makes them, in every form; a pattern has to accept them. */
const sampleKeys = ["1-0-0-0", "GJDGXR-2T4W-13YDJ4-ZZ-1", "00K00A0000F3012"]

/** A regular expression of another party; longer ones are not tried. */
const maxPatternLength = 500

/** Whether a text matches a pattern of a document; a pattern that cannot be read matches nothing. */
export const matchesPattern = (pattern: string | undefined, text: string): boolean => {
  if (pattern === undefined) return true
  if (pattern.length > maxPatternLength) return false
  try {
    return new RegExp(pattern, "u").test(text)
  } catch {
    return false
  }
}

const isFreeText = ({ enum: values, format, maxLength, pattern, type }: Scalar): boolean =>
  type === "string" &&
  format === undefined &&
  values === undefined &&
  (maxLength === undefined || maxLength >= minTextLength) &&
  sampleKeys.every((key) => matchesPattern(pattern, key))

const isFreeNumber = ({ enum: values, format, maximum, multipleOf, type }: Scalar): boolean =>
  type === "integer" &&
  format === "int64" &&
  maximum === undefined &&
  multipleOf === undefined &&
  values === undefined

/** Whether a text is a namespace, which may decide who can write a record. */
export const isNamespace = (name: string): boolean => /namespace$/i.test(name)

/**
 * The member of a resource's own key that can have any value: a text, otherwise a namespace, otherwise an int64.
 *
 * @example of ed-fi/students: studentUniqueId; of ed-fi/schools: schoolId; of ed-fi/studentSchoolAssociations: none
 */
export const freeKeyMember = ({ members }: Pick<ResourceSchema, "members">): Scalar | undefined => {
  const own = members.filter((member): member is Scalar => member._tag === "Scalar" && member.isIdentity)
  return (
    own.find((member) => isFreeText(member) && !isNamespace(member.name)) ??
    own.find(isFreeText) ??
    own.find(isFreeNumber)
  )
}
