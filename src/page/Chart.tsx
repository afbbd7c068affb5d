/** One chart: title, legend, plot, and a table of the same values. */
import type { RefObject } from "preact"
import { useLayoutEffect, useRef } from "preact/hooks"
import type uPlot from "uplot"
import { figure } from "../result/numberFormat.ts"
import { type ChartData, describeChart, type Range } from "./chartData.ts"
import { ChartLegend, type Readout } from "./ChartLegend.tsx"
import { ChartTable } from "./ChartTable.tsx"
import { noValue } from "./format.ts"
import { alignedOf, heightOn, makePlot, minWidth, plotHeight } from "./plot.ts"

export interface ChartProps extends ChartData {
  /** The user selected a range; left out when the chart always shows everything. */
  readonly onRange?: (range: Range) => void
  readonly logarithmic: boolean
  /** Shows the last values while no pointer is over a chart. */
  readonly live: boolean
  /** Identifies the colours; another value redraws the chart. */
  readonly colors: string
  readonly printing: boolean
  /** The file with every point, if there is one. */
  readonly allIn?: string | undefined
}

/** Pixels; A4 and Letter have 700 px between their margins. */
const printed = { wide: 700, half: 340, height: 150 }

/** Writes the values at the pointer to the DOM directly: pointer events are too frequent for rendering. */
const writeReadout = (plot: uPlot, { axis, live, style }: ChartProps, { place, values }: Readout) => {
  const [x = [], ...series] = plot.data
  const at = plot.cursor.idx ?? (live ? x.length - 1 : undefined)
  const placed = at === undefined ? undefined : x[at]
  if (place !== null) place.textContent = placed === undefined ? "" : axis.at(placed)
  values.forEach((element, i) => {
    const index = style.nearest === true ? (plot.cursor.idxs?.[i + 1] ?? at) : at
    const value = index === undefined ? undefined : series[i]?.[index]
    if (element === null) return
    element.textContent = typeof value === "number" ? figure(value) : at === undefined ? "" : noValue
  })
}

/** Resizes the plot with its holder, except while printing. @returns stops that */
const followWidth = (plot: uPlot, holder: HTMLElement, latest: RefObject<ChartProps>) => {
  const observer = new ResizeObserver(([entry]) => {
    const { axis, printing } = latest.current
    const width = Math.floor(entry?.contentRect.width ?? 0)
    if (width > 0 && width !== plot.width && !printing) {
      plot.setSize({ width: Math.max(minWidth, width), height: heightOn(axis, plotHeight) })
    }
  })
  observer.observe(holder)
  return () => observer.disconnect()
}

/** Keeps a plot in the holder. New points update it; a new scale, new lines or new colours rebuild it. */
const usePlot = (props: ChartProps, readout: RefObject<Readout>) => {
  const { axis, colors, columns, ends, live, logarithmic, onRange, printing, style } = props
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const [from, to] = ends
  const onLogarithm = logarithmic && style.logarithmic === true
  const lines = columns.series.map(({ color, dash, label }) => `${label}/${color}/${dash}`).join("|")
  const empty = columns.x.length === 0

  useLayoutEffect(() => {
    if (holder.current === null || empty) return
    const made = makePlot({
      holder: holder.current,
      style,
      axis,
      columns,
      logarithmic: onLogarithm,
      ends: () => latest.current.ends,
      shaded: () => latest.current.shaded ?? [],
      warmUpSeconds: () => latest.current.columns.warmUpSeconds,
      onRange: onRange && ((selected) => latest.current.onRange?.(selected)),
      onMove: (moved) => writeReadout(moved, latest.current, readout.current)
    })
    plot.current = made
    const unfollow = followWidth(made, holder.current, latest)
    return () => {
      unfollow()
      made.destroy()
      plot.current = null
    }
  }, [style, axis, lines, onLogarithm, colors, empty])

  useLayoutEffect(() => {
    plot.current?.setData(alignedOf(columns))
    if (plot.current !== null) writeReadout(plot.current, latest.current, readout.current)
  }, [columns, from, to, onLogarithm, colors, live])

  useLayoutEffect(() => {
    const width = style.wide === true ? printed.wide : printed.half
    plot.current?.setSize({
      width: printing ? width : Math.max(minWidth, holder.current?.clientWidth ?? 0),
      height: heightOn(axis, printing ? printed.height : plotHeight)
    })
  }, [printing, colors])
  return holder
}

export const Chart = (props: ChartProps) => {
  const { allIn, axis, columns, printing, style } = props
  const readout = useRef<Readout>({ values: [], place: null })
  const holder = usePlot(props, readout)
  return (
    <figure class={style.wide === true ? "chart wide" : "chart"} id={`chart-${style.id}`}>
      <figcaption>
        <h3>
          {style.title}
          <span class="unit">, {style.unit}</span>
        </h3>
        <ChartLegend chart={props} readout={readout} />
      </figcaption>
      {columns.x.length === 0 ? (
        <p class="nothing">Nothing was measured.</p>
      ) : (
        <>
          <div class="plot" role="img" aria-label={describeChart(style, axis, columns)} ref={holder} />
          <ChartTable style={style} axis={axis} columns={columns} printing={printing} allIn={allIn} />
        </>
      )}
    </figure>
  )
}
