/** Measures the health of the load generator. */
import * as Context from "effect/Context"
import type { GeneratorHealth, ProcessHealth, ThreadHealth } from "./GeneratorHealth.ts"

/**
 * Unless a program provides one (`nodeProbe`), nothing is measured and reports have no such figures, so that the result
 * of a run on a test clock does not depend on the machine.
 */
export class GeneratorProbe extends Context.Reference<GeneratorProbe>()("edfi-perf/metrics/GeneratorProbe", {
  defaultValue: (): {
    /**
     * Health since the last call: of this process with the workers that were added, or, after the first `addAgent`, of
     * the agents, with this process apart.
     */
    readonly take: () => GeneratorHealth | undefined
    /** Adds the health of a worker since its last report. */
    readonly add: (worker: number, health: ThreadHealth) => void
    /**
     * Adds the health of an agent since its last report.
     *
     * @param health `nothingObserved` when the load starts, so that every second of the run has every agent
     */
    readonly addAgent: (name: string, health: ProcessHealth) => void
  } => ({ take: () => undefined, add: () => {}, addAgent: () => {} })
}) {}
