/** The data embedded in a page: how to watch a run, the figures of a finished one, a comparison, a study or a plan. */
import * as Schema from "effect/Schema"
import { Capacity } from "./Capacity.ts"
import { Comparison } from "./Comparison.ts"
import { PlanReport } from "./PlanReport.ts"
import { Stress } from "./Stress.ts"
import { Summary } from "./Summary.ts"
import { Sweep } from "./Sweep.ts"
import { Versus } from "./Versus.ts"

/** The header with the token of a request to stop. */
export const tokenHeader = "x-edfi-perf-token"

/** Shows the run of the server that serves the page. */
export const Live = Schema.TaggedStruct("Live", {
  /** Sent with a request to stop, so that no other page can stop the run. */
  stopToken: Schema.String,
  /** Names of the result files under `files/`. */
  files: Schema.Array(Schema.String)
})
export interface Live extends Schema.Schema.Type<typeof Live> {}

/** Shows a finished run. */
export const RunReport = Schema.TaggedStruct("Report", {
  summary: Summary,
  /** Names of the files in the folder of the page. */
  files: Schema.Array(Schema.String)
})
export interface RunReport extends Schema.Schema.Type<typeof RunReport> {}

/** Shows runs side by side. */
export const ComparisonReport = Schema.TaggedStruct("Compared", { comparison: Comparison })
export interface ComparisonReport extends Schema.Schema.Type<typeof ComparisonReport> {}

/** Show a study, measured in many slices. */
export const VersusReport = Schema.TaggedStruct("Versus", { versus: Versus })
export const SweepReport = Schema.TaggedStruct("Sweep", { sweep: Sweep })
export const CapacityReport = Schema.TaggedStruct("Capacity", { capacity: Capacity })
export const StressReport = Schema.TaggedStruct("Stress", { stress: Stress })

/** Shows a plan: all of its phases, with links to their pages. */
export const PlanPageData = Schema.TaggedStruct("Plan", { plan: PlanReport })

export const PageData = Schema.Union(
  Live,
  RunReport,
  ComparisonReport,
  VersusReport,
  SweepReport,
  CapacityReport,
  StressReport,
  PlanPageData
)
export type PageData = typeof PageData.Type

/** What a phase of a plan wrote. */
export type PhaseDocument = Extract<
  PageData,
  { readonly _tag: "Report" | "Versus" | "Sweep" | "Capacity" | "Stress" }
>

/** As embedded in the page. */
export const PageDataJson = Schema.parseJson(PageData)
