/** `summary.json`: the result of a run, for CI jobs and other programs, and for the page of the run. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Findings } from "../domain/FindingSink.ts"
import type { AgentsOfRun } from "../domain/AgentsOfRun.ts"
import { EndedBy, type LoadResult, Model } from "../domain/LoadResult.ts"
import { ResourceVerdict } from "../domain/ResourceVerdict.ts"
import type { Threshold } from "../domain/Threshold.ts"
import type { Measurements } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { TimelinePoint } from "../metrics/Timeline.ts"
import { RunAgents, runAgentsOf } from "./RunAgents.ts"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { databaseManifest } from "./databaseManifest.ts"
import { Drift, driftOf, memoryOf, seriesOf } from "./Drift.ts"
import { FailureEntry, failureEntry } from "./FailureEntry.ts"
import { Figures, figuresOf } from "./Figures.ts"
import { ChangeQuery, changeQueryOf, type PlannedFindings, verdictsOf } from "./Findings.ts"
import { FixedWork, fixedWorkOf, type PlannedWork } from "./FixedWork.ts"
import { Generator, generatorOf } from "./Generator.ts"
import { jsonText } from "./jsonText.ts"
import { Manifest } from "./Manifest.ts"
import { WatchedProcesses } from "./ProcessActivity.ts"
import { RefusedStart } from "./RefusedStart.ts"
import { hasThroughput } from "./throughput.ts"
import { judge, Verdict } from "./thresholds.ts"
import { type MeasuredWarmUp, WarmUp, warmUpOf } from "./WarmUp.ts"

const ByName = Schema.Struct({ name: Schema.String, method: Schema.String, ...Figures.fields })

/** The value of a setting; a record for a setting with a number for each scenario. */
export const ConfigValue = Schema.Union(
  Schema.String,
  Schema.Finite,
  Schema.Boolean,
  Schema.Array(Schema.String),
  Schema.Record({ key: Schema.String, value: Schema.Finite })
)

const Starts = Schema.Struct({
  /**
   * Iterations that started and had a scheduled time: in the open model all, in the closed model the first of each user
   * and those after a wait.
   */
  timed: Schema.NonNegativeInt,
  /** Those that started more than 10 ms late. */
  late: Schema.NonNegativeInt,
  maxLateMs: Schema.NonNegative,
  /** Open model: scheduled iterations that did not start, because no user was free in time. */
  dropped: Schema.optionalWith(Schema.NonNegativeInt, { default: () => 0 })
})

/** Requests in `<testtype>_samples.jsonl`; at the end of a run `written` and `dropped` add up to all requests. */
const SamplesWritten = Schema.Struct({
  /** Requests with a line in the file. */
  written: Schema.NonNegativeInt,
  /** Requests without a line: the disk was full, or too slow for the buffer. */
  dropped: Schema.NonNegativeInt
})
export interface SamplesWritten extends Schema.Schema.Type<typeof SamplesWritten> {}

/** The state of a run, in progress or ended. */
export const RunState = Schema.Struct({
  testType: Schema.String,
  model: Schema.optionalWith(Model, { default: () => "closed" as const }),
  /** Start of the load, the warm-up included: ISO 8601, UTC. */
  startedAt: Schema.String,
  /** Without the warm-up, like every figure but those of `warmUp`; 0 in it. */
  elapsedSeconds: Schema.NonNegative,
  /**
   * The planned duration without the warm-up; `null` in debug mode, which ends after one pass, and with `--recordCount`.
   */
  plannedSeconds: Schema.NullOr(Schema.Number),
  /** `null` without `--recordCount`, and in files of older versions. */
  fixedWork: Schema.optionalWith(Schema.NullOr(FixedWork), { default: () => null }),
  /** Maximum share of failed requests, 0 to 1; a run with more has failed, however it ended. */
  maxFailRatio: Schema.Number,
  /** `--failOnLimited`: the run fails if the load generator was the bottleneck. */
  failOnLimited: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** Names of all planned requests, including those that were not sent; empty in files of older versions. */
  requestNames: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
  /** `null` while the run is in progress. */
  endedBy: Schema.NullOr(EndedBy),
  /** Present if `endedBy` is `refused`; files of older versions do not have it. */
  refused: Schema.optionalWith(Schema.NullOr(RefusedStart), { default: () => null }),
  /** How the local DMS of `--local` exited during the run: `exit code 1`, `signal SIGKILL`; else `null`. */
  localDmsExit: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null }),
  /** The verdicts of PIPECLEAN so far; `null` in other test types. */
  pipeclean: Schema.optionalWith(Schema.NullOr(Schema.Array(ResourceVerdict)), { default: () => null }),
  /** What CHANGE_QUERY has read so far; `null` in other test types. */
  changeQuery: Schema.optionalWith(Schema.NullOr(ChangeQuery), { default: () => null }),
  ...Figures.fields,
  byName: Schema.Array(ByName),
  /** Most frequent first. */
  failures: Schema.Array(FailureEntry),
  /** Maximum number of concurrent users, in the open model of concurrent iterations, in the warm-up or after it. */
  users: Schema.NonNegativeInt,
  starts: Starts,
  /** `null` when the generator was not observed. */
  generator: Schema.NullOr(Generator),
  /** `null` without `--agents`, and in files of older versions. */
  agents: Schema.optionalWith(Schema.NullOr(RunAgents), { default: () => null }),
  /** In the order of the settings. */
  thresholds: Schema.Array(Verdict),
  /** `null` without `--out json`. */
  samples: Schema.NullOr(SamplesWritten),
  /** `null` without `--databaseUrl`. */
  database: Schema.NullOr(DatabaseActivity),
  /** The processes of `--watch`, in its order; empty without it, and in files of older versions. */
  processes: Schema.optionalWith(Schema.Array(WatchedProcesses), { default: () => [] }),
  /**
   * What changed over the run; `null` while it is in progress, with less than 10 minutes of constant load, and in files
   * of older versions.
   */
  drift: Schema.optionalWith(Schema.NullOr(Drift), { default: () => null }),
  /** `null` without a warm-up, and in files of older versions. */
  warmUp: Schema.optionalWith(Schema.NullOr(WarmUp), { default: () => null }),
  /** `null` in files of older versions. */
  manifest: Schema.optionalWith(Schema.NullOr(Manifest), { default: () => null }),
  /** The settings, without secrets. */
  config: Schema.Record({ key: Schema.String, value: ConfigValue }),
  /** The newest second alone, also where points of the timeline are longer; `null` during the first second. */
  last: Schema.NullOr(TimelinePoint),
  /** One point per second; in runs of more than an hour a point covers two or more seconds. */
  timeline: Schema.Array(TimelinePoint)
})
export interface RunState extends Schema.Schema.Type<typeof RunState> {}

/** A run that has ended. */
export const Summary = Schema.Struct({ ...RunState.fields, endedBy: EndedBy })
export interface Summary extends Schema.Schema.Type<typeof Summary> {}

/** Reads `summary.json`; rejects an invalid document with the reason. */
export const SummaryJson = Schema.parseJson(Summary)

const encodeState = Schema.encode(RunState)

/**
 * The text of `summary.json`: indented, with one line for each second.
 *
 * @param state a `Summary`, or the state of a run in progress
 */
export const summaryJson = (state: RunState): Effect.Effect<string> =>
  Effect.map(
    Effect.orDie(encodeState(state)),
    // What is long comes last.
    ({ database = null, processes = [], timeline, warmUp = null, ...rest }) =>
      `${jsonText({ ...rest, database, processes, warmUp, timeline })}\n`
  )

/** Precision of the elapsed time: microseconds. Rates in all files are divided by this rounded time. */
const elapsedDigits = 6

/** The setup of a run, as far as its report needs it. */
export interface RunSetup {
  readonly testType: string
  readonly model: Model
  readonly plannedSeconds: number | null
  /** When its load becomes constant, in seconds after the start of the run; `undefined` if it changes until its end. */
  readonly constantAfter?: number | undefined
  /** Set in a load of a number of records. */
  readonly work?: PlannedWork | undefined
  /** Set where scenarios report on resources. */
  readonly findings?: PlannedFindings | undefined
  /** 0 to 1. */
  readonly maxFailRatio: number
  /** Names of all requests that the chosen scenarios send. */
  readonly requestNames: ReadonlyArray<string>
  readonly thresholds: ReadonlyArray<Threshold>
  readonly failOnLimited: boolean
  /** Whether the DMS is on this machine, as far as its address tells. */
  readonly isLocal: boolean
  readonly config: RunState["config"]
  /** What the run is made with. */
  readonly manifest?: Pick<Manifest, "tool" | "server" | "machine">
}

/** The state or the end of a run, without its measurements. */
interface RunSoFar extends Omit<LoadResult, "endedBy" | "refusal" | "warmUpSeconds"> {
  readonly endedBy: EndedBy | null
  /** Present if `endedBy` is `refused`. */
  readonly refused?: RefusedStart | undefined
  /** Present if `endedBy` is `localDmsExited`. */
  readonly localDmsExit?: string | undefined
  /** What scenarios have found so far. */
  readonly findings?: Findings | undefined
  /** Set when agents sent the load. */
  readonly agents?: AgentsOfRun | undefined
  /** Set when there is a samples file. */
  readonly samples?: SamplesWritten | undefined
  /** Set when the database was watched. */
  readonly database?: DatabaseActivity | undefined
  /** Set when the load has ended. */
  readonly endedAtMillis?: number
  /** Set when processes were watched. */
  readonly processes?: ReadonlyArray<WatchedProcesses>
  /** Set when the load has a warm-up. */
  readonly warmUp?: MeasuredWarmUp | undefined
}

/** Of a run that has ended; `null` if its load changed until the end. */
const driftIn = (
  { constantAfter, plannedSeconds }: RunSetup,
  elapsedSeconds: number,
  timeline: ReadonlyArray<TimelinePoint>,
  processes: ReadonlyArray<WatchedProcesses>
): Drift | null =>
  constantAfter === undefined
    ? null
    : driftOf([...seriesOf(timeline), ...processes.map(memoryOf)], {
        from: constantAfter,
        // What was in flight when the load ended is no constant load.
        to: Math.min(elapsedSeconds, plannedSeconds ?? elapsedSeconds)
      })

const noFindings: Findings = { verdicts: [], changes: [] }

/** Combines the setup of a run, its progress and its measurements. */
export const stateOf = (
  setup: RunSetup,
  sofar: RunSoFar,
  measurements: Measurements,
  timeline: ReadonlyArray<TimelinePoint>
): RunState => {
  const elapsedSeconds = rounded(sofar.elapsedSeconds, elapsedDigits)
  // Debug mode has no throughput.
  const rateSeconds = hasThroughput(setup) ? elapsedSeconds : 0
  const total = figuresOf(measurements.total, rateSeconds)
  const byName = measurements.rows.map((row) => ({
    name: row.name,
    method: row.method,
    ...figuresOf(row, rateSeconds)
  }))
  const { count, dropped, late, maxLateMillis } = measurements.starts
  const { findings = noFindings } = sofar
  const { database = null, processes = [] } = sofar
  const starts = { timed: count, late, maxLateMs: rounded(maxLateMillis, 3), dropped }
  return {
    testType: setup.testType,
    model: setup.model,
    startedAt: DateTime.formatIso(DateTime.unsafeMake(sofar.startedAtMillis)),
    elapsedSeconds,
    plannedSeconds: setup.plannedSeconds,
    fixedWork: setup.work === undefined ? null : fixedWorkOf(setup.work, measurements, elapsedSeconds),
    maxFailRatio: setup.maxFailRatio,
    failOnLimited: setup.failOnLimited,
    requestNames: setup.requestNames,
    endedBy: sofar.endedBy,
    refused: sofar.refused ?? null,
    localDmsExit: sofar.localDmsExit ?? null,
    pipeclean: verdictsOf(setup.findings ?? {}, findings, sofar.endedBy !== null),
    changeQuery: changeQueryOf(setup.findings ?? {}, findings),
    ...total,
    byName,
    failures: measurements.failures.map(failureEntry),
    users: sofar.users,
    starts,
    generator: generatorOf(measurements, setup.isLocal, sofar.warmUp !== undefined),
    agents:
      sofar.agents === undefined
        ? null
        : runAgentsOf(sofar.agents, measurements.apart, sofar.warmUp !== undefined),
    thresholds: setup.thresholds.map((threshold) =>
      judge(threshold, { ...total, starts, database, processes }, byName)
    ),
    samples: sofar.samples ?? null,
    database,
    processes,
    drift: sofar.endedBy === null ? null : driftIn(setup, elapsedSeconds, timeline, processes),
    warmUp:
      sofar.warmUp === undefined
        ? null
        : warmUpOf(sofar.warmUp, sofar.endedBy !== null && elapsedSeconds === 0),
    manifest:
      setup.manifest === undefined
        ? null
        : {
            ...setup.manifest,
            ...databaseManifest(sofar.endedBy === null ? null : database),
            endedAt:
              sofar.endedAtMillis === undefined
                ? null
                : DateTime.formatIso(DateTime.unsafeMake(sofar.endedAtMillis))
          },
    config: setup.config,
    last: measurements.last ?? null,
    timeline
  }
}

/** The summary of a run that has ended. */
export const summarize = (
  setup: RunSetup,
  result: LoadResult &
    Pick<
      RunSoFar,
      | "agents"
      | "database"
      | "endedAtMillis"
      | "findings"
      | "localDmsExit"
      | "processes"
      | "refused"
      | "samples"
      | "warmUp"
    >,
  measurements: Measurements,
  timeline: ReadonlyArray<TimelinePoint>
): Summary => ({ ...stateOf(setup, result, measurements, timeline), endedBy: result.endedBy })
