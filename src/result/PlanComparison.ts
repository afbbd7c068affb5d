/** Two plans compared phase by phase: the JSON output of `compare` for folders of plans. */
import * as Schema from "effect/Schema"
import { Comparison, verdictsOf } from "./Comparison.ts"

export const PlanComparison = Schema.Struct({
  /** The folders; the first is the baseline. */
  plans: Schema.Array(Schema.String),
  /** The phases that both plans have measured, in the order of the baseline. */
  phases: Schema.Array(Schema.Struct({ name: Schema.String, comparison: Comparison })),
  /** The other phases, with the reason. */
  notCompared: Schema.Array(Schema.Struct({ name: Schema.String, reason: Schema.String }))
})
export interface PlanComparison extends Schema.Schema.Type<typeof PlanComparison> {}

export const PlanComparisonJson = Schema.parseJson(PlanComparison)

/** What decides the exit code, each with its phase. @example ["students: failed: latency.p95 +10%: ..."] */
export const phaseVerdicts = ({
  phases
}: PlanComparison): ReadonlyArray<{ readonly passed: boolean; readonly sentence: string }> =>
  phases.flatMap(({ comparison, name }) =>
    verdictsOf(comparison).map(({ passed, sentence }) => ({ passed, sentence: `${name}: ${sentence}` }))
  )
