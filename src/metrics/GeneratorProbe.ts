/** Where a run learns how its generator is doing. */
import * as Context from "effect/Context"
import type { GeneratorHealth, ThreadHealth } from "./GeneratorHealth.ts"

/**
 * Unless a program provides one (`nodeProbe`), nothing is measured, which reports then say: so a run under a test
 * clock has no figure that it did not make itself.
 */
export class GeneratorProbe extends Context.Reference<GeneratorProbe>()("edfi-perf/metrics/GeneratorProbe", {
  defaultValue: (): {
    /** What was noticed since the last time, of this thread and of those that were added. */
    readonly take: () => GeneratorHealth | undefined
    /** What another thread noticed since it last told. */
    readonly add: (worker: number, health: ThreadHealth) => void
  } => ({ take: () => undefined, add: () => {} })
}) {}
