/** What scenarios find out about resources, beside their requests. */
import * as Context from "effect/Context"
import type { ChangesRead } from "./ChangesRead.ts"
import type { ResourceVerdict } from "./ResourceVerdict.ts"

/** Everything that the scenarios of a run have found so far, in the order in which they found it. */
export interface Findings {
  readonly verdicts: ReadonlyArray<ResourceVerdict>
  readonly changes: ReadonlyArray<ChangesRead>
}

/**
 * Receives the findings of scenarios. A run provides a sink of its own; without one, findings are discarded.
 */
export class FindingSink extends Context.Reference<FindingSink>()("edfi-perf/domain/FindingSink", {
  defaultValue: () => ({
    unsafeAddVerdict: (_verdict: ResourceVerdict): void => {},
    unsafeAddChanges: (_changes: ChangesRead): void => {},
    sofar: (): Findings => ({ verdicts: [], changes: [] })
  })
}) {}

/** A sink that keeps what it receives. */
export const makeFindingSink = (): FindingSink["Type"] => {
  const verdicts: Array<ResourceVerdict> = []
  const changes: Array<ChangesRead> = []
  return {
    unsafeAddVerdict: (verdict) => {
      verdicts.push(verdict)
    },
    unsafeAddChanges: (read) => {
      changes.push(read)
    },
    sofar: () => ({ verdicts: [...verdicts], changes: [...changes] })
  }
}
