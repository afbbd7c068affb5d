/** What a page is told when it is made: to watch a run under way, the figures of one that has ended, or several to compare. */
import * as Schema from "effect/Schema"
import { Capacity } from "./Capacity.ts"
import { Comparison } from "./Comparison.ts"
import { Summary } from "./Summary.ts"
import { Sweep } from "./Sweep.ts"
import { Versus } from "./Versus.ts"

/** The header of the order to stop that has the token. */
export const tokenHeader = "x-edfi-perf-token"

/** Watches the run of the server that it came from. */
export const Live = Schema.TaggedStruct("Live", {
  /** Sent with the order to stop, so that no other page can give it. */
  stopToken: Schema.String,
  /** Names of the result files, to be had under `files/`. */
  files: Schema.Array(Schema.String)
})
export interface Live extends Schema.Schema.Type<typeof Live> {}

/** Shows a run that has ended. */
export const RunReport = Schema.TaggedStruct("Report", {
  summary: Summary,
  /** Names of the files that are in the folder of the page. */
  files: Schema.Array(Schema.String)
})
export interface RunReport extends Schema.Schema.Type<typeof RunReport> {}

/** Shows runs side by side. */
export const ComparisonReport = Schema.TaggedStruct("Compared", { comparison: Comparison })
export interface ComparisonReport extends Schema.Schema.Type<typeof ComparisonReport> {}

/** Show a study: one question, answered by many slices. */
export const VersusReport = Schema.TaggedStruct("Versus", { versus: Versus })
export const SweepReport = Schema.TaggedStruct("Sweep", { sweep: Sweep })
export const CapacityReport = Schema.TaggedStruct("Capacity", { capacity: Capacity })

export const PageData = Schema.Union(
  Live,
  RunReport,
  ComparisonReport,
  VersusReport,
  SweepReport,
  CapacityReport
)
export type PageData = typeof PageData.Type

/** As it stands in the page. */
export const PageDataJson = Schema.parseJson(PageData)
