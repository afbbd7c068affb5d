/** The parameters of a stress study, and the load of a step. */
import type { StudyHead } from "../result/MeasuredSlice.ts"
import type { Raised } from "../result/Stress.ts"
import type { SliceLoad } from "./MeasureSlice.ts"

export interface StressOptions {
  /** `BATCH_VOLUME`, `VOLUME` or `READ`. */
  readonly testType: string
  readonly batchTripleCount: number
  /** Rows per page of `READ`. */
  readonly pageSize?: number
  readonly raised: Raised
  /** Users, or iterations started per second. */
  readonly first: number
  readonly maximum: number
  /** Of each step. */
  readonly slices: number
  readonly sliceSeconds: number
  readonly warmUpSeconds: number
  /** Duration of the soak; `undefined` for none. */
  readonly soakSeconds?: number | undefined
  /** The configuration, for the document. */
  readonly config: StudyHead["config"]
}

/** @param load users, or iterations started per second */
export const sliceLoad = (raised: Raised, load: number): SliceLoad =>
  raised === "users" ? { _tag: "Users", clientCount: load } : { _tag: "Arrivals", perSecond: load }
