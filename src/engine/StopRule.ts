/** When a run ends before its time because too much of it fails. */
import type { Measured } from "../metrics/Recorder.ts"

/** So many requests are awaited before their failures are judged: one early failure is no verdict. */
export const leastRequestsToJudge = 10

/**
 * Whether a run has to end.
 *
 * @param maxFailRatio 0 to 1; exactly this share is still good
 * @example failureRatioCrossed({ requests: 10, failures: 6 }, 0.5) // true
 */
export const failureRatioCrossed = (
  { failures, requests }: Pick<Measured, "requests" | "failures">,
  maxFailRatio: number
): boolean => requests >= leastRequestsToJudge && failures / requests > maxFailRatio
