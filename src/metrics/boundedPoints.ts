/** Points over time of which there are never more than a number: when they are, each pair becomes one. */

/** @typeParam P a point; equal numbers of readings make each, but for the last one */
export interface BoundedPoints<P> {
  readonly points: ReadonlyArray<P>
  /** Readings of a complete point: 1, 2, 4, ... */
  readonly perPoint: number
  /** Readings of the last point so far. */
  readonly inLast: number
}

export const noPoints: BoundedPoints<never> = { points: [], perPoint: 1, inLast: 0 }

/** The last point, with one more. */
export const intoLast = <P>(
  { inLast, perPoint, points }: BoundedPoints<P>,
  point: P,
  merge: (a: P, b: P) => P
): BoundedPoints<P> => {
  const last = points.at(-1)
  return last === undefined
    ? { points: [point], perPoint, inLast: 1 }
    : { points: [...points.slice(0, -1), merge(last, point)], perPoint, inLast }
}

/**
 * Adds the point of a reading.
 *
 * @param max even
 * @param merge two consecutive points
 * @example with a maximum of 4: points of 1 reading, from the fifth on of 2, from the ninth on of 4
 */
export const addPoint = <P>(
  before: BoundedPoints<P>,
  point: P,
  max: number,
  merge: (a: P, b: P) => P
): BoundedPoints<P> => {
  const { inLast, perPoint, points } = before
  if (inLast < perPoint && points.length > 0) return { ...intoLast(before, point, merge), inLast: inLast + 1 }
  if (points.length < max) return { points: [...points, point], perPoint, inLast: 1 }
  const pairs = points.flatMap((first, i) => {
    const second = points[i + 1]
    if (i % 2 === 1) return []
    return [second === undefined ? first : merge(first, second)]
  })
  return { points: [...pairs, point], perPoint: 2 * perPoint, inLast: 1 }
}
