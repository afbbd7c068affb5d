/** What varies from record to record: names, places, dates; always the same ones for the same record. */
import { draw, type RecordId } from "../domain/RecordId.ts"

export const firstNames = [
  "Amara",
  "Ben",
  "Chloé",
  "Daniel",
  "Elena",
  "Farid",
  "Grace",
  "Hiro",
  "Imani",
  "Jonas",
  "Keisha",
  "Liam",
  "María",
  "Noah",
  "Olivia",
  "Pedro",
  "Quinn",
  "Rosa",
  "Samuel",
  "Tiana",
  "Uma",
  "Víctor",
  "Wren",
  "Ximena"
] as const

export const surnames = [
  "Adams",
  "Begay",
  "Castillo",
  "Dubois",
  "Edwards",
  "Fischer",
  "García",
  "Huang",
  "Ivanov",
  "Johnson",
  "Kim",
  "Lopez",
  "Müller",
  "Nguyen",
  "O'Brien",
  "Patel",
  "Quintero",
  "Robinson",
  "Singh",
  "Tran",
  "Vega",
  "Young"
] as const

export const cities = [
  "Amarillo",
  "Austin",
  "Brownsville",
  "Corpus Christi",
  "Dallas",
  "El Paso",
  "Grand Bend",
  "Houston",
  "Laredo",
  "Lubbock",
  "San Antonio",
  "Waco"
] as const

/** One of several texts, chosen by the record and by what it is for. */
export const pick = <A>(choices: readonly [A, ...ReadonlyArray<A>], record: RecordId, purpose: string): A =>
  choices[draw(record, purpose) % choices.length] ?? choices[0]

const twoDigits = (value: number): string => String(value).padStart(2, "0")

/** A date of birth from 2007-01-01 to 2019-12-28, `YYYY-MM-DD`. */
export const birthDateOf = (record: RecordId): string => {
  const drawn = draw(record, "birthDate")
  const [year, month, day] = [2007 + (drawn % 13), 1 + ((drawn >>> 8) % 12), 1 + ((drawn >>> 16) % 28)]
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`
}
