/** The state of a run with its measurements: the source of its files and pages, during the run and after it. */
import type { Measurements } from "../metrics/Recorder.ts"
import type { RunState } from "./Summary.ts"

export interface MeasuredRun {
  readonly state: RunState
  readonly measurements: Measurements
}
