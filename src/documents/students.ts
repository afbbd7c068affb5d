/** Students, valid for Data Standard 5.x, without descriptors, so that they need no descriptors on the server. */
import { draw, type RecordId, recordKey } from "../domain/RecordId.ts"
import type { Resource } from "../domain/Resource.ts"
import { cities, firstNames, surnames } from "./nameLists.ts"
import { birthDateOf, pick } from "./vary.ts"

export type Student = {
  readonly studentUniqueId: string
  readonly firstName: string
  readonly middleName: string
  readonly lastSurname: string
  readonly preferredFirstName: string
  readonly personalTitlePrefix: string
  readonly generationCodeSuffix: string
  readonly birthDate: string
  readonly birthCity: string
  readonly multipleBirthStatus: boolean
}

export const students: Resource<Student, { readonly studentUniqueId: string }, "studentUniqueId"> = {
  endpoint: "students",
  name: "Student",
  keyOf: ({ studentUniqueId }) => ({ studentUniqueId })
}

/**
 * The student of a record.
 *
 * @example makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 }).studentUniqueId // "1-0-0-0"
 */
export const makeStudent = (record: RecordId): Student => {
  const firstName = pick(firstNames, record, "firstName")
  return {
    studentUniqueId: recordKey(record),
    firstName,
    middleName: pick(firstNames, record, "middleName"),
    lastSurname: pick(surnames, record, "lastSurname"),
    preferredFirstName: firstName,
    personalTitlePrefix: pick(["Mr", "Ms", "Mx"], record, "personalTitlePrefix"),
    generationCodeSuffix: pick(["Jr", "Sr", "II", "III"], record, "generationCodeSuffix"),
    birthDate: birthDateOf(record),
    birthCity: pick(cities, record, "birthCity"),
    multipleBirthStatus: draw(record, "multipleBirthStatus") % 30 === 0
  }
}
