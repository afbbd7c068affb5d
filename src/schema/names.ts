/** What the names of an Ed-Fi OpenAPI document mean. */
import { capitalized } from "../domain/words.ts"

/** The words of a camel case name: `nextYearSchool` has `next`, `Year` and `School`. */
const wordsOf = (name: string): ReadonlyArray<string> =>
  name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]/g) ?? [name]

const isSameWord = (one: string | undefined, other: string | undefined): boolean =>
  one?.toLowerCase() === other?.toLowerCase()

/**
 * A role and a member of its reference as one name; words at the end of the first that begin the second stand once.
 *
 * @example joinedName("nextYearSchool", "schoolId") // "nextYearSchoolId"
 * @example joinedName("location", "schoolId") // "locationSchoolId"
 */
export const joinedName = (role: string, member: string): string => {
  const [first, second] = [wordsOf(role), wordsOf(member)]
  const longest = Math.min(first.length, second.length)
  for (let shared = longest; shared > 0; shared--) {
    const tail = first.slice(-shared)
    if (!tail.every((word, at) => isSameWord(word, second[at]))) continue
    return [...first, ...second.slice(shared)].join("")
  }
  return `${role}${capitalized(member)}`
}

/** The role that the name of a reference property has: `nextYearSchool` of `nextYearSchoolReference`. */
export const roleOf = (property: string): string => property.replace(/Reference$/, "")

/**
 * The names that a member of a reference may have as a column of the referring resource, the longest first: with the
 * role, with the part of the role before the name of the target, and as it is.
 *
 * @param role as `roleOf` has it
 * @param target the name of the resource that the reference leads to
 * @example columnNames("graduationSchoolYearType", "schoolYearType", "schoolYear")
 *   // ["graduationSchoolYearTypeSchoolYear", "graduationSchoolYear", "schoolYear"]
 */
export const columnNames = (role: string, target: string, member: string): ReadonlyArray<string> => {
  const prefix = role.toLowerCase().endsWith(target.toLowerCase()) ? role.slice(0, -target.length) : ""
  return [joinedName(role, member), ...(prefix === "" ? [] : [joinedName(prefix, member)]), member]
}

const referenceEnding = /_?Reference$/

/** Whether a schema of this name is a reference: `edFi_sectionReference`, in newer DMS `EdFi_Section_Reference`. */
export const isReferenceSchema = (schema: string): boolean => referenceEnding.test(schema)

/**
 * The schema that a reference leads to.
 *
 * @example targetSchema("EdFi_Section_Reference") // "EdFi_Section"
 */
export const targetSchema = (referenceSchema: string): string => referenceSchema.replace(referenceEnding, "")

/** The name of a schema without its project: `section` of `edFi_section`, `Section` of `EdFi_Section`. */
export const withoutProject = (schema: string): string => schema.replace(/^[^_]*_/, "")

/**
 * The descriptors whose name ends a member's name in any letter case, longest first.
 *
 * @example descriptorsOf("exitGradeLevelDescriptor", ["gradeLevelDescriptor", "levelDescriptor"])
 *   // ["gradeLevelDescriptor", "levelDescriptor"]
 */
export const descriptorsOf = (member: string, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const name = member.toLowerCase()
  return known
    .filter((descriptor) => name.endsWith(descriptor.toLowerCase()))
    .toSorted((one, other) => other.length - one.length)
}
