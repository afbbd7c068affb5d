/** Table rows with figures of single requests and of batches, and their ratio. */
import { failureRatio } from "../result/Figures.ts"
import type { Side, VersusPair } from "../result/Versus.ts"
import { bytes, noValue, percent, plain, ratioText } from "./format.ts"

/** One figure of both sides. */
export interface VersusRow {
  readonly name: string
  readonly single: string
  readonly batch: string
  /** Batches divided by single requests. */
  readonly ratio: string
}

type Value = number | null | undefined

/** @example sideRow("requests", 300, 10) // { name: "requests", single: "300", batch: "10", ratio: "0.0333" } */
export const versusRow = (
  name: string,
  single: Value,
  batch: Value,
  text: (value: Value) => string = plain
): VersusRow => ({
  name,
  single: text(single),
  batch: text(batch),
  ratio:
    typeof single === "number" && typeof batch === "number" && single > 0
      ? ratioText(batch / single)
      : noValue
})

export const bytesText = (count: Value): string => (typeof count === "number" ? bytes(count) : noValue)

/**
 * Rates, outcomes and sizes of requests and operations. Operations per second have one ratio, that of the pair in the
 * middle; their rates and counts over all slices have none.
 */
export const countRows = (
  single: Side,
  batch: Side,
  middle: VersusPair | undefined
): ReadonlyArray<VersusRow> => {
  const row = (name: string, of: (side: Side) => Value, text?: (value: Value) => string) =>
    versusRow(name, of(single), of(batch), text)
  const each = (of: (side: Side) => number) => (side: Side) =>
    side.operations.succeeded === 0 ? null : of(side) / side.operations.succeeded
  const rate = (of: (side: Side) => { readonly perSecond: number }) => (side: Side) =>
    side.elapsedSeconds === 0 ? null : of(side).perSecond
  const lost = [
    row("failed deliberately, as expected", ({ requests }) => requests.expectedFailures),
    row("operations rolled back", ({ operations }) => operations.rolledBack),
    row("operations refused", ({ operations }) => operations.refused),
    row("operations without a verdict", ({ operations }) => operations.unknown)
  ]
  return [
    versusRow("operations per second, median pair", middle?.single ?? null, middle?.batch ?? null),
    {
      ...row(
        "operations per second, all slices",
        rate(({ operations }) => operations)
      ),
      ratio: noValue
    },
    row(
      "requests per second",
      rate(({ requests }) => requests)
    ),
    { ...row("operations confirmed", ({ operations }) => operations.succeeded), ratio: noValue },
    row("requests sent", ({ requests }) => requests.total),
    row("requests failed", ({ requests }) => requests.failed),
    row("share of requests failed", ({ requests }) => failureRatio(requests), percent),
    ...lost.filter(({ batch, single }) => batch !== "0" || single !== "0"),
    row(
      "bytes sent per operation",
      each((side) => side.bytes.sent),
      bytesText
    ),
    row(
      "bytes received per operation",
      each((side) => side.bytes.received),
      bytesText
    ),
    row("seconds measured", ({ elapsedSeconds }) => elapsedSeconds)
  ]
}

type Latency = Side["latencyMs"]
const percentiles = ["p50", "p95", "p99", "max"] as const

const latencyRows = (
  single: Side,
  batch: Side,
  of: (side: Side) => Latency,
  text: (value: Value) => string
): ReadonlyArray<VersusRow> =>
  percentiles.map((percentile) => {
    const value = (side: Side) => of(side)?.[percentile]
    return versusRow(percentile === "max" ? "max" : percentile, value(single), value(batch), text)
  })

export const requestLatencyRows = (single: Side, batch: Side): ReadonlyArray<VersusRow> =>
  latencyRows(single, batch, ({ latencyMs }) => latencyMs, plain)

/** Three significant digits: the latency per operation may be far below a millisecond. */
export const operationLatencyRows = (single: Side, batch: Side): ReadonlyArray<VersusRow> =>
  latencyRows(single, batch, ({ operationMs }) => operationMs, ratioText)
