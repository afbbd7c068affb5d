/** A figure with its unit, as people read it. */
import type { Dimension } from "../domain/Threshold.ts"
import { figure } from "./text.ts"

/** @example amount(12.5, "ms") // "12.5 ms"; amount(0.0012, "ratio") // "0.12 %"; amount(26620, "perSecond") // "26,620/s" */
export const amount = (value: number, dimension: Dimension): string => {
  switch (dimension) {
    case "ms":
      return `${figure(value)} ms`
    case "ratio":
      return `${(100 * value).toFixed(2)} %`
    case "count":
      return figure(value)
    case "perSecond":
      return `${figure(value)}/s`
  }
}
