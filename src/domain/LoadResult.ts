/** How a run went, apart from what was measured. */
import * as Schema from "effect/Schema"
import type { RefusedScenario } from "./Refusal.ts"

/**
 * Why a run ended: its time was over (`runTime`), every user made its one pass (`passes`, debug mode), too many
 * requests failed (`failureRatio`), the first iterations of a scenario all met the same refusal (`refused`), a threshold
 * was not kept (`threshold`, where that is to abort a run), somebody stopped it (`interrupt`), or a bug of ours came to
 * light (`defect`).
 */
export const EndedBy = Schema.Literal(
  "runTime",
  "passes",
  "failureRatio",
  "refused",
  "threshold",
  "interrupt",
  "defect"
)
export type EndedBy = typeof EndedBy.Type

/** What ends a run; a refusal includes the scenario that was refused. */
export type EndReason = Exclude<EndedBy, "refused"> | RefusedScenario

/**
 * Who decides when a request is sent: users who have their last answer (`closed`), or the clock (`open`), whether the
 * server keeps up or not.
 */
export const Model = Schema.Literal("closed", "open")
export type Model = typeof Model.Type

export interface LoadResult {
  /** Milliseconds since 1970. */
  readonly startedAtMillis: number
  /** From the start of the first user to the end of the last request; what rates are divided by. */
  readonly elapsedSeconds: number
  readonly endedBy: EndedBy
  /** Present if `endedBy` is `refused`. */
  readonly refusal?: RefusedScenario | undefined
  /** The most users that ran at the same time. */
  readonly users: number
}
