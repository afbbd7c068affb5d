/** Whether the rates of a run are a result. */
import type { FigureName } from "../domain/Threshold.ts"
import { figure } from "./numberFormat.ts"

/** The settings of a run. */
interface Configured {
  readonly config: Readonly<Record<string, unknown>>
}

/**
 * Debug mode has no throughput: one user makes one pass, and prints every outcome between its requests.
 *
 * @example hasThroughput({ config: { runInDebugMode: true } }) // false
 */
export const hasThroughput = ({ config }: Configured): boolean => config["runInDebugMode"] !== true

/** A run that may have ended in its warm-up. */
interface Warmed {
  readonly warmUp?: { readonly cutShort: boolean } | null
}

/** Whether a run ended in its warm-up, so that nothing was measured: its counts are 0, and it has no rates. */
export const endedInWarmUp = ({ warmUp = null }: Warmed): boolean => warmUp?.cutShort === true

/** A rate, or `-` where it is no result. */
export const rateText = (perSecond: number, run: Configured & Warmed): string =>
  hasThroughput(run) && !endedInWarmUp(run) ? figure(perSecond) : "-"

/** The figures that debug mode, and a run that ended in its warm-up, do not have. */
export const throughputFigures: ReadonlyArray<FigureName> = [
  "operations.perSecond",
  "requests.perSecond",
  "rows.perSecond"
]
