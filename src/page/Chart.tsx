/** One chart: lines over time, their values at the pointer, and a table of the same. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks"
import uPlot from "uplot"
import { figure } from "../report/text.ts"
import {
  type ChartSpec,
  type Columns,
  columnsOf,
  describe,
  type Range,
  rangeEnds,
  type Timed
} from "./charts.ts"
import { clock, noValue, withUnit } from "./format.ts"
import { dashOf, inkOf, seriesColor } from "./ink.ts"
import { Scroll } from "./Scroll.tsx"
import { thin } from "./thin.ts"

export interface ChartProps {
  readonly spec: ChartSpec
  /** One, or several that are laid over each other. */
  readonly runs: ReadonlyArray<Timed>
  readonly range: Range
  /** Somebody drew a range with the pointer. */
  readonly onRange: (range: Range) => void
  readonly logarithmic: boolean
  /** Changes when the colours do. */
  readonly theme: string
  readonly printing: boolean
}

const height = 210
/** A sheet of A4 or Letter has 700 px between its margins. */
const printed = { wide: 700, half: 340, height: 150 }

/** Steps of the time axis in seconds: people count in 5, 15 and 30, in minutes and hours. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

const font = "12px system-ui, sans-serif"

const readoutTime = (seconds: number | undefined): string =>
  seconds === undefined ? "" : `at ${clock(Math.round(seconds))}`

/** The values at the pointer, or the last ones: written past Preact, because a pointer moves often. */
const writeReadout = (plot: uPlot, readout: ReadonlyArray<HTMLElement | null>, time: HTMLElement | null) => {
  const [x = [], ...series] = plot.data
  const at = plot.cursor.idx ?? x.length - 1
  if (time !== null) time.textContent = readoutTime(x[at])
  readout.forEach((element, i) => {
    const value = series[i]?.[at]
    if (element !== null) element.textContent = typeof value === "number" ? figure(value) : noValue
  })
}

const aligned = ({ series, x }: Columns): uPlot.AlignedData => [x, ...series.map(({ values }) => values)]

const plotOf = (
  { logarithmic, onRange, runs, spec }: ChartProps,
  columns: Columns,
  holder: HTMLElement,
  ends: () => readonly [number, number],
  shadedRuns: () => ReadonlyArray<Timed>,
  onMove: (plot: uPlot) => void
): uPlot => {
  const inks = new Map<string, string>()
  const ink = (property: string): string => {
    const color = inks.get(property) ?? inkOf(holder, property)
    inks.set(property, color)
    return color
  }
  const axis: uPlot.Axis = {
    stroke: () => ink("--muted"),
    grid: { stroke: () => ink("--grid"), width: 1 },
    ticks: { show: false },
    font
  }

  const shade = (plot: uPlot) => {
    const [run] = shadedRuns()
    if (spec.shaded === undefined || run === undefined) return
    const { ctx } = plot
    ctx.save()
    ctx.beginPath()
    ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height)
    ctx.clip()
    ctx.fillStyle = ink("--shade")
    for (const point of run.timeline.filter(spec.shaded)) {
      const from = plot.valToPos(point.elapsedSeconds - point.seconds, "x", true)
      const to = plot.valToPos(point.elapsedSeconds, "x", true)
      ctx.fillRect(from, plot.bbox.top, Math.max(1, to - from), plot.bbox.height)
    }
    ctx.restore()
  }
  const drawLimit = (plot: uPlot) => {
    const { ctx } = plot
    const { max } = plot.scales["y"] ?? {}
    if (spec.limit === undefined || max === undefined || max < spec.limit) return
    const y = plot.valToPos(spec.limit, "y", true)
    ctx.save()
    ctx.strokeStyle = ink("--bad")
    ctx.lineWidth = uPlot.pxRatio
    ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio])
    ctx.beginPath()
    ctx.moveTo(plot.bbox.left, y)
    ctx.lineTo(plot.bbox.left + plot.bbox.width, y)
    ctx.stroke()
    ctx.restore()
  }

  const steps = spec.steps === true ? uPlot.paths.stepped?.({ align: -1 }) : undefined
  return new uPlot(
    {
      width: Math.max(160, holder.clientWidth),
      height,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: "time", scales: ["x", null] },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        points: { size: 7, stroke: (_, i) => ink(seriesColor(columns.series[i - 1]?.color ?? 0)) }
      },
      scales: {
        x: { time: false, range: () => [...ends()] },
        y:
          logarithmic && spec.logarithmic === true
            ? { distr: 3, range: (_, least, most) => uPlot.rangeLog(least || 0.1, most || 1, 10, false) }
            : {
                range: (_, __, most) => {
                  const [, top = 1] = uPlot.rangeNum(0, Math.max(most, 0) || 1, 0.08, true)
                  return [0, top]
                }
              }
      },
      axes: [
        {
          ...axis,
          incrs: timeSteps,
          space: 64,
          values: (_, splits) => splits.map((seconds) => clock(Math.round(seconds)))
        },
        {
          ...axis,
          size: (_, values) =>
            Math.max(44, 14 + 7 * Math.max(0, ...(values ?? []).map((text) => text.length))),
          space: 36,
          values: (_, splits) => splits.map((value: number | null) => (value === null ? "" : figure(value)))
        }
      ],
      series: [
        {},
        ...columns.series.map(({ color, dash, label }): uPlot.Series => ({
          label,
          stroke: () => ink(seriesColor(color)),
          width: 1.75,
          dash: [...dashOf(dash)],
          points: { size: 4, space: 14, fill: () => ink(seriesColor(color)) },
          ...(steps === undefined ? {} : { paths: steps }),
          ...(spec.steps === true && runs.length === 1
            ? { fill: () => ink(seriesColor(color)).replace(/^rgb\((.*)\)$/, "rgba($1, 0.14)") }
            : {})
        }))
      ],
      hooks: {
        drawClear: [shade],
        draw: [drawLimit],
        setCursor: [onMove],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select
            if (width <= 0) return
            onRange({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") })
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          }
        ]
      }
    },
    aligned(columns),
    holder
  )
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

/** The rows of a chart, so many that they can be read. */
const ChartTable = ({ columns, spec }: { readonly columns: Columns; readonly spec: ChartSpec }) => {
  const { rows, which } = thin(columns.x.map((at, i) => ({ at, i })))
  return (
    <details class="chart-table">
      <summary>
        Table <span class="hidden">of {spec.title}</span>
      </summary>
      <Scroll
        caption={
          <>
            {spec.title}, {spec.unit}: {which}; summary.json has them all
          </>
        }
      >
        <thead>
          <tr>
            <th scope="col">time</th>
            {columns.series.map(({ label }) => (
              <th scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, i }) => (
            <tr>
              <th scope="row">{clock(at)}</th>
              {columns.series.map(({ values }) => (
                <td>{withUnit(values[i], "").trim()}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Scroll>
    </details>
  )
}

export const Chart = (props: ChartProps) => {
  const { logarithmic, printing, range, runs, spec, theme } = props
  const columns = useMemo(() => columnsOf(spec, runs), [spec, runs])
  const holder = useRef<HTMLDivElement>(null)
  const time = useRef<HTMLLIElement>(null)
  const readout = useRef<Array<HTMLElement | null>>([])
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ ...props, columns })
  latest.current = { ...props, columns }

  const seriesKey = columns.series.map(({ color, dash, label }) => `${label}/${color}/${dash}`).join("|")
  const empty = columns.x.length === 0

  // A chart is made anew when its kind of scale, its lines or its colours change, and not for a second more.
  useLayoutEffect(() => {
    if (holder.current === null || empty) return
    const made = plotOf(
      latest.current,
      columns,
      holder.current,
      () => rangeEnds(latest.current.range, latest.current.columns.x.at(-1) ?? 1),
      () => (latest.current.runs.length === 1 ? latest.current.runs : []),
      (moved) => writeReadout(moved, readout.current, time.current)
    )
    plot.current = made
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width > 0 && width !== made.width && !latest.current.printing) made.setSize({ width, height })
    })
    observer.observe(holder.current)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [spec, seriesKey, logarithmic, theme, empty])

  useLayoutEffect(() => {
    const made = plot.current
    if (made === null) return
    made.setData(aligned(columns))
    writeReadout(made, readout.current, time.current)
  }, [columns, range, logarithmic, theme])

  useLayoutEffect(() => {
    const made = plot.current
    if (made === null || holder.current === null) return
    made.setSize(
      printing
        ? { width: spec.wide === true ? printed.wide : printed.half, height: printed.height }
        : { width: Math.max(160, holder.current.clientWidth), height }
    )
  }, [printing, theme])

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
          <li class="at" ref={time} />
        </ul>
      </figcaption>
      {empty ? (
        <p class="nothing">Nothing was measured.</p>
      ) : (
        <div class="plot" role="img" aria-label={describe(spec, columns)} ref={holder} />
      )}
      {empty ? null : <ChartTable columns={columns} spec={spec} />}
    </figure>
  )
}
