/** The search for what a server can take that never was: it can take 170 batches a second. */
import type { Capacity, CapacityStep } from "../../src/report/Capacity.ts"
import { figuresOf, round, sliceOf } from "./sampleSlices.ts"

const most = 170

const stepOf = (arrivalRate: number, i: number): CapacityStep => {
  const overloaded = arrivalRate > most
  const p50 = overloaded ? 380 * (arrivalRate / most) ** 4 : 40 / (1 - (0.8 * arrivalRate) / most)
  const seconds = 40
  const measured = { seconds, requestsPerSecond: Math.min(arrivalRate, most), operations: 30, p50 }
  const { latencyMs } = figuresOf(measured)
  const keptLatency = latencyMs.p95 < 500
  const dropped = arrivalRate > 300 ? 412 : 0
  const broke = [
    ...(keptLatency ? [] : [`latency.p95 was ${round(latencyMs.p95)} ms, and has to be below 500 ms`]),
    ...(dropped === 0 ? [] : [`${dropped} batches could not be started in time`])
  ]
  return {
    arrivalRate,
    phase: i < 6 ? "doubling" : "bisection",
    kept: broke.length === 0,
    broke,
    verdicts: [
      { expression: "latency.p95 < 500ms", dimension: "ms", value: latencyMs.p95, passed: keptLatency },
      { expression: "failures.ratio < 1%", dimension: "ratio", value: overloaded ? 0.0004 : 0, passed: true }
    ],
    dropped,
    slice: sliceOf(5 + i * 45, measured, { users: Math.round(arrivalRate * 0.3) })
  }
}

const steps = [10, 20, 40, 80, 160, 320, 240, 200, 180, 170].map(stepOf)
const brokeFirst = steps.find(({ arrivalRate }) => arrivalRate === 180)?.broke ?? []

export const sampleCapacity: Capacity = {
  startedAt: "2026-11-22T08:00:00.000Z",
  elapsedSeconds: 460,
  endedBy: "completed",
  warnings: [],
  config: {
    baseUrl: "https://dms.example.org/api",
    scenarios: { StudentBatchVolumeTest: 10 },
    slo: ["latency.p95 < 500ms", "failures.ratio < 1%"],
    fromRate: 10,
    stepSeconds: 40,
    warmUpSeconds: 5,
    seed: 1_234_567
  },
  objectives: ["latency.p95 < 500ms", "failures.ratio < 1%"],
  steps,
  highest: 170,
  lowestBroken: 180,
  brokeFirst,
  precision:
    "Each step measured at least 400 batches, so its p95 lies between the 93rd and the 97th percentile with 95 % confidence.",
  verdict: `170 batches per second (5,100 operations per second) kept every objective; at 180 this broke first: ${brokeFirst.join(", ")}.`
}
