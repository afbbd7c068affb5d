/** Where a thread learns how it is doing. */
import * as Context from "effect/Context"
import type { ThreadHealth } from "./GeneratorHealth.ts"

/** Unless a program provides one (`nodeProbe`), nothing is measured: a worker then reports no health. */
export class ThreadProbe extends Context.Reference<ThreadProbe>()("edfi-perf/metrics/ThreadProbe", {
  defaultValue: (): {
    /** What this thread noticed of itself since the last time. */
    readonly take: () => ThreadHealth | undefined
  } => ({ take: () => undefined })
}) {}
