/** Ends a run early: too many requests fail, or a scenario is refused from the start. */
import type { EndReason } from "../domain/LoadResult.ts"
import type { Measured } from "../metrics/Recorder.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import { RefusalWatch } from "./RefusalWatch.ts"

/** Failures are judged only after this many requests: one early failure decides nothing. */
export const minRequestsToJudge = 10

/**
 * Whether a run has to end.
 *
 * @param maxFailRatio 0 to 1; exactly this share is accepted
 * @example failureRatioCrossed({ requests: 10, failures: 6 }, 0.5) // true
 */
export const failureRatioCrossed = (
  { failures, requests }: Pick<Measured, "requests" | "failures">,
  maxFailRatio: number
): boolean => requests >= minRequestsToJudge && failures / requests > maxFailRatio

/** The rules of a run or of a share. */
export interface StopRules {
  readonly watch: RefusalWatch
  /** Why the run has to end now, if it does; called after every iteration. */
  readonly judge: () => EndReason | undefined
}

/**
 * With `--maxFailRatio 1` a run continues whatever is refused; a run of a few passes is meant to show every failure.
 */
const endsWhenRefused = (plan: LoadPlan): boolean =>
  plan.maxFailRatio < 1 && !(plan._tag === "Users" && Number.isFinite(plan.passes))

interface Judged {
  readonly total: Pick<Measured, "requests" | "failures">
}

/**
 * The rules of a whole run. A refusal explains more than a failure ratio, so the ratio is not judged while a scenario
 * may still prove to be refused, which its first ten iterations decide.
 *
 * @param recorder counts every request of the run, and of its warm-up, whose failure ratio is judged by itself
 */
export const stopRules = (
  plan: LoadPlan,
  scenarios: ReadonlyArray<string>,
  recorder: Judged & { readonly warmUp: Judged }
): StopRules => {
  const watch = new RefusalWatch(scenarios, endsWhenRefused(plan))
  return {
    watch,
    judge: () => {
      if (watch.refused !== undefined) return watch.refused
      if (watch.isOpen && watch.isSuspicious) return undefined
      const crossed =
        failureRatioCrossed(recorder.total, plan.maxFailRatio) ||
        failureRatioCrossed(recorder.warmUp.total, plan.maxFailRatio)
      return crossed ? "failureRatio" : undefined
    }
  }
}

/** The rules of a share: its iterations are watched and reported; the coordinator judges all shares together. */
export const stopRulesOfShare = (plan: LoadPlan, scenarios: ReadonlyArray<string>): StopRules => ({
  watch: new RefusalWatch(scenarios, endsWhenRefused(plan)),
  judge: () => undefined
})
