/** Measures the health of the load generator. */
import * as Context from "effect/Context"
import type { GeneratorHealth, ThreadHealth } from "./GeneratorHealth.ts"

/**
 * Unless a program provides one (`nodeProbe`), nothing is measured and reports have no such figures, so that the result
 * of a run on a test clock does not depend on the machine.
 */
export class GeneratorProbe extends Context.Reference<GeneratorProbe>()("edfi-perf/metrics/GeneratorProbe", {
  defaultValue: (): {
    /** Health since the last call, of this thread and of the workers that were added. */
    readonly take: () => GeneratorHealth | undefined
    /** Adds the health of a worker since its last report. */
    readonly add: (worker: number, health: ThreadHealth) => void
  } => ({ take: () => undefined, add: () => {} })
}) {}
