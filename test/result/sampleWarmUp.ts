/** A made-up run with a warm-up, for tests of reports and pages. */
import type { Summary } from "../../src/result/Summary.ts"
import type { WarmUp } from "../../src/result/WarmUp.ts"
import { sampleSummary } from "./sampleSummary.ts"

/** A warm-up of 30 s with 12,300 requests. */
const warmUpOf = (some: Partial<WarmUp>): WarmUp => ({
  plannedSeconds: 30,
  seconds: 30,
  cutShort: false,
  requests: { total: 12_300, failed: 0, expectedFailures: 0 },
  operations: {
    succeeded: 369_000,
    rolledBack: 0,
    refused: 0,
    unknown: 0,
    byOp: { create: 123_000, update: 123_000, delete: 123_000 }
  },
  dropped: 0,
  failures: [],
  timeline: sampleSummary(30, 1).timeline,
  ...some
})

/** A run of 60 s after a warm-up of 30 s. */
export const warmedSummary = (some: Partial<WarmUp> = {}): Summary => {
  const summary = sampleSummary(60, 1)
  return { ...summary, warmUp: warmUpOf(some) }
}

/** A run that ended in its warm-up, after 12 s. */
export const summaryOfCutWarmUp = (endedBy: Summary["endedBy"]): Summary => {
  const { failures, ...summary } = sampleSummary(12, 1)
  return {
    ...summary,
    endedBy,
    elapsedSeconds: 0,
    requests: { total: 0, failed: 0, expectedFailures: 0, perSecond: 0 },
    failures: [],
    byName: [],
    timeline: [],
    database: null,
    warmUp: warmUpOf({
      seconds: 12.5,
      cutShort: true,
      requests: { total: 4300, failed: 2200, expectedFailures: 0 },
      failures,
      timeline: summary.timeline
    })
  }
}
