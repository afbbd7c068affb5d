/** All charts over time, of one run or of several laid over each other. */
import { clock } from "../report/text.ts"
import { useMemo, useState } from "preact/hooks"
import { timeAxis } from "./axes.ts"
import { Chart, type ChartProps } from "./Chart.tsx"
import { type ChartSpec, chartSpecs } from "./chartSpecs.ts"
import { chartsWith, columnsOf, type Range, rangeEnds, shadedOf, type Timed } from "./columns.ts"

const spans = [
  { label: "last 10 min", last: 600 },
  { label: "last minute", last: 60 }
]

const isShown = (range: Range, last: number): boolean =>
  typeof range === "object" && "last" in range && range.last === last

interface TimeChartProps extends Omit<ChartProps, "axis" | "columns" | "ends" | "look" | "shaded"> {
  readonly spec: ChartSpec
  /** One, or several that are laid over each other. */
  readonly runs: ReadonlyArray<Timed>
  readonly range: Range
}

const TimeChart = ({ range, runs, spec, ...rest }: TimeChartProps) => {
  const columns = useMemo(() => columnsOf(spec, runs), [spec, runs])
  const shaded = useMemo(() => shadedOf(spec, runs), [spec, runs])
  const ends = rangeEnds(range, columns.x.at(-1) ?? 1)
  return <Chart look={spec} axis={timeAxis} columns={columns} ends={ends} shaded={shaded} {...rest} />
}

export const Charts = ({
  allIn,
  live = false,
  printing,
  runs,
  specs = chartSpecs,
  theme
}: {
  readonly runs: ReadonlyArray<Timed>
  readonly live?: boolean
  readonly specs?: ReadonlyArray<ChartSpec>
  readonly theme: string
  readonly printing: boolean
  /** The file that has every point of the runs, where there is one. */
  readonly allIn?: string
}) => {
  const [logarithmic, setLogarithmic] = useState(false)
  const [range, setRange] = useState<Range>("all")
  const seconds = Math.max(0, ...runs.map(({ timeline }) => timeline.at(-1)?.elapsedSeconds ?? 0))
  const colors = printing ? "print" : theme
  return (
    <section aria-labelledby="over-time">
      <div class="section-head">
        <h2 id="over-time">Over time</h2>
        <div class="controls" role="group" aria-label="What the charts show">
          <button type="button" aria-pressed={range === "all"} onClick={() => setRange("all")}>
            whole run
          </button>
          {spans
            .filter(({ last }) => seconds > last)
            .map(({ label, last }) => (
              <button
                type="button"
                key={last}
                aria-pressed={isShown(range, last)}
                onClick={() => setRange({ last })}
              >
                {label}
              </button>
            ))}
          <button type="button" aria-pressed={logarithmic} onClick={() => setLogarithmic(!logarithmic)}>
            logarithmic latency
          </button>
          {typeof range === "object" && "from" in range ? (
            <span class="range-note">
              {clock(range.from)} to {clock(range.to)}
            </span>
          ) : (
            <span class="range-note hint">draw over a chart to enlarge a time</span>
          )}
        </div>
      </div>
      <div class="charts">
        {chartsWith(specs, runs).map((spec) => (
          <TimeChart
            key={spec.id}
            spec={spec}
            runs={runs}
            range={range}
            onRange={setRange}
            logarithmic={logarithmic}
            live={live}
            colors={colors}
            printing={printing}
            allIn={allIn}
          />
        ))}
      </div>
    </section>
  )
}
