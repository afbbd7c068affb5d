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

/** A rate, or `-` where it is no result. */
export const rateText = (perSecond: number, run: Configured): string =>
  hasThroughput(run) ? figure(perSecond) : "-"

/** The figures that debug mode does not have. */
export const throughputFigures: ReadonlyArray<FigureName> = ["operations.perSecond", "requests.perSecond"]
