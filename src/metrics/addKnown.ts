/**
 * The sum of two counts; unknown if one of them is unknown.
 *
 * @example addKnown(3, 4) // 7
 * @example addKnown(3, null) // null
 */
export const addKnown = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a + b

/** The maximum of two counts, or the one that is known. */
export const maxKnown = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b)
