/**
 * A latency as files tell it: milliseconds with three digits after the point.
 *
 * @example 1_234.5 gives 1.234
 */
export const millis = (micros: number): number => Number((micros / 1000).toFixed(3))
