/** Tables of long timelines: so many rows that people can read them, and a true word about those left out. */

export interface SampledRows<A> {
  readonly rows: ReadonlyArray<A>
  /** Which ones they are; ends a sentence. */
  readonly which: string
}

/**
 * Every n-th point and the last one, n as small as the number of rows allows.
 *
 * @example thin([...200 points], 60) // every 4th: 1, 5, 9, ..., 197 and 200, which are 51 rows
 */
export const everyNth = <A>(points: ReadonlyArray<A>, maxRows = 60): SampledRows<A> => {
  if (points.length <= maxRows) return { rows: points, which: `all ${points.length} points` }
  const every = Math.ceil(points.length / (maxRows - 1))
  const rows = points.filter((_, i) => i % every === 0 || i === points.length - 1)
  return { rows, which: `every ${ordinal(every)} point and the last, ${rows.length} of ${points.length}` }
}

/**
 * Which points a table has, and where all are.
 *
 * @param withRest the last point of a run holds its rest as well, which a file has as a point of its own
 * @param allIn the file that has every point, where there is one
 * @example "all 3 points, the last of a run with its rest; summary.json has every point, and the rest by itself"
 */
export const tableNote = (
  { which }: Pick<SampledRows<unknown>, "which">,
  { allIn, withRest = false }: { readonly allIn: string | undefined; readonly withRest?: boolean | undefined }
): string => {
  const shown = withRest ? `${which}, the last of a run with its rest` : which
  if (allIn === undefined) return shown
  return `${shown}; ${allIn} has ${withRest ? "every point, and the rest by itself" : "them all"}`
}

/** @example ordinal(62) // "62nd" */
const ordinal = (n: number): string => {
  const teen = n % 100 >= 11 && n % 100 <= 13
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")
  return `${n}${ending}`
}
