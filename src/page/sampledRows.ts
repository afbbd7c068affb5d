/** A readable number of rows of a long timeline, with a note about the rows left out. */

export interface SampledRows<A> {
  readonly rows: ReadonlyArray<A>
  /** Describes the rows; ends a sentence. */
  readonly which: string
}

/**
 * Every n-th point and the last one, with the smallest n for at most `maxRows` rows.
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
 * The note about the rows of a table, and the file with every point.
 *
 * @param withRest the last point of a run includes its incomplete rest, which a file has as a separate point
 * @param allIn the file that has every point, where there is one
 * @example "all 3 points, the last of a run with its rest; summary.json has every point, and the rest as a separate one"
 */
export const tableNote = (
  { which }: Pick<SampledRows<unknown>, "which">,
  { allIn, withRest = false }: { readonly allIn: string | undefined; readonly withRest?: boolean | undefined }
): string => {
  const shown = withRest ? `${which}, the last of a run with its rest` : which
  if (allIn === undefined) return shown
  return `${shown}; ${allIn} has ${withRest ? "every point, and the rest as a separate one" : "them all"}`
}

/** @example ordinal(62) // "62nd" */
const ordinal = (n: number): string => {
  const teen = n % 100 >= 11 && n % 100 <= 13
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")
  return `${n}${ending}`
}
