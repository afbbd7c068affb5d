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

// The types are written out: those that a schema implies have a megabyte in the declarations of the package.

/** Shows the run of the server that serves the page. */
export interface Live {
  readonly _tag: "Live"
  /** Sent with a request to stop, so that no other page can stop the run. */
  readonly stopToken: string
  /** Names of the result files under `files/`. */
  readonly files: ReadonlyArray<string>
}

/** Shows a finished run. */
export interface RunReport {
  readonly _tag: "Report"
  readonly summary: Summary
  /** Names of the files in the folder of the page. */
  readonly files: ReadonlyArray<string>
}

/** What a phase of a plan wrote: a run, or a study, measured in many slices. */
export type PhaseDocument =
  | RunReport
  | { readonly _tag: "Versus"; readonly versus: Versus }
  | { readonly _tag: "Sweep"; readonly sweep: Sweep }
  | { readonly _tag: "Capacity"; readonly capacity: Capacity }
  | { readonly _tag: "Stress"; readonly stress: Stress }

export type PageData =
  | Live
  | PhaseDocument
  /** Shows runs side by side. */
  | { readonly _tag: "Compared"; readonly comparison: Comparison }
  /** Shows a plan: all of its phases, with links to their pages. */
  | { readonly _tag: "Plan"; readonly plan: PlanReport }

/** As embedded in the page. */
export const PageDataJson: Schema.Schema<PageData, string> = Schema.parseJson(
  Schema.Union(
    Schema.TaggedStruct("Live", { stopToken: Schema.String, files: Schema.Array(Schema.String) }),
    Schema.TaggedStruct("Report", { summary: Summary, files: Schema.Array(Schema.String) }),
    Schema.TaggedStruct("Versus", { versus: Versus }),
    Schema.TaggedStruct("Sweep", { sweep: Sweep }),
    Schema.TaggedStruct("Capacity", { capacity: Capacity }),
    Schema.TaggedStruct("Stress", { stress: Stress }),
    Schema.TaggedStruct("Compared", { comparison: Comparison }),
    Schema.TaggedStruct("Plan", { plan: PlanReport })
  )
)
