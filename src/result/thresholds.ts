/** Verdicts on the thresholds of a run. */
import * as Schema from "effect/Schema"
import { Dimension, type FigureName, figures, keeps, type Threshold } from "../domain/Threshold.ts"
import { failureRatio, type Figures } from "./Figures.ts"

export const Verdict = Schema.Struct({
  /** As it was written: `latency.p95 < 500ms`. */
  expression: Schema.String,
  dimension: Dimension,
  /** In that dimension; `null` when nothing was measured, which fails the threshold. */
  value: Schema.NullOr(Schema.Number),
  passed: Schema.Boolean
})
export interface Verdict extends Schema.Schema.Type<typeof Verdict> {}

/** Source of a figure: one kind of request, or all requests with the starts of the run. */
export type Judged = Figures & { readonly starts?: { readonly dropped: number } }

/** In the closed model service time equals latency. */
const serviceOf = ({ latencyMs, serviceMs }: Figures) => serviceMs ?? latencyMs

const figureReaders: Readonly<Record<FigureName, (of: Judged) => number | null>> = {
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
  "operations.unknown": ({ operations }) => operations.unknown
}

/** A figure of a row; `null` without a request to describe. */
export const figureOf = (of: Judged, name: FigureName): number | null => figureReaders[name](of)

/**
 * Judges a threshold by the measurements so far.
 *
 * @param total of all requests
 * @param byName of each kind of request
 */
export const judge = (
  threshold: Threshold,
  total: Judged,
  byName: ReadonlyArray<Figures & { readonly name: string }>
): Verdict => {
  const { expression, figure, name } = threshold
  const row = name === undefined ? total : byName.find((each) => each.name === name)
  const value = row === undefined ? null : figureOf(row, figure)
  return { expression, dimension: figures[figure], value, passed: keeps(threshold, value) }
}

/** To three decimals, so that a value just beyond its limit does not look equal to it. */
export const exact = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 })

/** `412.204 ms`, `1.2 %`, `3,100.5 /s`, `7`; `nothing measured` where there is no value. */
export const measuredText = ({ dimension, value }: Pick<Verdict, "dimension" | "value">): string => {
  if (value === null) return "nothing measured"
  switch (dimension) {
    case "ms":
      return `${exact(value)} ms`
    case "ratio":
      return `${exact(100 * value)} %`
    case "perSecond":
      return `${exact(value)} /s`
    case "count":
      return exact(value)
  }
}
