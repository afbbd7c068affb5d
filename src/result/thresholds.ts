/** Verdicts on the thresholds of a run. */
import * as Schema from "effect/Schema"
import {
  Dimension,
  endsRun,
  isTimeName,
  isWorse,
  keeps,
  limitable,
  type LimitableName,
  sourceOf,
  type Threshold
} from "../domain/Threshold.ts"
import { maxKnown } from "../metrics/addKnown.ts"
import type { DatabaseActivity } from "./DatabaseActivity.ts"
import { memoryGrowth, type WatchedProcesses } from "./ProcessActivity.ts"
import { failureRatio, type Figures } from "./Figures.ts"

export const Verdict = Schema.Struct({
  /** As it was written: `latency.p95 < 500ms`. */
  expression: Schema.String,
  dimension: Dimension,
  /** In that dimension; `null` when nothing was measured, which fails the threshold. */
  value: Schema.NullOr(Schema.Number),
  /**
   * The requests that `value` describes, where the latencies of succeeded and of all requests differ: the worse of the two
   * decides. `null` where they are equal, for other figures, and in files of older versions.
   */
  judgedBy: Schema.optionalWith(Schema.NullOr(Schema.Literal("all", "succeeded")), { default: () => null }),
  passed: Schema.Boolean
})
export interface Verdict extends Schema.Schema.Type<typeof Verdict> {}

type Watched = Pick<WatchedProcesses, "label" | "memory">

/** Source of a figure: one kind of request, or all requests with the starts of the run. */
export type Judged = Figures & {
  readonly starts?: { readonly dropped: number }
  readonly database?: DatabaseActivity | null
  readonly processes?: ReadonlyArray<Watched>
}

/** The highest growth; `null` without one. */
const maxGrowth = (processes: ReadonlyArray<Watched>): number | null =>
  processes.map(memoryGrowth).reduce<number | null>(maxKnown, null)

/** Unknown where waits are hidden from this login. */
const blockedSecondsOf = ({ blocking }: DatabaseActivity): number | null =>
  blocking.maxHidden > 0 ? null : blocking.sustainedSeconds

const longestTransactionOf = ({ blocking, longestTransaction }: DatabaseActivity): number | null =>
  blocking.maxHidden > 0 ? null : (longestTransaction?.seconds ?? 0)

/** In the closed model service time equals latency. */
const serviceOf = ({ latencyMs, serviceMs }: Figures) => serviceMs ?? latencyMs

const figureReaders: Readonly<Record<LimitableName, (of: Judged) => number | null>> = {
  "latency.min": ({ latencyMs }) => latencyMs?.min ?? null,
  "latency.mean": ({ latencyMs }) => latencyMs?.mean ?? null,
  "latency.p50": ({ latencyMs }) => latencyMs?.p50 ?? null,
  "latency.p90": ({ latencyMs }) => latencyMs?.p90 ?? null,
  "latency.p95": ({ latencyMs }) => latencyMs?.p95 ?? null,
  "latency.p99": ({ latencyMs }) => latencyMs?.p99 ?? null,
  "latency.p999": ({ latencyMs }) => latencyMs?.p999 ?? null,
  "latency.max": ({ latencyMs }) => latencyMs?.max ?? null,
  "service.min": (of) => serviceOf(of)?.min ?? null,
  "service.mean": (of) => serviceOf(of)?.mean ?? null,
  "service.p50": (of) => serviceOf(of)?.p50 ?? null,
  "service.p90": (of) => serviceOf(of)?.p90 ?? null,
  "service.p95": (of) => serviceOf(of)?.p95 ?? null,
  "service.p99": (of) => serviceOf(of)?.p99 ?? null,
  "service.p999": (of) => serviceOf(of)?.p999 ?? null,
  "service.max": (of) => serviceOf(of)?.max ?? null,
  "starts.dropped": ({ starts }) => starts?.dropped ?? null,
  "requests.total": ({ requests }) => requests.total,
  "requests.perSecond": ({ requests }) => requests.perSecond,
  "failures.count": ({ requests }) => requests.failed,
  "failures.ratio": ({ requests }) => failureRatio(requests),
  "operations.succeeded": ({ operations }) => operations.succeeded,
  "operations.perSecond": ({ operations }) => operations.perSecond,
  "operations.rolledBack": ({ operations }) => operations.rolledBack,
  "operations.refused": ({ operations }) => operations.refused,
  "operations.unknown": ({ operations }) => operations.unknown,
  "rows.read": ({ rows }) => rows.read,
  "rows.perSecond": ({ rows }) => rows.perSecond,
  "database.blockedSeconds": ({ database }) => (database ? blockedSecondsOf(database) : null),
  "database.longestTransactionSeconds": ({ database }) => (database ? longestTransactionOf(database) : null),
  "process.memoryGrowth": ({ processes = [] }) => maxGrowth(processes)
}

/** A figure of a row; `null` without a request to describe. */
export const figureOf = (of: Judged, name: LimitableName): number | null => figureReaders[name](of)

type NamedFigures = Figures & { readonly name: string }

/** What a threshold limits; `undefined` for a name without a request. */
const rowOf = (
  { figure, name }: Threshold,
  total: Judged,
  byName: ReadonlyArray<NamedFigures>
): Judged | undefined => {
  if (name === undefined) return total
  return sourceOf(figure) === "process"
    ? { ...total, processes: (total.processes ?? []).filter(({ label }) => label === name) }
    : byName.find((each) => each.name === name)
}

/**
 * The worse of two values of a latency, that of succeeded requests and that of all: neither quick refusals nor slow
 * failures make a run look better. If nothing succeeded there is no value.
 */
const judgedValue = (threshold: Threshold, of: Judged): Pick<Verdict, "value" | "judgedBy"> => {
  const all = figureOf(of, threshold.figure)
  if (of.byOutcome === null || !isTimeName(threshold.figure)) return { value: all, judgedBy: null }
  const succeeded = figureOf({ ...of, ...of.byOutcome.succeeded }, threshold.figure)
  if (succeeded === all) return { value: all, judgedBy: null }
  return succeeded === null || all === null || isWorse(threshold, succeeded, all)
    ? { value: succeeded, judgedBy: "succeeded" }
    : { value: all, judgedBy: "all" }
}

/**
 * Judges a threshold by the measurements so far.
 *
 * @param total of all requests
 * @param byName of each kind of request
 * @example latency.p50 < 100ms with 990 refusals in 1 ms and 10 batches in 300 ms: 300 ms, judged by succeeded, not kept
 */
export const judge = (threshold: Threshold, total: Judged, byName: ReadonlyArray<NamedFigures>): Verdict => {
  const { expression, figure } = threshold
  const row = rowOf(threshold, total, byName)
  const { judgedBy, value } =
    row === undefined ? { value: null, judgedBy: null } : judgedValue(threshold, row)
  return { expression, dimension: limitable[figure], value, judgedBy, passed: keeps(threshold, value) }
}

/** Whether a threshold ends a run early. While no request has succeeded, a latency of all requests can. */
export const isLost = (threshold: Threshold, total: Judged, byName: ReadonlyArray<NamedFigures>): boolean => {
  const row = rowOf(threshold, total, byName)
  if (row === undefined) return false
  return endsRun(threshold, judgedValue(threshold, row).value ?? figureOf(row, threshold.figure))
}

/** To three decimals, so that a value just beyond its limit does not look equal to it. */
export const exact = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 })

/**
 * `412.204 ms`, `1.2 %`, `3,100.5 /s`, `7`; `412.204 ms of succeeded requests` where all requests have another value;
 * `nothing measured` or `no request succeeded` where there is no value.
 */
export const measuredText = ({
  dimension,
  judgedBy = null,
  value
}: Pick<Verdict, "dimension" | "value"> & Partial<Pick<Verdict, "judgedBy">>): string => {
  if (value === null) return judgedBy === "succeeded" ? "no request succeeded" : "nothing measured"
  switch (dimension) {
    case "ms":
      return `${exact(value)} ms${judgedBy === null ? "" : ` of ${judgedBy} requests`}`
    case "seconds":
      return `${exact(value)} s`
    case "ratio":
      return `${exact(100 * value)} %`
    case "perSecond":
      return `${exact(value)} /s`
    case "count":
      return exact(value)
  }
}
