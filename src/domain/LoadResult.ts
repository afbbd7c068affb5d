/** How a run ended; its measurements are separate. */
import * as Schema from "effect/Schema"
import type { RefusedScenario } from "./Refusal.ts"

/**
 * Why a run ended: its time was over (`runTime`), every user made its one pass (`passes`, debug mode), all
 * records of `--recordCount` had a verdict (`recordCount`), too many requests failed (`failureRatio`), the first iterations of a scenario all met the same refusal (`refused`), a threshold
 * failed (`threshold`, if that aborts a run), the local DMS of `--local` exited (`localDmsExited`), an agent was lost
 * (`agentLost`, unless the run goes on without it), it was interrupted (`interrupt`), or a bug of this program or a scenario occurred (`defect`).
 */
export const EndedBy = Schema.Literal(
  "runTime",
  "passes",
  "recordCount",
  "failureRatio",
  "refused",
  "threshold",
  "localDmsExited",
  "agentLost",
  "interrupt",
  "defect"
)
export type EndedBy = typeof EndedBy.Type

/** What ends a run; a refusal includes the scenario that was refused. */
export type EndReason = Exclude<EndedBy, "refused"> | RefusedScenario

/**
 * When requests are sent: after the user's previous response (`closed`), or by the clock, whether the server keeps up or
 * not (`open`).
 */
export const Model = Schema.Literal("closed", "open")
export type Model = typeof Model.Type

export interface LoadResult {
  /** Start of the first user, in milliseconds since 1970. */
  readonly startedAtMillis: number
  /**
   * From the end of the warm-up, without one from the start of the first user, to the end of the last request; rates are
   * per second of this time. 0 for a run that ended in its warm-up.
   */
  readonly elapsedSeconds: number
  /** The warm-up; in a run that ended in it, until the end of the last request. Absent without a warm-up. */
  readonly warmUpSeconds?: number | undefined
  readonly endedBy: EndedBy
  /** Present if `endedBy` is `refused`. */
  readonly refusal?: RefusedScenario | undefined
  /** Maximum number of users that were running at the same time, in the warm-up or after it. */
  readonly users: number
}
