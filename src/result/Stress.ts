/** `stress.json`: the load doubled step by step until the knee, what broke there, and a long run below it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TimelinePoint } from "../metrics/Timeline.ts"
import { Recovery } from "./Capacity.ts"
import { Drift } from "./Drift.ts"
import { Figures } from "./Figures.ts"
import { jsonText } from "./jsonText.ts"
import { limits } from "./Limit.ts"
import { MeasuredSlice, MedianAndRange, noResult, StudyFields } from "./MeasuredSlice.ts"
import { plural, rateText } from "./numberFormat.ts"
import { ScalabilityFit } from "./ScalabilityLaw.ts"
import { Sweep, type SweepTerms } from "./Sweep.ts"

/** What a stress study raises: the users of the closed model, or the iterations started per second of the open one. */
export const Raised = Schema.Literal("users", "rate")
export type Raised = typeof Raised.Type

/**
 * What a step does that breaks it:
 *
 * - `failures`: more than 1 % of its requests failed, or of its iterations were not started
 * - `falls`: throughput fell, beyond its noise, while latency grew
 * - `flattens`: p50 or p95 grew by more than 50 % while throughput grew by less than 10 %, in the open model by less than
 *   90 % of what the rate asks for
 */
export const Broke = Schema.Literal("failures", "falls", "flattens")
export type Broke = typeof Broke.Type

const Change = Schema.Struct({
  /** 0.25 is a quarter more, -0.46 is 46 % less; of the rates as they are printed. */
  throughput: Schema.Finite,
  /** Of the latencies of succeeded requests; `null` where one of the steps has none. */
  p50: Schema.NullOr(Schema.Finite),
  p95: Schema.NullOr(Schema.Finite),
  /** Whether the throughputs of their slices do not overlap; `null` if one of them has a single slice. */
  differs: Schema.NullOr(Schema.Boolean)
})
export interface Change extends Schema.Schema.Type<typeof Change> {}

export const StressStep = Schema.Struct({
  /** Users, or iterations started per second. */
  load: Schema.Finite,
  /**
   * - `good`: throughput grew, or latency did not
   * - `broken`: see `broke`
   * - `limited`: the load generator or its machine was the bottleneck, so the step says nothing about the server
   * - `locked`: a transaction of the database held others up in half of its slices or more, so the step says nothing about
   *   its load
   */
  outcome: Schema.Literal("good", "broken", "limited", "locked"),
  /** Empty unless it is broken. */
  broke: Schema.Array(Broke),
  /** From the step before; `null` for the first one. */
  change: Schema.NullOr(Change),
  /** The share of requests that failed and of iterations that were not started, 0 to 1. */
  unserved: Schema.Finite,
  /** Iterations that were due and not started, because no user was free; 0 in the closed model. */
  dropped: Schema.Int,
  /** Slices that a transaction of the database held up, and for how long at most; `null` also in files of older versions. */
  heldUp: Schema.optionalWith(Schema.NullOr(Schema.Struct({ slices: Schema.Int, seconds: Schema.Finite })), {
    default: () => null
  }),
  /** Of its slices together; limited ones and those that were held up are left out unless half of them or more are. */
  figures: Figures,
  /** Of the slices. */
  operationsPerSecond: MedianAndRange,
  /** Of the slices of READ, otherwise `null`. */
  rowsPerSecond: Schema.NullOr(MedianAndRange),
  slices: Schema.Array(MeasuredSlice)
})
export interface StressStep extends Schema.Schema.Type<typeof StressStep> {}

/** Where the steps led to. */
export const Knee = Schema.Union(
  /** `good` is the knee: the last load before one that broke. */
  Schema.TaggedStruct("Knee", { good: Schema.Finite, broken: Schema.Finite, broke: Schema.Array(Broke) }),
  /** A lower bound: the load beyond could not be judged, because the load generator was the bottleneck there. */
  Schema.TaggedStruct("Limited", { good: Schema.Finite, limited: Schema.Finite }),
  /** A lower bound: the load beyond could not be judged, because a transaction of the database held others up there. */
  Schema.TaggedStruct("Locked", { good: Schema.Finite, locked: Schema.Finite }),
  /** A lower bound: the highest load that was measured, at the maximum or at an early end. */
  Schema.TaggedStruct("NotReached", { good: Schema.Finite }),
  /** The first step already broke or could not be judged, or there is none. */
  Schema.TaggedStruct("None", {})
)
export type Knee = typeof Knee.Type

/** The long run of `--soakAfter`. */
export const Soak = Schema.Struct({
  /** Users, or iterations started per second: 70 % of the knee, or of the lower bound. */
  load: Schema.Finite,
  plannedSeconds: Schema.Finite,
  /** The wait before it, until the server had answered what the last step left. */
  recovery: Recovery,
  /** `null` if the server did not recover, so that no soak was sent. */
  slice: Schema.NullOr(MeasuredSlice),
  /** `null` with less than 10 minutes. */
  drift: Schema.NullOr(Drift),
  /** One point per second; in runs of more than an hour a point covers two or more seconds. */
  timeline: Schema.Array(TimelinePoint)
})
export interface Soak extends Schema.Schema.Type<typeof Soak> {}

export const Stress = Schema.Struct({
  ...StudyFields,
  testType: Sweep.fields.testType,
  raised: Raised,
  /** In the order in which they were measured, ascending. */
  steps: Schema.Array(StressStep),
  knee: Knee,
  /** What limited the step beyond the knee, as far as that was measured; empty without such a step. */
  limits,
  /** Through the steps over users that were judged and do not fail. */
  law: ScalabilityFit,
  noResult,
  /** The result in a few sentences. */
  verdict: Schema.String,
  /** `null` without `--soakAfter`, and without a load for it. */
  soak: Schema.NullOr(Soak)
})
export interface Stress extends Schema.Schema.Type<typeof Stress> {}

const encodeStress = Schema.encode(Stress)

/** Reads `stress.json`. */
export const StressJson = Schema.parseJson(Stress)

/** The text of `stress.json`: indented, with one line for each second of the soak. */
export const stressJson = (stress: Stress): Effect.Effect<string> =>
  Effect.map(Effect.orDie(encodeStress(stress)), (encoded) => jsonText(encoded))

/** @example loadText("users", 4) // "4 users", loadText("rate", 40) // "40/s" */
export const loadText = (raised: Raised, load: number): string =>
  raised === "users" ? plural(load, "user") : rateText(load)

/** What its rates count. */
export const countedOf = ({ testType }: Pick<Stress, "testType">): SweepTerms["counted"] =>
  testType === "READ" ? "rows" : "operations"

/** The step with a load. */
export const stepWith = (steps: ReadonlyArray<StressStep>, load: number): StressStep | undefined =>
  steps.find((step) => step.load === load)

/** The load that reports mark; `undefined` if the first step already broke. */
export const kneeLoad = (knee: Knee): number | undefined => (knee._tag === "None" ? undefined : knee.good)
