/** When a run ends before its time because too much of it fails. */
import type { Measured } from "../metrics/Recorder.ts"

/** So many requests are awaited before their failures are judged: one early failure is no verdict. */
export const leastRequestsToJudge = 10

/** The share of requests that failed, 0 to 1; 0 when there was none. */
export const failureRatio = ({ failures, requests }: Pick<Measured, "requests" | "failures">): number =>
  requests === 0 ? 0 : failures / requests

/**
 * Whether a run has to end.
 *
 * @param maxFailRatio 0 to 1; exactly this share is still good
 * @example failureRatioCrossed({ requests: 10, failures: 6 }, 0.5) // true
 */
export const failureRatioCrossed = (
  measured: Pick<Measured, "requests" | "failures">,
  maxFailRatio: number
): boolean => measured.requests >= leastRequestsToJudge && failureRatio(measured) > maxFailRatio
