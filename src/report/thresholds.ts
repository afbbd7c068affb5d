/** What a run says of the thresholds that it was given. */
import * as Schema from "effect/Schema"
import { Dimension, type FigureName, figures, keeps, type Threshold } from "../domain/Threshold.ts"
import type { Figures } from "./Figures.ts"

export const Verdict = Schema.Struct({
  /** As it was written: `latency.p95 < 500ms`. */
  expression: Schema.String,
  dimension: Dimension,
  /** In that dimension; `null` when nothing was measured of it, which no threshold allows. */
  value: Schema.NullOr(Schema.Number),
  passed: Schema.Boolean
})
export interface Verdict extends Schema.Schema.Type<typeof Verdict> {}

/** A figure of a row; `null` where no request was measured that it could describe. */
export const figureOf = ({ latencyMs, operations, requests }: Figures, name: FigureName): number | null => {
  const none = requests.total === 0
  switch (name) {
    case "latency.min":
      return none ? null : latencyMs.min
    case "latency.mean":
      return none ? null : latencyMs.mean
    case "latency.p50":
      return none ? null : latencyMs.p50
    case "latency.p90":
      return none ? null : latencyMs.p90
    case "latency.p95":
      return none ? null : latencyMs.p95
    case "latency.p99":
      return none ? null : latencyMs.p99
    case "latency.p999":
      return none ? null : latencyMs.p999
    case "latency.max":
      return none ? null : latencyMs.max
    case "requests.total":
      return requests.total
    case "requests.perSecond":
      return requests.perSecond
    case "failures.count":
      return requests.failed
    case "failures.ratio":
      return none ? null : requests.failed / requests.total
    case "operations.succeeded":
      return operations.succeeded
    case "operations.perSecond":
      return operations.perSecond
    case "operations.rolledBack":
      return operations.rolledBack
    case "operations.refused":
      return operations.refused
    case "operations.unknown":
      return operations.unknown
  }
}

/**
 * Judges a threshold by what was measured so far.
 *
 * @param total of all requests
 * @param byName of each kind of request
 */
export const judge = (
  threshold: Threshold,
  total: Figures,
  byName: ReadonlyArray<Figures & { readonly name: string }>
): Verdict => {
  const { expression, figure, name } = threshold
  const row = name === undefined ? total : byName.find((each) => each.name === name)
  const value = row === undefined ? null : figureOf(row, figure)
  return { expression, dimension: figures[figure], value, passed: keeps(threshold, value) }
}

/** To three decimals, so that what is only just not kept does not look kept. */
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
