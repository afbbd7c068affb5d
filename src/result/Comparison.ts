/** Runs side by side, the first as baseline: the JSON output of `compare`, and the data of its page. */
import * as Schema from "effect/Schema"
import { EndedBy, Model } from "../domain/LoadResult.ts"
import { Dimension, figureNames, timeNames } from "../domain/Threshold.ts"
import { TimelinePoint } from "../metrics/Timeline.ts"
import { ConfigValue } from "./Summary.ts"
import { Verdict } from "./thresholds.ts"

const FigureName = Schema.Literal(...figureNames)

/** Every figure by its name, `latency.p95` in milliseconds; `null` where it is unknown or nothing was measured. */
export const ComparedFigures = Schema.Record({ key: FigureName, value: Schema.NullOr(Schema.Finite) })
export interface ComparedFigures extends Schema.Schema.Type<typeof ComparedFigures> {}

/** The latencies and service times of succeeded requests, by the names of their figures. */
export const SucceededTimes = Schema.Record({
  key: Schema.Literal(...timeNames),
  value: Schema.NullOr(Schema.Finite)
})
export interface SucceededTimes extends Schema.Schema.Type<typeof SucceededTimes> {}

/** `null` where the files of a run do not contain them; without a failure they are those of all requests. */
const KnownSucceededTimes = Schema.optionalWith(Schema.NullOr(SucceededTimes), { default: () => null })

const Millis = Schema.NullOr(Schema.Finite)

/** One point of a timeline, a second or several, with the figures that every source has. */
export const ComparedPoint = Schema.Struct({
  /** At its end, since the run began. */
  elapsedSeconds: Schema.Finite,
  /** Its duration. */
  seconds: Schema.Finite,
  users: Schema.Int,
  requests: Schema.Int,
  failures: Schema.Int,
  operations: Schema.NullOr(Schema.Int),
  /** Documents that were read; 0 in files of older versions. */
  rows: TimelinePoint.fields.rows,
  /** Of the requests that ended in this time; from Locust, of about ten seconds. */
  latencyMs: Schema.NullOr(Schema.Struct({ p50: Millis, p95: Millis, p99: Millis })),
  /** The latencies of succeeded and of failed requests; `null` where none failed, and where the files do not contain them. */
  byOutcome: TimelinePoint.fields.byOutcome
})
export interface ComparedPoint extends Schema.Schema.Type<typeof ComparedPoint> {}

/** The variation of a rate over the points of a run at full load: half of the points lie between `q1` and `q3`. */
export const WithinRunSpread = Schema.Struct({
  points: Schema.Int,
  /** Duration of a point: 1, more in runs of hours. */
  pointSeconds: Schema.Finite,
  q1: Schema.Finite,
  median: Schema.Finite,
  q3: Schema.Finite
})
export interface WithinRunSpread extends Schema.Schema.Type<typeof WithinRunSpread> {}

/** A circumstance of a run that affects its comparison with others. */
export const RunNote = Schema.Struct({
  kind: Schema.Literal(
    "agentLost",
    "limited",
    "tooShort",
    "suspended",
    "shared",
    "startSkew",
    "coordinator",
    "dropped",
    "drift",
    "samples",
    "bound",
    "endedEarly",
    "source",
    "torn"
  ),
  sentence: Schema.String
})
export interface RunNote extends Schema.Schema.Type<typeof RunNote> {}

/** Short marks of a run in headings; a run that is too short to judge the generator has none. */
export const noteMarks: Record<RunNote["kind"], string | null> = {
  agentLost: "agent lost",
  limited: "generator limited",
  tooShort: null,
  suspended: "generator suspended",
  shared: "too few processors",
  startSkew: "agents started apart",
  coordinator: "coordinator overloaded",
  dropped: "dropped starts",
  drift: "drift",
  samples: "samples missing",
  bound: "knee not known",
  endedEarly: "ended early",
  source: "Locust",
  torn: "torn file"
}

/** One run of edfi-perf or Locust. */
export const ComparedRun = Schema.Struct({
  /** The name of its folder, or the path where folder names are the same. */
  label: Schema.String,
  /** The file that was read. */
  path: Schema.String,
  source: Schema.Literal("edfi-perf", "locust"),
  testType: Schema.NullOr(Schema.String),
  model: Model,
  /** ISO 8601, UTC. */
  startedAt: Schema.NullOr(Schema.String),
  /** The time that rates are divided by. */
  elapsedSeconds: Schema.NullOr(Schema.Finite),
  /** Maximum number of concurrent users. */
  users: Schema.NullOr(Schema.Int),
  endedBy: Schema.NullOr(EndedBy),
  total: ComparedFigures,
  succeeded: KnownSucceededTimes,
  byName: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      method: Schema.String,
      figures: ComparedFigures,
      succeeded: KnownSucceededTimes
    })
  ),
  /** Figures that its files do not contain; any other figure that is `null` had no requests to describe. */
  unknown: Schema.Array(FigureName),
  /** `null` when its files do not contain it. */
  config: Schema.NullOr(Schema.Record({ key: Schema.String, value: ConfigValue })),
  notes: Schema.Array(RunNote),
  /** The names of agents that were lost; empty in files of older versions. */
  lostAgents: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
  timeline: Schema.Array(ComparedPoint)
})
export interface ComparedRun extends Schema.Schema.Type<typeof ComparedRun> {}

/** Whether the generator was the bottleneck of the run, so that its figures describe the tool and not the server. */
export const isLimited = ({ notes }: Pick<ComparedRun, "notes">): boolean =>
  notes.some(({ kind }) => kind === "limited")

/** Whether the run lost an agent, so that it had a smaller load than it says; it is equal to no other run. */
export const hasLostAgent = ({ lostAgents }: Pick<ComparedRun, "lostAgents">): boolean =>
  lostAgents.length > 0

/** Whether the run was too short to tell whether the generator was the bottleneck. */
export const isTooShort = ({ notes }: Pick<ComparedRun, "notes">): boolean =>
  notes.some(({ kind }) => kind === "tooShort")

export const Change = Schema.Struct({
  /** 5.6 is 5.6 % more than the baseline; `null` when the baseline is missing or 0. */
  percent: Schema.NullOr(Schema.Finite),
  /** `+5.6 %`, `+0.20 points` for a ratio, `same`, `from 0`, `no baseline`. */
  words: Schema.String,
  /**
   * `neutral` for figures where neither direction is better; where the generator limited one of the two runs, so that the
   * change does not describe the server; where one of the two lost an agent, also if the values are the same; and, where requests failed, for the rate of requests and for latencies of all
   * requests beside those of succeeded ones, because quick refusals improve both.
   */
  meaning: Schema.Literal("better", "worse", "same", "neutral")
})
export interface Change extends Schema.Schema.Type<typeof Change> {}

export const ComparedCell = Schema.Struct({
  value: Schema.NullOr(Schema.Finite),
  /**
   * The reason for a missing value: the run has no request of this name (`missing`), its files do not contain the figure
   * (`unknown`), or it has no request that the figure describes (`noRequests`).
   */
  absent: Schema.NullOr(Schema.Literal("missing", "unknown", "noRequests")),
  /** Change from the baseline; `null` for the baseline itself and without a value. */
  change: Schema.NullOr(Change)
})
export interface ComparedCell extends Schema.Schema.Type<typeof ComparedCell> {}

export const ComparedRow = Schema.Struct({
  figure: FigureName,
  /**
   * The requests that it describes. Latencies of succeeded requests have a row of their own where a run has others than of
   * all requests, and two runs or more have them.
   */
  of: Schema.optionalWith(Schema.Literal("all", "succeeded"), { default: () => "all" as const }),
  dimension: Dimension,
  /** One per run, in the order of the runs. */
  cells: Schema.Array(ComparedCell)
})
export interface ComparedRow extends Schema.Schema.Type<typeof ComparedRow> {}

export const ComparedGroup = Schema.Struct({
  /** A request name; `null` for all requests. */
  name: Schema.NullOr(Schema.String),
  rows: Schema.Array(ComparedRow)
})
export interface ComparedGroup extends Schema.Schema.Type<typeof ComparedGroup> {}

export const Difference = Schema.Struct({
  /** `clientCount`, `scenarios.StudentBatchVolumeTest` (its triples per batch). */
  setting: Schema.String,
  /** One per run; `null` where its files do not contain it. */
  values: Schema.Array(Schema.NullOr(Schema.String)),
  /** Whether the difference changes the load on the server. */
  changesLoad: Schema.Boolean
})
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

export const Noise = Schema.Struct({
  figure: Schema.Literal("operations.perSecond", "requests.perSecond"),
  /** One per run; `null` with too few points at full load. */
  spreads: Schema.Array(Schema.NullOr(WithinRunSpread)),
  /** One or two sentences per run. */
  sentences: Schema.Array(Schema.String)
})
export interface Noise extends Schema.Schema.Type<typeof Noise> {}

export const FailOnVerdict = Schema.Struct({
  /** As it was written: `latency.p95 +10%`. */
  expression: Schema.String,
  /** The label of the run that is compared with the baseline. */
  run: Schema.String,
  dimension: Dimension,
  baseline: Schema.NullOr(Schema.Finite),
  value: Schema.NullOr(Schema.Finite),
  /** The maximum or minimum of the value; `null` without a baseline. */
  limit: Schema.NullOr(Schema.Finite),
  /** The requests of these values, where those of succeeded and of all requests differ: the worse change decides. */
  judgedBy: Verdict.fields.judgedBy,
  passed: Schema.Boolean,
  /** The verdict with its values, as one sentence. */
  sentence: Schema.String
})
export interface FailOnVerdict extends Schema.Schema.Type<typeof FailOnVerdict> {}

/** Whether the load generator was the bottleneck of one of the runs, which fails with `--failOnLimited`. */
export const LimitedVerdict = Schema.Struct({ passed: Schema.Boolean, sentence: Schema.String })
export interface LimitedVerdict extends Schema.Schema.Type<typeof LimitedVerdict> {}

/** What decides the exit code: the verdicts on `--failOn`, and the one on `--failOnLimited`. */
export const verdictsOf = ({
  limitedVerdict,
  verdicts
}: Pick<Comparison, "limitedVerdict" | "verdicts">): ReadonlyArray<LimitedVerdict> => [
  ...verdicts,
  ...(limitedVerdict === null ? [] : [limitedVerdict])
]

export const Comparison = Schema.Struct({
  /** At least two; the first is the baseline. */
  runs: Schema.Array(ComparedRun),
  /** All requests, then each request name. */
  groups: Schema.Array(ComparedGroup),
  differences: Schema.Array(Difference),
  noise: Noise,
  /** One per `--failOn` expression and run other than the baseline. */
  verdicts: Schema.Array(FailOnVerdict),
  /** `null` without `--failOnLimited`. */
  limitedVerdict: Schema.optionalWith(Schema.NullOr(LimitedVerdict), { default: () => null })
})
export interface Comparison extends Schema.Schema.Type<typeof Comparison> {}

/** Encodes and decodes the output of `compare --out json`. */
export const ComparisonJson = Schema.parseJson(Comparison)
