/** What a page is told when it is made: to watch a run under way, or the figures of one that has ended. */
import * as Schema from "effect/Schema"
import { Summary } from "./Summary.ts"

/** Watches the run of the server that it came from. */
export const Live = Schema.TaggedStruct("Live", {
  /** Sent with the order to stop, so that no other page can give it. */
  stopToken: Schema.String,
  /** Names of the result files, to be had under `files/`. */
  files: Schema.Array(Schema.String)
})
export interface Live extends Schema.Schema.Type<typeof Live> {}

/** Shows a run that has ended. */
export const Report = Schema.TaggedStruct("Report", {
  summary: Summary,
  /** Names of the files that are in the folder of the page. */
  files: Schema.Array(Schema.String)
})
export interface Report extends Schema.Schema.Type<typeof Report> {}

export const Boot = Schema.Union(Live, Report)
export type Boot = typeof Boot.Type

/** As it stands in the page. */
export const BootJson = Schema.parseJson(Boot)
