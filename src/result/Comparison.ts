/** Runs side by side, the first as baseline: what `compare` prints as JSON and what its page shows. */
import * as Schema from "effect/Schema"
import { EndedBy, Model } from "../domain/LoadResult.ts"
import { Dimension, figureNames } from "../domain/Threshold.ts"
import { ConfigValue } from "./Summary.ts"

const FigureName = Schema.Literal(...figureNames)

/** Every figure by its name, `latency.p95` in milliseconds; `null` where it is unknown or nothing was measured. */
export const ComparedFigures = Schema.Record({ key: FigureName, value: Schema.NullOr(Schema.Finite) })
export interface ComparedFigures extends Schema.Schema.Type<typeof ComparedFigures> {}

const Millis = Schema.NullOr(Schema.Finite)

/** One second of a run, or several that were put together: what every source tells of a point of the timeline. */
export const ComparedPoint = Schema.Struct({
  /** At its end, since the run began. */
  elapsedSeconds: Schema.Finite,
  /** How long it was. */
  seconds: Schema.Finite,
  users: Schema.Int,
  requests: Schema.Int,
  failures: Schema.Int,
  operations: Schema.NullOr(Schema.Int),
  /** Of the requests of this time; of Locust, of about ten seconds. */
  latencyMs: Schema.NullOr(Schema.Struct({ p50: Millis, p95: Millis, p99: Millis }))
})
export interface ComparedPoint extends Schema.Schema.Type<typeof ComparedPoint> {}

/** How much a rate varied over the points of a run at full load: the middle half lies between `q1` and `q3`. */
export const WithinRunSpread = Schema.Struct({
  points: Schema.Int,
  /** How long one point is: 1, more in runs of hours. */
  pointSeconds: Schema.Finite,
  q1: Schema.Finite,
  median: Schema.Finite,
  q3: Schema.Finite
})
export interface WithinRunSpread extends Schema.Schema.Type<typeof WithinRunSpread> {}

/** What a reader has to know of a run before its figures are compared with others. */
export const RunNote = Schema.Struct({
  kind: Schema.Literal(
    "limited",
    "suspended",
    "shared",
    "dropped",
    "samples",
    "endedEarly",
    "source",
    "torn"
  ),
  sentence: Schema.String
})
export interface RunNote extends Schema.Schema.Type<typeof RunNote> {}

/** The few words that mark a run in a heading. */
export const noteMarks: Record<RunNote["kind"], string> = {
  limited: "generator limited",
  suspended: "generator suspended",
  shared: "too few processors",
  dropped: "dropped starts",
  samples: "samples missing",
  endedEarly: "ended early",
  source: "Locust",
  torn: "torn file"
}

/** One run, whichever tool made it. */
export const ComparedRun = Schema.Struct({
  /** The name of its folder, as far as that tells the runs apart. */
  label: Schema.String,
  /** The file that was read. */
  path: Schema.String,
  source: Schema.Literal("edfi-perf", "locust"),
  testType: Schema.NullOr(Schema.String),
  model: Model,
  /** ISO 8601, UTC. */
  startedAt: Schema.NullOr(Schema.String),
  /** What its rates were divided by. */
  elapsedSeconds: Schema.NullOr(Schema.Finite),
  /** The most that ran at the same time. */
  users: Schema.NullOr(Schema.Int),
  endedBy: Schema.NullOr(EndedBy),
  total: ComparedFigures,
  byName: Schema.Array(
    Schema.Struct({ name: Schema.String, method: Schema.String, figures: ComparedFigures })
  ),
  /** Figures that its files do not tell; another one that is `null` had nothing to describe. */
  unknown: Schema.Array(FigureName),
  /** `null` when its files do not tell. */
  config: Schema.NullOr(Schema.Record({ key: Schema.String, value: ConfigValue })),
  notes: Schema.Array(RunNote),
  timeline: Schema.Array(ComparedPoint)
})
export interface ComparedRun extends Schema.Schema.Type<typeof ComparedRun> {}

/** The generator was the bottleneck of the run: its figures describe the tool and not the server. */
export const isLimited = ({ notes }: Pick<ComparedRun, "notes">): boolean =>
  notes.some(({ kind }) => kind === "limited")

export const Change = Schema.Struct({
  /** 5.6 is 5.6 % more than the baseline; `null` when there is none or it is 0. */
  percent: Schema.NullOr(Schema.Finite),
  /** `+5.6 %`, `+0.20 points` for a ratio, `same`, `from 0`, `no baseline`. */
  words: Schema.String,
  /**
   * What it means; `neutral` for figures of which neither more nor less is better, and where the generator limited
   * one of the two runs, because then they do not compare servers.
   */
  meaning: Schema.Literal("better", "worse", "same", "neutral")
})
export interface Change extends Schema.Schema.Type<typeof Change> {}

export const ComparedCell = Schema.Struct({
  value: Schema.NullOr(Schema.Finite),
  /**
   * Why there is no value: the run has no request of this name (`missing`), its files do not tell (`unknown`), or it
   * made no request that the figure could describe (`noRequests`).
   */
  absent: Schema.NullOr(Schema.Literal("missing", "unknown", "noRequests")),
  /** Against the baseline; `null` for the baseline itself and where there is no value. */
  change: Schema.NullOr(Change)
})
export interface ComparedCell extends Schema.Schema.Type<typeof ComparedCell> {}

export const ComparedRow = Schema.Struct({
  figure: FigureName,
  dimension: Dimension,
  /** One for each run, in their order. */
  cells: Schema.Array(ComparedCell)
})
export interface ComparedRow extends Schema.Schema.Type<typeof ComparedRow> {}

export const ComparedGroup = Schema.Struct({
  /** A request name; `null` is all requests. */
  name: Schema.NullOr(Schema.String),
  rows: Schema.Array(ComparedRow)
})
export interface ComparedGroup extends Schema.Schema.Type<typeof ComparedGroup> {}

export const Difference = Schema.Struct({
  /** `clientCount`, `scenarios.StudentBatchVolumeTest` (its triples per batch). */
  setting: Schema.String,
  /** One for each run; `null` where its files do not tell. */
  values: Schema.Array(Schema.NullOr(Schema.String)),
  /** The runs did not put the same load on the server. */
  changesLoad: Schema.Boolean
})
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

export const Noise = Schema.Struct({
  figure: Schema.Literal("operations.perSecond", "requests.perSecond"),
  /** One for each run; `null` where there were too few seconds at full load. */
  spreads: Schema.Array(Schema.NullOr(WithinRunSpread)),
  /** In words, run by run. */
  sentences: Schema.Array(Schema.String)
})
export interface Noise extends Schema.Schema.Type<typeof Noise> {}

export const FailOnVerdict = Schema.Struct({
  /** As it was written: `latency.p95 +10%`. */
  expression: Schema.String,
  /** The label of the run that was held against the baseline. */
  run: Schema.String,
  dimension: Dimension,
  baseline: Schema.NullOr(Schema.Finite),
  value: Schema.NullOr(Schema.Finite),
  /** What the value may be at most, or at least; `null` without a baseline. */
  limit: Schema.NullOr(Schema.Finite),
  passed: Schema.Boolean,
  /** Values and verdict in words. */
  sentence: Schema.String
})
export interface FailOnVerdict extends Schema.Schema.Type<typeof FailOnVerdict> {}

export const Comparison = Schema.Struct({
  /** At least two; the first is the baseline. */
  runs: Schema.Array(ComparedRun),
  /** All requests, then each request name. */
  groups: Schema.Array(ComparedGroup),
  differences: Schema.Array(Difference),
  noise: Noise,
  /** Every expression of `--failOn` for every later run. */
  verdicts: Schema.Array(FailOnVerdict)
})
export interface Comparison extends Schema.Schema.Type<typeof Comparison> {}

/** Reads what `compare --out json` printed. */
export const ComparisonJson = Schema.parseJson(Comparison)
