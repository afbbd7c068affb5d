/** One chart: lines over time, their values at the pointer, and a table of the same. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks"
import type uPlot from "uplot"
import { clock, figure } from "../report/text.ts"
import type { ChartSpec } from "./chartSpecs.ts"
import { ChartTable } from "./ChartTable.tsx"
import { columnsOf, describe, type Range, rangeEnds, type Timed } from "./columns.ts"
import { noValue } from "./format.ts"
import { dashOf, seriesColor } from "./ink.ts"
import { alignedOf, leastWidth, makePlot, plotHeight } from "./plot.ts"

export interface ChartProps {
  readonly spec: ChartSpec
  /** One, or several that are laid over each other. */
  readonly runs: ReadonlyArray<Timed>
  readonly range: Range
  readonly onRange: (range: Range) => void
  readonly logarithmic: boolean
  /** The last values are shown while no pointer is over a chart. */
  readonly live: boolean
  /** Changes when the colours do. */
  readonly colors: string
  readonly printing: boolean
  /** The file that has every point, where there is one. */
  readonly allIn: string | undefined
}

/** A sheet of A4 or Letter has 700 px between its margins. */
const printed = { wide: 700, half: 340, height: 150 }

/** The values at the pointer: written past Preact, because a pointer moves often. */
const writeReadout = (
  plot: uPlot,
  live: boolean,
  readout: ReadonlyArray<HTMLElement | null>,
  time: HTMLElement | null
) => {
  const [x = [], ...series] = plot.data
  const at = plot.cursor.idx ?? (live ? x.length - 1 : undefined)
  const seconds = at === undefined ? undefined : x[at]
  if (time !== null) time.textContent = seconds === undefined ? "" : `at ${clock(seconds)}`
  readout.forEach((element, i) => {
    const value = at === undefined ? undefined : series[i]?.[at]
    if (element === null) return
    element.textContent = typeof value === "number" ? figure(value) : at === undefined ? "" : noValue
  })
}

const Swatch = ({ color, dash }: { readonly color: number; readonly dash: number }) => (
  <svg class="swatch" viewBox="0 0 26 6" width="26" height="6" aria-hidden="true">
    <line
      x1="0"
      x2="26"
      y1="3"
      y2="3"
      stroke={`var(${seriesColor(color)})`}
      stroke-width="2.5"
      stroke-dasharray={dashOf(dash).join(" ")}
    />
  </svg>
)

export const Chart = (props: ChartProps) => {
  const { allIn, colors, live, logarithmic, printing, range, runs, spec } = props
  const columns = useMemo(() => columnsOf(spec, runs), [spec, runs])
  const holder = useRef<HTMLDivElement>(null)
  const time = useRef<HTMLLIElement>(null)
  const readout = useRef<Array<HTMLElement | null>>([])
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ ...props, columns })
  latest.current = { ...props, columns }

  const onLogarithm = logarithmic && spec.logarithmic === true
  const lines = columns.series.map(({ color, dash, label }) => `${label}/${color}/${dash}`).join("|")
  const empty = columns.x.length === 0

  // A chart is made anew when its kind of scale, its lines or its colours change, and not for a second more.
  useLayoutEffect(() => {
    if (holder.current === null || empty) return
    const made = makePlot({
      holder: holder.current,
      spec,
      columns,
      logarithmic: onLogarithm,
      ends: () => rangeEnds(latest.current.range, latest.current.columns.x.at(-1) ?? 1),
      shaded: () => {
        const [run, another] = latest.current.runs
        return spec.shaded === undefined || another !== undefined
          ? []
          : (run?.timeline.filter(spec.shaded) ?? [])
      },
      onRange: (drawn) => latest.current.onRange(drawn),
      onMove: (moved) => writeReadout(moved, latest.current.live, readout.current, time.current)
    })
    plot.current = made
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width > 0 && width !== made.width && !latest.current.printing) {
        made.setSize({ width: Math.max(leastWidth, width), height: plotHeight })
      }
    })
    observer.observe(holder.current)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [spec, lines, onLogarithm, colors, empty])

  useLayoutEffect(() => {
    const made = plot.current
    if (made === null) return
    made.setData(alignedOf(columns))
    writeReadout(made, live, readout.current, time.current)
  }, [columns, range, onLogarithm, colors, live])

  useLayoutEffect(() => {
    const width = spec.wide === true ? printed.wide : printed.half
    plot.current?.setSize(
      printing
        ? { width, height: printed.height }
        : { width: Math.max(leastWidth, holder.current?.clientWidth ?? 0), height: plotHeight }
    )
  }, [printing, colors])

  return (
    <figure class={spec.wide === true ? "chart wide" : "chart"} id={`chart-${spec.id}`}>
      <figcaption>
        <h3>
          {spec.title}
          <span class="unit">, {spec.unit}</span>
        </h3>
        <ul class="legend" aria-hidden="true">
          {columns.series.map(({ color, dash, label }, i) => (
            <li key={label}>
              <Swatch color={color} dash={dash} />
              {label}{" "}
              <b
                ref={(element) => {
                  readout.current[i] = element
                }}
              />
            </li>
          ))}
          {spec.limit === undefined ? null : (
            <li>
              <svg class="swatch limit-swatch" viewBox="0 0 26 6" width="26" height="6" aria-hidden="true">
                <line x1="0" x2="26" y1="3" y2="3" stroke-dasharray="4" />
              </svg>
              limit {figure(spec.limit)}
            </li>
          )}
          {spec.shaded === undefined || runs.length > 1 ? null : (
            <li>
              <svg class="swatch shade-swatch" viewBox="0 0 14 10" width="14" height="10" aria-hidden="true">
                <rect width="14" height="10" rx="2" />
              </svg>
              over a limit
            </li>
          )}
          <li class="at" ref={time} />
        </ul>
      </figcaption>
      {empty ? (
        <p class="nothing">Nothing was measured.</p>
      ) : (
        <>
          <div class="plot" role="img" aria-label={describe(spec, columns)} ref={holder} />
          <ChartTable columns={columns} spec={spec} printing={printing} allIn={allIn} />
        </>
      )}
    </figure>
  )
}
