/** The slope of a figure over time, with a confidence that respects that neighbouring values resemble each other. */

/** A value at a time. */
export interface TimedValue {
  /** In seconds. */
  readonly at: number
  readonly value: number
}

export interface Trend {
  /** Change per second, by least squares. */
  readonly slope: number
  /** Half the width of the 99 % confidence interval of the slope; infinite if there are too few independent values. */
  readonly margin: number
  /** Values of the fitted line at the first and the last time. */
  readonly first: number
  readonly last: number
  /** How many independent values the values are worth: at most their number. */
  readonly effective: number
}

/** The quantile of the normal distribution for a two-sided confidence of 99 %. */
const z99 = 2.575_829

/**
 * The two-sided 99 % quantile of Student's t, for 4 degrees of freedom or more (1.3 % too low at 4, 0.1 % at 10).
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5
 * @example t99(10) // 3.167
 */
export const t99 = (freedom: number): number => {
  const z = z99
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  ]
  return terms.reduce((sum, term, place) => sum + term / freedom ** (place + 1), z)
}

/** With fewer independent values a line through them says nothing. */
const minEffective = 6

const sumOf = (values: ReadonlyArray<number>): number => values.reduce((sum, each) => sum + each, 0)

/**
 * The correlation of neighbours, at least 0, with the usual correction: in a short series it comes out too low by
 * (1 + 4 r) / n.
 *
 * @see Marriott and Pope, Bias in the estimation of autocorrelations, Biometrika 41 (1954)
 */
const neighbourCorrelation = (residuals: ReadonlyArray<number>): number => {
  const variance = sumOf(residuals.map((each) => each ** 2))
  if (variance === 0) return 0
  const together = sumOf(residuals.slice(1).map((each, place) => each * (residuals[place] ?? 0)))
  const r = together / variance
  return Math.min(0.99, Math.max(0, r + (1 + 4 * r) / residuals.length))
}

/** n values whose neighbours correlate by r are worth n (1 - r) / (1 + r) independent ones. */
const effectiveOf = (residuals: ReadonlyArray<number>): number => {
  const r = neighbourCorrelation(residuals)
  return (residuals.length * (1 - r)) / (1 + r)
}

/**
 * The line of least squares. n values whose neighbours correlate by r are worth n (1 - r) / (1 + r) independent ones; the
 * standard error of the slope and its degrees of freedom are those of so many values.
 *
 * @param values at even distances, ascending
 * @returns `undefined` for fewer than three values
 * @see Santer et al., Statistical significance of trends, J. Geophys. Res. 105 (2000), equations 3 to 6
 * @example values 1, 2, 3, 4 at 0, 10, 20 and 30 s: slope 0.1, first 1, last 4
 */
export const trendOf = (values: ReadonlyArray<TimedValue>): Trend | undefined => {
  const [from, to] = [values.at(0), values.at(-1)]
  if (values.length < 3 || from === undefined || to === undefined) return undefined
  const at = sumOf(values.map((each) => each.at)) / values.length
  const mean = sumOf(values.map(({ value }) => value)) / values.length
  const spread = sumOf(values.map((each) => (each.at - at) ** 2))
  const slope = sumOf(values.map((each) => (each.at - at) * (each.value - mean))) / spread
  const lineAt = (time: number) => mean + slope * (time - at)
  const residuals = values.map((each) => each.value - lineAt(each.at))
  const effective = effectiveOf(residuals)
  const freedom = effective - 2
  const error = Math.sqrt(sumOf(residuals.map((each) => each ** 2)) / freedom / spread)
  return {
    slope,
    margin: effective < minEffective ? Number.POSITIVE_INFINITY : t99(freedom) * error,
    first: lineAt(from.at),
    last: lineAt(to.at),
    effective
  }
}

/**
 * The mean step from one value to the next: for values that add up, such as memory that is kept. Around a line they wander, so
 * that neighbours resemble each other and least squares tell nothing; their steps depend on each other less.
 *
 * @param values at even distances, ascending
 * @returns `undefined` for fewer than three values
 * @example values 1, 2, 3, 4 at 0, 10, 20 and 30 s: slope 0.1, first 1, last 4
 */
export const stepTrendOf = (values: ReadonlyArray<TimedValue>): Trend | undefined => {
  const [from, to] = [values.at(0), values.at(-1)]
  if (values.length < 3 || from === undefined || to === undefined) return undefined
  const slope = (to.value - from.value) / (to.at - from.at)
  const residuals = values.slice(1).map(({ at, value }, place) => {
    const before = values[place] ?? from
    return value - before.value - slope * (at - before.at)
  })
  const seconds = (to.at - from.at) / residuals.length
  const effective = effectiveOf(residuals)
  const freedom = effective - 1
  const deviation = Math.sqrt(sumOf(residuals.map((each) => each ** 2)) / (residuals.length - 1)) / seconds
  return {
    slope,
    margin:
      effective < minEffective ? Number.POSITIVE_INFINITY : (t99(freedom) * deviation) / Math.sqrt(effective),
    first: from.value,
    last: to.value,
    effective
  }
}
