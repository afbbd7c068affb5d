/** Values that vary between records and are always the same for the same record. */
import { draw, type RecordId } from "../domain/RecordId.ts"

/** One of several choices. It depends on the record and on the purpose, which is the name of a member. */
export const pick = <A>(choices: readonly [A, ...ReadonlyArray<A>], record: RecordId, purpose: string): A =>
  choices[draw(record, purpose) % choices.length] ?? choices[0]

const twoDigits = (value: number): string => String(value).padStart(2, "0")

/** A date of birth from 2007-01-01 to 2019-12-28, `YYYY-MM-DD`. */
export const birthDateOf = (record: RecordId): string => {
  const drawn = draw(record, "birthDate")
  const [year, month, day] = [2007 + (drawn % 13), 1 + ((drawn >>> 8) % 12), 1 + ((drawn >>> 16) % 28)]
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`
}
