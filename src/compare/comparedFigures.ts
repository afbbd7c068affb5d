/** The figures of a load as a comparison has them. */
import * as Record from "effect/Record"
import { type FigureName, figures, timeFigures } from "../domain/Threshold.ts"
import type { ComparedFigures, SucceededTimes } from "../result/Comparison.ts"
import { type Figures, succeededTimes } from "../result/Figures.ts"
import { figureOf } from "../result/thresholds.ts"

/** @param without figures that are no result. @param of `undefined` where nothing was measured */
export const comparedFigures = (
  of: Figures | undefined,
  without: ReadonlyArray<FigureName>
): ComparedFigures =>
  Record.map(figures, (_, name) => (of === undefined || without.includes(name) ? null : figureOf(of, name)))

export const comparedSucceeded = (of: Figures): SucceededTimes | null => {
  const times = succeededTimes(of)
  return times === undefined
    ? null
    : Record.map(timeFigures, (_, name) => figureOf({ ...of, ...times }, name))
}
