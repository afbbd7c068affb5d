/** The report of a plan: what every phase reached, what limits the server, and what to measure next. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { Limit } from "./Limit.ts"
import { PhaseState } from "./PlanJournal.ts"
import { WatchedProcesses } from "./ProcessActivity.ts"
import { Knee, Raised } from "./Stress.ts"

const Figure = Schema.NullOr(Schema.Finite)

/** A load of a phase: the whole of a run, a point of a sweep, a side of `versus`, a rate of `capacity`. */
export const PhaseRow = Schema.Struct({
  /** @example "10 users", "20/s", "batches of 30 operations" */
  load: Schema.String,
  /** What it counts in a second; empty where there is no throughput. */
  rates: Schema.Array(
    Schema.Struct({ counted: Schema.Literal("operations", "rows"), perSecond: Schema.Finite })
  ),
  requestsPerSecond: Figure,
  requests: Schema.Int,
  failed: Schema.Int,
  /** Of succeeded requests, in milliseconds. */
  p50: Figure,
  p95: Figure,
  p99: Figure,
  /** It is the knee, the peak or the highest rate. */
  marked: Schema.NullOr(Schema.String)
})
export interface PhaseRow extends Schema.Schema.Type<typeof PhaseRow> {}

/** What watched processes used in a phase. */
const UsedByProcesses = Schema.Struct({ ...Struct.pick(WatchedProcesses.fields, "label", "cores", "memory") })
export interface UsedByProcesses extends Schema.Schema.Type<typeof UsedByProcesses> {}

/** The loads of a phase of `stress`. */
const StressSearch = Schema.Struct({
  raised: Raised,
  /** The load of the first step: users, or iterations started per second. */
  first: Schema.Finite,
  /** Whether the first step broke, which is then no knee; one that could not be judged did not. */
  firstBroke: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** The highest load that was allowed; `null` where its document does not have it. */
  maximum: Schema.NullOr(Schema.Finite),
  knee: Knee,
  /** Whether it went on below the knee. */
  soaked: Schema.Boolean
})

export const PhaseReport = Schema.Struct({
  name: Schema.String,
  command: Schema.String,
  state: PhaseState,
  exitCode: Schema.NullOr(Schema.Int),
  reason: Schema.NullOr(Schema.String),
  /** In the folder of the plan. */
  folder: Schema.String,
  /** The page of the phase, relative to that of the plan; `null` if it has none. */
  page: Schema.NullOr(Schema.String),
  /** What it sends: `BATCH_VOLUME, students`. */
  work: Schema.String,
  /** Of the whole phase, its preparation included; `null` if it has not ended. */
  seconds: Figure,
  rows: Schema.Array(PhaseRow),
  /** The result in the words of its own report. */
  verdict: Schema.NullOr(Schema.String),
  /** Whether its verdict names a knee, a peak or a highest rate. */
  hasKnee: Schema.Boolean,
  limits: Schema.Array(Limit),
  /** Circumstances that limit what its figures mean. */
  caveats: Schema.Array(Schema.String),
  /** Whether the statistics of the database were read. */
  hasDatabase: Schema.Boolean,
  /** `null` unless it is one of `stress` that was measured. */
  search: Schema.NullOr(StressSearch),
  /** Of `--watch`. */
  processes: Schema.Array(UsedByProcesses)
})
export interface PhaseReport extends Schema.Schema.Type<typeof PhaseReport> {}

/** A statement of the database, in all phases together. */
const PlanStatement = Schema.Struct({
  /** Without literals, shortened. */
  text: Schema.String,
  calls: Schema.Int,
  totalMillis: Schema.Finite,
  /** Of the time of all statements, 0 to 1. */
  share: Schema.Finite,
  /** The phases that executed it, the one with most of its time first. */
  phases: Schema.Array(Schema.String)
})
export interface PlanStatement extends Schema.Schema.Type<typeof PlanStatement> {}

/** An experiment that would tell more. */
export const NextExperiment = Schema.Struct({ experiment: Schema.String, reason: Schema.String })
export interface NextExperiment extends Schema.Schema.Type<typeof NextExperiment> {}

export const PlanReport = Schema.Struct({
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  source: Schema.String,
  target: Schema.Record({ key: Schema.String, value: Schema.String }),
  startedAt: Schema.String,
  endedAt: Schema.NullOr(Schema.String),
  state: Schema.Literal("running", "completed", "failed", "interrupted"),
  /** The result in one or two sentences. */
  answer: Schema.String,
  phases: Schema.Array(PhaseReport),
  /** How far the figures can be relied on, in sentences. */
  confidence: Schema.Array(Schema.String),
  /** The most important first. */
  next: Schema.Array(NextExperiment),
  /** Those with the most total time. */
  statements: Schema.Array(PlanStatement),
  /** Tool, server, machine of the load generator and database; several values of one if phases had different ones. */
  manifest: Schema.Array(Schema.Struct({ name: Schema.String, values: Schema.Array(Schema.String) }))
})
export interface PlanReport extends Schema.Schema.Type<typeof PlanReport> {}

/** `report.json`. */
export const PlanReportJson = Schema.parseJson(PlanReport, { space: 2 })
