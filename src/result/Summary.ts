/** `summary.json`: what a run found out, for programs that decide by it, and for the page that shows it. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { EndedBy, type LoadResult, Model } from "../domain/LoadResult.ts"
import type { Threshold } from "../domain/Threshold.ts"
import { busyShare, cpuCores, waitedShare } from "../metrics/GeneratorHealth.ts"
import { limitAdvice, limitReasons } from "../metrics/generatorLimits.ts"
import type { FailureGroup, GeneratorMeasured, Measurements } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { GeneratorFigures, generatorFigures, TimelinePoint } from "../metrics/Timeline.ts"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { Figures, figuresOf } from "./Figures.ts"
import { RefusedStart } from "./RefusedStart.ts"
import { judge, Verdict } from "./thresholds.ts"

const ByName = Schema.Struct({ name: Schema.String, method: Schema.String, ...Figures.fields })

const FailureEntry = Schema.Struct({
  /** The request name. */
  name: Schema.String,
  kind: Schema.Literal("rolledBack", "refused", "transport"),
  status: Schema.NullOr(Schema.Int),
  op: Schema.NullOr(Schema.String),
  resource: Schema.NullOr(Schema.String),
  index: Schema.NullOr(Schema.Int),
  /** The server's problem type; for `transport`, where it broke off: connect, reset, timeout, ... */
  problemType: Schema.NullOr(Schema.String),
  count: Schema.NonNegativeInt,
  /** One of these failures in words. */
  example: Schema.String
})

/** A setting; of several things, such as scenarios, a number for each. */
export const ConfigValue = Schema.Union(
  Schema.String,
  Schema.Finite,
  Schema.Boolean,
  Schema.Array(Schema.String),
  Schema.Record({ key: Schema.String, value: Schema.Finite })
)

const MeanAndMax = Schema.Struct({ mean: Schema.Number, max: Schema.Number })

/** How the load generator itself was doing; the limits are those of `generatorLimits`. */
const Generator = Schema.Struct({
  /** The generator was the bottleneck: the figures of this run describe it and not the DMS. */
  limited: Schema.Boolean,
  /** Why, in words. */
  reasons: Schema.Array(Schema.String),
  /** What gives it room, in a sentence; `null` when it was not the bottleneck. */
  advice: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null }),
  /** CPU time of the process per second: 1 is one core. `max` is that of the worst second. */
  cpuCores: MeanAndMax,
  /** Share of the time in which the event loop of the busiest thread ran code, 0 to 1. */
  busy: MeanAndMax,
  /**
   * Share of the time in which the thread that waited most was ready to run and no processor was free for it, 0 to 1;
   * `null` where the system does not tell: only Linux does.
   */
  processorWait: Schema.optionalWith(Schema.NullOr(MeanAndMax), { default: () => null }),
  ...GeneratorFigures.fields
})

const Starts = Schema.Struct({
  /**
   * Iterations that began and had a time at which to: in the open model all, in the closed one the first of each user
   * and those after a wait.
   */
  timed: Schema.NonNegativeInt,
  /** Of them, those that began more than 10 ms after it. */
  late: Schema.NonNegativeInt,
  maxLateMs: Schema.NonNegative,
  /** Open model: iterations that were due and did not begin, because no user was free in time. */
  dropped: Schema.optionalWith(Schema.NonNegativeInt, { default: () => 0 })
})

/** The requests of `<testtype>_samples.jsonl`; at the end of a run both together are all requests. */
const SamplesWritten = Schema.Struct({
  /** A line each. */
  written: Schema.NonNegativeInt,
  /** Without a line: the disk was full, or slower than the run for longer than memory lasts. */
  dropped: Schema.NonNegativeInt
})
export interface SamplesWritten extends Schema.Schema.Type<typeof SamplesWritten> {}

/** A run as it stands, under way or ended. */
export const RunState = Schema.Struct({
  testType: Schema.String,
  model: Schema.optionalWith(Model, { default: () => "closed" as const }),
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  elapsedSeconds: Schema.NonNegative,
  /** How long it is to last; `null` for as long as its passes take (debug mode). */
  plannedSeconds: Schema.NullOr(Schema.Number),
  /** The share of requests that may fail, 0 to 1; with more it is no good run, however it ends. */
  maxFailRatio: Schema.Number,
  /** Of the requests that it was to send, whether or not there was time for them; none in files of older versions. */
  requestNames: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
  /** `null` while it is under way. */
  endedBy: Schema.NullOr(EndedBy),
  /** Present if `endedBy` is `refused`; files of older versions do not have it. */
  refused: Schema.optionalWith(Schema.NullOr(RefusedStart), { default: () => null }),
  ...Figures.fields,
  byName: Schema.Array(ByName),
  /** Most frequent first. */
  failures: Schema.Array(FailureEntry),
  /** The most that ran at the same time; in the open model those at an iteration. */
  users: Schema.NonNegativeInt,
  starts: Starts,
  /** `null` when it was not observed. */
  generator: Schema.NullOr(Generator),
  /** In the order in which they were given. */
  thresholds: Schema.Array(Verdict),
  /** `null` when they were not asked for (`--out json`). */
  samples: Schema.NullOr(SamplesWritten),
  /** `null` when nobody looked at it (`--databaseUrl`). */
  database: Schema.NullOr(DatabaseActivity),
  /** What was asked for, without secrets. */
  config: Schema.Record({ key: Schema.String, value: ConfigValue }),
  /** The newest second alone, however long the points of the timeline are; `null` before the first one has ended. */
  last: Schema.NullOr(TimelinePoint),
  /** Second by second; in runs of more than an hour two or more of them put together. */
  timeline: Schema.Array(TimelinePoint)
})
export interface RunState extends Schema.Schema.Type<typeof RunState> {}

/** A run that has ended. */
export const Summary = Schema.Struct({ ...RunState.fields, endedBy: EndedBy })
export interface Summary extends Schema.Schema.Type<typeof Summary> {}

/** Reads `summary.json`: a file that another tool altered is refused with the reason. */
export const SummaryJson = Schema.parseJson(Summary)

const encodeState = Schema.encode(RunState)
const timelineHere = "@timeline@"

/**
 * The text of `summary.json`: indented, with one line for each second.
 *
 * @param state a `Summary`, or how a run stands that has no end yet
 */
export const summaryJson = (state: RunState): Effect.Effect<string> =>
  Effect.map(Effect.orDie(encodeState(state)), ({ timeline, ...rest }) => {
    const lines = timeline.map((point) => `\n    ${JSON.stringify(point)}`).join(",")
    const text = JSON.stringify({ ...rest, timeline: timelineHere }, null, 2)
    return `${text.slice(0, text.lastIndexOf(`"${timelineHere}"`))}[${lines}${lines === "" ? "" : "\n  "}]\n}\n`
  })

/** Microseconds: what is divided by it gives the rates of every file. */
const elapsedDigits = 6

const failureEntry = ({ count, failure, name }: FailureGroup): typeof FailureEntry.Type => ({
  name,
  kind: failure.kind,
  status: failure.status,
  op: failure.op,
  resource: failure.resource,
  index: failure.index,
  problemType: failure.problemType,
  count,
  example: failure.example
})

/** A run so short that a rest is much of it may have been worse in that rest than in its one second. */
const meanAndMax = (mean: number, max: number): typeof MeanAndMax.Type => ({
  mean: rounded(mean, 3),
  max: rounded(Math.max(mean, max), 3)
})

const generatorOf = ({
  inAll,
  limited,
  maxBusyShare,
  maxCpuCores,
  maxWaitedShare
}: GeneratorMeasured): typeof Generator.Type => {
  const reasons = limitReasons(limited)
  const waited = waitedShare(inAll)
  return {
    limited: reasons.length > 0,
    reasons,
    advice: reasons.length > 0 ? limitAdvice(limited) : null,
    cpuCores: meanAndMax(cpuCores(inAll), maxCpuCores),
    busy: meanAndMax(busyShare(inAll), maxBusyShare),
    processorWait: waited === null || maxWaitedShare === null ? null : meanAndMax(waited, maxWaitedShare),
    ...generatorFigures(inAll)
  }
}

/** What a run was asked for, as far as its report has to know. */
export interface RunAsked {
  readonly testType: string
  readonly model: Model
  readonly plannedSeconds: number | null
  /** 0 to 1. */
  readonly maxFailRatio: number
  /** Of all requests that the chosen scenarios send. */
  readonly requestNames: ReadonlyArray<string>
  readonly thresholds: ReadonlyArray<Threshold>
  readonly config: RunState["config"]
}

/** How a run goes, or went, apart from what was measured. */
interface RunSoFar extends Omit<LoadResult, "endedBy" | "refusal"> {
  readonly endedBy: EndedBy | null
  /** Present if `endedBy` is `refused`. */
  readonly refused?: RefusedStart | undefined
  /** There when requests are written down one by one. */
  readonly samples?: SamplesWritten | undefined
  /** There when the database was watched. */
  readonly database?: DatabaseActivity | undefined
}

/** Brings together how a run goes, what was measured and what was asked for. */
export const stateOf = (
  asked: RunAsked,
  sofar: RunSoFar,
  measurements: Measurements,
  timeline: ReadonlyArray<TimelinePoint>
): RunState => {
  const elapsedSeconds = rounded(sofar.elapsedSeconds, elapsedDigits)
  const total = figuresOf(measurements.total, elapsedSeconds)
  const byName = measurements.rows.map((row) => ({
    name: row.name,
    method: row.method,
    ...figuresOf(row, elapsedSeconds)
  }))
  const { count, dropped, late, maxLateMillis } = measurements.starts
  const starts = { timed: count, late, maxLateMs: rounded(maxLateMillis, 3), dropped }
  return {
    testType: asked.testType,
    model: asked.model,
    startedAt: DateTime.formatIso(DateTime.unsafeMake(sofar.startedAtMillis)),
    elapsedSeconds,
    plannedSeconds: asked.plannedSeconds,
    maxFailRatio: asked.maxFailRatio,
    requestNames: asked.requestNames,
    endedBy: sofar.endedBy,
    refused: sofar.refused ?? null,
    ...total,
    byName,
    failures: measurements.failures.map(failureEntry),
    users: sofar.users,
    starts,
    generator: measurements.generator === undefined ? null : generatorOf(measurements.generator),
    thresholds: asked.thresholds.map((threshold) => judge(threshold, { ...total, starts }, byName)),
    samples: sofar.samples ?? null,
    database: sofar.database ?? null,
    config: asked.config,
    last: measurements.last ?? null,
    timeline
  }
}

/** The same of a run that has ended. */
export const summarize = (
  asked: RunAsked,
  result: LoadResult & Pick<RunSoFar, "database" | "refused" | "samples">,
  measurements: Measurements,
  timeline: ReadonlyArray<TimelinePoint>
): Summary => ({ ...stateOf(asked, result, measurements, timeline), endedBy: result.endedBy })
