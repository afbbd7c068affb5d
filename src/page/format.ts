/** How the page writes numbers: as the report in the terminal does, and never without their unit. */
import { figure } from "../result/numberFormat.ts"

/** Where there is no number: nothing was measured that it could describe. */
export const noValue = "–"

/** A number whose unit stands elsewhere, in the head of its column say. */
export const plain = (value: number | null | undefined): string =>
  value === null || value === undefined ? noValue : figure(value)

/** A number and its unit stay on one line. */
const space = "\u00a0"

/** @example withUnit(1234.5, "ms") // "1,235 ms" */
export const withUnit = (value: number | null | undefined, unit: string): string =>
  value === null || value === undefined ? noValue : `${figure(value)}${space}${unit}`

/** @example percent(0.0123) // "1.23 %"; what is not nothing is never written as 0 */
export const percent = (share: number | null | undefined): string => {
  if (share === null || share === undefined) return noValue
  return share > 0 && share < 0.0001 ? `<0.01${space}%` : withUnit(Number((100 * share).toPrecision(12)), "%")
}

/**
 * A share of one thing for each of another, with three digits that say something.
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

/** Of units that ascend the one that a number of bytes is written in: that of 1,500,000 is MB. */
export const fitting = <Unit extends { readonly size: number }>(
  units: ReadonlyArray<Unit>,
  count: number
): Unit => units.reduce((fit, unit) => (count >= unit.size ? unit : fit))

/** @example bytes(1_500_000) // "1.50 MB" */
export const bytes = (count: number): string => {
  const { name, size } = fitting(byteUnits, count)
  return withUnit(count / size, name)
}

/** `2026-11-22 18:17:37 UTC`, of an ISO 8601 time in UTC. */
export const utc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
