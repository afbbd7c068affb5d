/** A made-up capacity search, for a server that handles 170 batches per second. */
import type { Capacity, CapacityStep } from "../../src/result/Capacity.ts"
import { figuresOf, latencyOf, sliceOf } from "./sampleSlices.ts"

const most = 170

interface Tried {
  readonly arrivalRate: number
  readonly phase: CapacityStep["phase"]
  readonly attempt: number
}

const stepOf = (
  { arrivalRate, attempt, phase }: Tried,
  i: number,
  all: ReadonlyArray<Tried>
): CapacityStep => {
  const before = all[i - 1]
  const afterOverload =
    before !== undefined &&
    (before.arrivalRate > most || (before.arrivalRate === most && before.attempt === 1))
  // At its edge the server is not always as fast as the second time.
  const edge = arrivalRate === most && attempt === 1
  const overloaded = arrivalRate > most || edge
  const p50 = overloaded ? 380 * (arrivalRate / most) ** 4 : 40 / (1 - (0.8 * arrivalRate) / most)
  const seconds = 40
  const measured = { seconds, requestsPerSecond: Math.min(arrivalRate, most), operations: 30, p50 }
  const p95 = figuresOf(measured).latencyMs?.p95 ?? 0
  const keptLatency = p95 < 500
  const dropped = arrivalRate > 300 ? 412 : 0
  const broke = [
    ...(keptLatency ? [] : [`latency.p95 was ${p95} ms, and has to be below 500 ms`]),
    ...(dropped === 0 ? [] : [`${dropped} batches could not be started in time`])
  ]
  const ratio = overloaded ? 0.0004 : 0
  return {
    arrivalRate,
    phase,
    attempt,
    recovery: afterOverload ? { seconds: 4.2, recovered: true } : null,
    seconds,
    kept: broke.length === 0,
    broke,
    verdicts: [
      { expression: "latency.p95 < 500ms", dimension: "ms", value: p95, judgedBy: null, passed: keptLatency },
      { expression: "failures.ratio < 1%", dimension: "ratio", value: ratio, judgedBy: null, passed: true }
    ],
    samples: [seconds * measured.requestsPerSecond, seconds * measured.requestsPerSecond],
    intervals: [
      { low: Math.round(p95 * 0.93), high: arrivalRate < 20 ? null : Math.round(p95 * 1.08) },
      { low: ratio / 2, high: ratio + 0.0009 }
    ],
    dropped,
    answeredPerSecond: Math.min(arrivalRate, most),
    slice: {
      ...sliceOf(5 + i * 45, measured, { users: Math.round(arrivalRate * 0.3) }),
      // A server at its limit processes batches as fast as before; the others wait.
      serviceMs: latencyOf(Math.min(p50, 162))
    }
  }
}

const tried = (phase: CapacityStep["phase"], rates: ReadonlyArray<number>): ReadonlyArray<Tried> =>
  rates.map((arrivalRate, i) => ({ arrivalRate, phase, attempt: rates[i - 1] === arrivalRate ? 2 : 1 }))

const steps = [
  ...tried("doubling", [10, 20, 40, 80, 160, 320, 320]),
  ...tried("bisection", [240, 240, 200, 200, 180, 180, 170, 170])
].map(stepOf)
const brokeFirst = steps.find(({ arrivalRate }) => arrivalRate === 180)?.broke ?? []

export const sampleCapacity: Capacity = {
  startedAt: "2026-11-22T08:00:00.000Z",
  elapsedSeconds: 685,
  endedBy: "completed",
  refused: null,
  processes: [],
  limits: [],
  manifest: null,
  warnings: [
    "Results varied: at 170/s the objectives were not kept in the first attempt, but in the second."
  ],
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
  searchEnd: "precise",
  highest: 170,
  lowestBroken: 180,
  lowestUnjudged: null,
  collapsedAfter: null,
  brokeFirst,
  precision:
    "At 170/s: latency.p95 < 500ms: measured 400 ms from 6,800 samples, 95 % confidence interval 372 to 432 ms. The interval covers sampling error only; another hour may differ.",
  verdict: `170/s (5,100 operations per second) is the highest arrival rate that kept the objectives; at 180/s, ${brokeFirst.join("; ")}.`
}

/** The same server, which other programs left no processor at 320/s, and which did not recover from that. */
const collapsedSteps: ReadonlyArray<CapacityStep> = [
  ...tried("doubling", [10, 20, 40, 80, 160, 320])
    .map(stepOf)
    .map((step) =>
      step.arrivalRate === 320
        ? {
            ...step,
            slice: {
              ...step.slice,
              limited: ["in 21 of 40 s (53 %) it waited for a processor more than 20 % of the time"],
              limitedBy: "machine" as const
            }
          }
        : step
    ),
  {
    ...stepOf({ arrivalRate: 320, phase: "confirmation", attempt: 1 }, 8, []),
    arrivalRate: 160,
    dropped: 0,
    recovery: { seconds: 61.2, recovered: false }
  }
]

export const sampleCollapse: Capacity = {
  ...sampleCapacity,
  warnings: [
    "After 320/s the server did not recover within 61.2 s: with one user it was still more than twice as slow as without load, or failed. The next step was measured in that state."
  ],
  steps: collapsedSteps,
  searchEnd: "collapsed",
  highest: 160,
  lowestBroken: 160,
  lowestUnjudged: 320,
  collapsedAfter: 320,
  brokeFirst: collapsedSteps.at(-1)?.broke ?? [],
  verdict:
    "The server did not recover: it kept 160/s before, and did not keep it again 68 s after 320/s: latency.p95 was 9,540 ms (limit: below 500 ms)."
}
