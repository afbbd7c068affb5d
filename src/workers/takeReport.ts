/** Everything that a share of the users has counted since its last report. */
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { StopRules } from "../engine/StopRule.ts"
import type { LoadGenerator } from "../engine/supervise.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import type { SampleBuffer } from "../metrics/SampleLog.ts"
import { WorkerReport } from "./messages.ts"

/** A share that is running: its users in this thread, or those of an agent in its threads. */
export interface RunningShare {
  readonly plan: LoadPlan
  readonly recorder: Recorder["Type"]
  /** Set if requests are logged. */
  readonly log: SampleBuffer | undefined
  readonly rules: Pick<StopRules, "watch">
  readonly generator: LoadGenerator
}

/** Takes the counts: the next report begins where this one ends. */
export const takeReport = (
  { generator, log, plan, recorder, rules }: RunningShare,
  { health }: Pick<WorkerReport, "health">
): WorkerReport =>
  new WorkerReport(
    {
      counted: recorder.unsafeTake(),
      warmUp: (plan.warmUpMillis ?? 0) > 0 ? recorder.warmUp.unsafeTake() : undefined,
      firstIterations: rules.watch.take(),
      samples: log?.take(),
      users: generator.running(),
      maxUsers: generator.maxRunning(),
      startSkewMillis: generator.startSkewMillis?.(),
      health
    },
    // The receiver checks it; here that would cost a thread that sends load a millisecond each time.
    { disableValidation: true }
  )
