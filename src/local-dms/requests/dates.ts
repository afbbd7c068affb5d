/** Dates and times in documents: checked as text, without conversion to timestamps. */
import * as DateTime from "effect/DateTime"

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

const isDay = (year: number, month: number, day: number): boolean =>
  year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)

const dashed = /^(\d{4})-(\d{2})-(\d{2})$/
const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/

const write = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`

/**
 * The date as `yyyy-mm-dd`, or `undefined` if it is not valid: `2009-05-01` stays, `5/1/2009` becomes `2009-05-01`,
 * `31/1/2009` becomes `2009-01-31` (month first if both readings are valid), `2009-02-30` is not valid.
 */
export const coerceDate = (text: string): string | undefined => {
  const iso = dashed.exec(text)
  if (iso !== null) return isDay(Number(iso[1]), Number(iso[2]), Number(iso[3])) ? text : undefined
  const slash = slashed.exec(text)
  if (slash === null) return undefined
  const [first, second, year] = [Number(slash[1]), Number(slash[2]), Number(slash[3])]
  if (isDay(year, first, second)) return write(year, first, second)
  return isDay(year, second, first) ? write(year, second, first) : undefined
}

const instant =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i

/**
 * A date and time, or `undefined` if it is not valid: `2025-09-01T08:30:00Z` stays, the date `5/1/2009` becomes
 * `2009-05-01T00:00:00Z`.
 */
export const coerceDateTime = (text: string): string | undefined => {
  const date = instant.exec(text)?.[1]
  if (date !== undefined) return coerceDate(date) === undefined ? undefined : text
  const day = coerceDate(text)
  return day === undefined ? undefined : `${day}T00:00:00Z`
}

const clock = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/

export const isTime = (text: string): boolean => clock.test(text)

/** Milliseconds since 1970 in the format of the server: `2025-09-01T12:00:00Z`. */
export const timestamp = (millis: number): string =>
  DateTime.formatIso(DateTime.unsafeMake(millis)).replace(/\.\d+Z$/, "Z")
