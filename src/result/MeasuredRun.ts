/** A run with everything that was measured, as files and pages are made from it while it goes on and when it has ended. */
import type { Measurements } from "../metrics/Recorder.ts"
import type { RunState } from "./Summary.ts"

export interface MeasuredRun {
  readonly state: RunState
  readonly measurements: Measurements
}
