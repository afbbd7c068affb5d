/** Measures the health of a thread. */
import * as Context from "effect/Context"
import type { ThreadHealth } from "./GeneratorHealth.ts"

/** Unless a program provides one (`nodeProbe`), nothing is measured: a worker then reports no health. */
export class ThreadProbe extends Context.Reference<ThreadProbe>()("edfi-perf/metrics/ThreadProbe", {
  defaultValue: (): {
    /** Health of this thread since the last call. */
    readonly take: () => ThreadHealth | undefined
  } => ({ take: () => undefined })
}) {}
