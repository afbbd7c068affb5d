/** Rounds figures for files. */

/** @example rounded(2 / 3, 3) // 0.667 */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** A latency in milliseconds, with three digits after the point. @example millis(1_234.5) // 1.234 */
export const millis = (micros: number): number => rounded(micros / 1000, 3)
