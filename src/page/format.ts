/** Number formats of the page; the digits are those of the terminal report. */
import { figure } from "../result/numberFormat.ts"

/** Shown when there is no value. */
export const noValue = "–"

/** A number whose unit is shown elsewhere, such as in the column head. */
export const plain = (value: number | null | undefined): string =>
  value === null || value === undefined ? noValue : figure(value)

/** Keeps a number and its unit on one line. */
const space = "\u00a0"

/** @example withUnit(1234.5, "ms") // "1,235 ms" */
export const withUnit = (value: number | null | undefined, unit: string): string =>
  value === null || value === undefined ? noValue : `${figure(value)}${space}${unit}`

/** @example percent(0.0123) // "1.23 %"; a small share is "<0.01 %", never "0 %" */
export const percent = (share: number | null | undefined): string => {
  if (share === null || share === undefined) return noValue
  return share > 0 && share < 0.0001 ? `<0.01${space}%` : withUnit(Number((100 * share).toPrecision(12)), "%")
}

/**
 * A ratio with three significant digits.
 *
 * @example ratioText(0.03333) // "0.0333", ratioText(3.456) // "3.46"
 */
export const ratioText = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? noValue
    : Math.abs(value) >= 1 || value === 0
      ? figure(value)
      : value.toLocaleString("en-US", { maximumSignificantDigits: 3 })

export const byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"].map((name, i) => ({ name, size: 1000 ** i }))

/** The largest of ascending units that is not above a count: MB for 1,500,000 bytes. */
export const largestFitting = <Unit extends { readonly size: number }>(
  units: ReadonlyArray<Unit>,
  count: number
): Unit => units.reduce((fit, unit) => (count >= unit.size ? unit : fit))

/** @example bytes(1_500_000) // "1.50 MB" */
export const bytes = (count: number): string => {
  const { name, size } = largestFitting(byteUnits, count)
  return withUnit(count / size, name)
}

/** @example utc("2026-11-22T18:17:37.123Z") // "2026-11-22 18:17:37 UTC" */
export const utc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
