/** The charts over time of one run, or of several runs overlaid. */
import { useMemo, useState } from "preact/hooks"
import { clockText } from "./axes.ts"
import { ChartGrid, type TimeView } from "./ChartGrid.tsx"
import type { ChartSpec } from "./chartSpecs.ts"
import { chartsWith, columnsOf, overTime, type Range, shadedOf, type TimedRun } from "./chartData.ts"

const spans = [
  { label: "last 10 min", last: 600 },
  { label: "last minute", last: 60 }
]

const isShown = (range: Range, last: number): boolean =>
  typeof range === "object" && "last" in range && range.last === last

export const Charts = ({
  runs,
  specs,
  ...view
}: TimeView & {
  /** One run, or several overlaid. */
  readonly runs: ReadonlyArray<TimedRun>
  readonly specs: ReadonlyArray<ChartSpec>
}) => {
  const { onRange, range } = view
  const [logarithmic, setLogarithmic] = useState(false)
  const charts = useMemo(
    () =>
      chartsWith(specs, runs).map((spec) => ({
        spec,
        columns: columnsOf(spec, runs),
        shaded: shadedOf(spec, runs)
      })),
    [specs, runs]
  )
  const seconds = Math.max(0, ...runs.map(({ timeline }) => timeline.at(-1)?.elapsedSeconds ?? 0))
  return (
    <section aria-labelledby="over-time">
      <div class="section-head">
        <h2 id="over-time">Over time</h2>
        <div class="controls" role="group" aria-label="Range and scale of the charts">
          <button type="button" aria-pressed={range === "all"} onClick={() => onRange("all")}>
            whole run
          </button>
          {spans
            .filter(({ last }) => seconds > last)
            .map(({ label, last }) => (
              <button
                type="button"
                key={last}
                aria-pressed={isShown(range, last)}
                onClick={() => onRange({ last })}
              >
                {label}
              </button>
            ))}
          <button type="button" aria-pressed={logarithmic} onClick={() => setLogarithmic(!logarithmic)}>
            logarithmic latency
          </button>
          {typeof range === "object" && "from" in range ? (
            <span class="range-note">
              {clockText(range.from)} to {clockText(range.to)}
            </span>
          ) : (
            <span class="range-note hint">drag over a chart to zoom in</span>
          )}
        </div>
      </div>
      <ChartGrid
        charts={charts.map(({ columns, shaded, spec }) => ({ ...overTime(spec, columns, range), shaded }))}
        logarithmic={logarithmic}
        {...view}
      />
    </section>
  )
}
