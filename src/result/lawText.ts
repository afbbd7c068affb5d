/** The scalability law of a sweep over users, in a line. */
import { figure } from "./numberFormat.ts"
import type { SweepTerms } from "./Sweep.ts"
import type { ScalabilityFit } from "./ScalabilityLaw.ts"

/** Three significant digits. @example parameterText(0.05312) // "0.0531" */
export const parameterText = (value: number): string => String(Number(value.toPrecision(3)))

/** @example "Scalability law: contention 0.05, coherency 0.02, R² 0.991; it predicts the peak at 6.89 users with 342 operations per second." */
export const lawText = (fit: ScalabilityFit, counted: SweepTerms["counted"] = "operations"): string => {
  if (fit._tag === "NotFitted") return `No scalability law: ${fit.reason}.`
  const { coherency, contention, peak, rSquared } = fit
  const parameters = `contention ${parameterText(contention)}, coherency ${parameterText(coherency)}, R² ${rSquared.toFixed(3)}`
  return peak === null
    ? `Scalability law: ${parameters}; it has no peak within twice the measured range.`
    : `Scalability law: ${parameters}; it predicts the peak at ${figure(peak.users)} users with ${figure(peak.operationsPerSecond)} ${counted} per second.`
}
