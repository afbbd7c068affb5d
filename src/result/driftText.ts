/** Drift in sentences and tables. */
import { listed } from "../domain/words.ts"
import type { Drift, DriftSeries } from "./Drift.ts"
import { clock, figure } from "./numberFormat.ts"

/** A value of a series with its unit. @example "102 ms", "0.5 %", "150 MB" */
export const seriesValue = ({ unit }: Pick<DriftSeries, "unit">, value: number): string => {
  switch (unit) {
    case "share":
      return `${figure(100 * value)} %`
    case "bytes":
      return `${figure(value / 1e6)} MB`
    default:
      return `${figure(value)} ${unit}`
  }
}

/** Relative to the start; of a share there is none. @example "+57 %" */
export const changeText = ({ from, kind, to }: DriftSeries): string => {
  if (kind === "failures" || !(from > 0)) return "-"
  const percent = (100 * (to / from - 1)).toFixed(1).replace(/^-0\.0$/, "0.0")
  return `${to > from && percent !== "0.0" ? "+" : ""}${percent} %`
}

/** @example "60.1 ms (59.8 to 60.4)" */
export const hourlyText = (series: DriftSeries): string => {
  const { interval, perHour } = series
  const range =
    interval === null
      ? ""
      : ` (${[interval.low, interval.high].map((each) => seriesValue(series, each)).join(" to ")})`
  return `${seriesValue(series, perHour)}${range}`
}

const verdictWords: Readonly<Record<DriftSeries["verdict"], string>> = {
  steady: "steady",
  drift: "drift",
  leak: "suspected leak",
  unclear: "cannot be told"
}

/** The rows of a table: figure, from, to, change, per hour, verdict. */
export const driftRows = ({ series }: Drift): ReadonlyArray<ReadonlyArray<string>> => [
  ["over time", "from", "to", "change", "per hour (99 % confidence)", "verdict"],
  ...series.map((each) => [
    each.name,
    seriesValue(each, each.from),
    seriesValue(each, each.to),
    changeText(each),
    hourlyText(each),
    verdictWords[each.verdict]
  ])
]

export const drifting = ({ series }: Drift): ReadonlyArray<DriftSeries> =>
  series.filter(({ verdict }) => verdict === "drift" || verdict === "leak")

/** Of all figures together: one that drifted counts first, then one of which it cannot be told. */
export const driftOutcome = (drift: Drift): "drifted" | "unclear" | "steady" =>
  drifting(drift).length > 0
    ? "drifted"
    : drift.series.some(({ verdict }) => verdict === "unclear")
      ? "unclear"
      : "steady"

const changeSentence = (series: DriftSeries): string => {
  const { from, name, to, verdict } = series
  const change = changeText(series)
  const by = change === "-" ? "" : ` by ${change.replace(/^[+-]/, "")}`
  const ends = `from ${seriesValue(series, from)} to ${seriesValue(series, to)}`
  return verdict === "leak"
    ? `${name} grew${by}, ${ends}, in each quarter of the time, as a leak would`
    : `${name} ${to > from ? "grew" : "fell"}${by}, ${ends}`
}

/** @example "Between 0:06:00 and 1:00:00 the load was constant, but latency p95 grew by 51 %, from 106 ms to 160 ms." */
export const driftSentence = (drift: Drift | null): string | undefined => {
  if (drift === null) return undefined
  const changed = drifting(drift)
  return changed.length === 0
    ? undefined
    : `Between ${clock(drift.fromSeconds)} and ${clock(drift.toSeconds)} the load was constant, but ` +
        `${listed(changed.map(changeSentence))}. Figures of the whole run are means over this change.`
}

/** The result in any case. */
export const driftNote = (drift: Drift): string => {
  const unclear = drift.series.filter(({ verdict }) => verdict === "unclear").map(({ name }) => name)
  return (
    driftSentence(drift) ??
    `No drift between ${clock(drift.fromSeconds)} and ${clock(drift.toSeconds)}` +
      `${unclear.length === 0 ? "." : `; of ${listed(unclear)} it cannot be told.`}`
  )
}
