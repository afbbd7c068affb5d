/** A stress study that never was: a knee at 10 users, and a soak with 7. */
import type { Stress, StressStep } from "../../src/result/Stress.ts"
import { figuresOf, sliceOf } from "./sampleSlices.ts"

const seconds = 300

const stepOf = (
  load: number,
  requestsPerSecond: number,
  p50: number,
  judged: Pick<StressStep, "broke" | "change" | "outcome">
): StressStep => {
  const measured = { seconds, requestsPerSecond, operations: 3, p50 }
  const slices = [
    sliceOf(load, measured, { users: load }),
    sliceOf(load + seconds, measured, { users: load })
  ]
  const perSecond = 3 * requestsPerSecond
  return {
    load,
    ...judged,
    unserved: 0,
    dropped: 0,
    heldUp: null,
    figures: figuresOf({ ...measured, seconds: 2 * seconds }),
    operationsPerSecond: { median: perSecond, min: perSecond, max: perSecond },
    rowsPerSecond: null,
    slices
  }
}

export const sampleStress: Stress = {
  startedAt: "2026-11-28T08:00:00.000Z",
  elapsedSeconds: 3600,
  endedBy: "completed",
  refused: null,
  processes: [],
  manifest: null,
  warnings: [],
  config: { clientCount: 5, maxUsers: 320 },
  testType: "VOLUME",
  raised: "users",
  steps: [
    stepOf(5, 100, 40, { outcome: "good", broke: [], change: null }),
    stepOf(10, 180, 45, {
      outcome: "good",
      broke: [],
      change: { throughput: 0.8, p50: 0.125, p95: 0.125, differs: true }
    }),
    stepOf(20, 171, 90, {
      outcome: "broken",
      broke: ["flattens"],
      change: { throughput: -0.05, p50: 1, p95: 1, differs: false }
    })
  ],
  knee: { _tag: "Knee", good: 10, broken: 20, broke: ["flattens"] },
  limits: [],
  law: {
    _tag: "NotFitted",
    reason: "it takes at least 5 numbers of users with a valid result, and 3 had one"
  },
  noResult: null,
  verdict: "The knee is 10 users.",
  soak: {
    load: 7,
    plannedSeconds: 3600,
    recovery: { seconds: 0, recovered: true },
    slice: sliceOf(2000, { seconds: 3600, requestsPerSecond: 130, operations: 3, p50: 41 }, { users: 7 }),
    drift: {
      fromSeconds: 360,
      toSeconds: 3600,
      series: [
        {
          name: "latency p95",
          kind: "latency",
          unit: "ms",
          from: 80,
          to: 121,
          perHour: 45,
          interval: { low: 40, high: 50 },
          verdict: "drift"
        }
      ]
    },
    timeline: []
  }
}
