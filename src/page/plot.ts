/** A chart on its canvas, by uPlot. */
import { clock } from "../report/text.ts"
import uPlot from "uplot"
import type { ChartPoint, ChartSpec } from "./chartSpecs.ts"
import type { Columns, Range } from "./columns.ts"
import { dashOf, inkOf, seriesColor } from "./ink.ts"

export const plotHeight = 210
export const leastWidth = 160

/** Steps of the time axis in seconds: people count in 5, 15 and 30, in minutes and hours. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** Steps of an axis that counts things. */
const wholeSteps = [1, 10, 100, 1000, 10_000, 100_000].flatMap((unit) => [unit, 2 * unit, 5 * unit])

/** Marks of an axis: `2.5`, `12,000`. */
const mark = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 })

const font = "12px system-ui, sans-serif"
const digitWidth = 7

/** From so many points on, lines are thin, so that neighbours do not run into each other. */
const manyPoints = 600

export interface PlotOptions {
  readonly holder: HTMLElement
  readonly spec: ChartSpec
  readonly columns: Columns
  readonly logarithmic: boolean
  /** The ends of the time axis, whenever it is drawn. */
  readonly ends: () => readonly [number, number]
  /** The points whose time is shaded, whenever it is drawn. */
  readonly shaded: () => ReadonlyArray<ChartPoint>
  /** Somebody drew a range with the pointer. */
  readonly onRange: (range: Range) => void
  /** The pointer moved, over this chart or over another one. */
  readonly onMove: (plot: uPlot) => void
}

/** The data of a plot, as uPlot takes them. */
export const alignedOf = ({ series, x }: Columns): uPlot.AlignedData => [
  x,
  ...series.map(({ values }) => values)
]

/** From zero up, so that heights can be compared; a little more than the highest value. */
const fromZero: uPlot.Scale = {
  range: (_, __, most) => {
    const [, top = 1] = uPlot.rangeNum(0, Math.max(most, 0) || 1, 0.08, true)
    return [0, top]
  }
}

const byMagnitude: uPlot.Scale = {
  distr: 3,
  range: (_, least, most) => uPlot.rangeLog(least || 0.1, most || 1, 10, false)
}

export const makePlot = (options: PlotOptions): uPlot => {
  const { columns, ends, holder, logarithmic, onMove, onRange, shaded, spec } = options
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
    const { bbox, ctx } = plot
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    ctx.fillStyle = ink("--shade")
    for (const { elapsedSeconds, seconds } of shaded()) {
      const from = plot.valToPos(elapsedSeconds - seconds, "x", true)
      const to = plot.valToPos(elapsedSeconds, "x", true)
      ctx.fillRect(from, bbox.top, Math.max(1, to - from), bbox.height)
    }
    ctx.restore()
  }

  const drawLimit = (plot: uPlot) => {
    const { bbox, ctx } = plot
    const top = plot.scales["y"]?.max ?? 0
    if (spec.limit === undefined || top < spec.limit) return
    const y = plot.valToPos(spec.limit, "y", true)
    ctx.save()
    ctx.strokeStyle = ink("--bad")
    ctx.lineWidth = uPlot.pxRatio
    ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.restore()
  }

  const selected = (plot: uPlot) => {
    const { left, width } = plot.select
    if (width <= 0) return
    onRange({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") })
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  }

  // A value that holds for its second is drawn over it, up to its end.
  const steps = spec.steps === true ? uPlot.paths.stepped?.({ align: -1 }) : undefined
  const alone = columns.series.length === 1
  return new uPlot(
    {
      width: Math.max(leastWidth, holder.clientWidth),
      height: plotHeight,
      padding: [10, 24, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: "time", scales: ["x", null] },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        points: { size: 7, stroke: (_, i) => ink(seriesColor(columns.series[i - 1]?.color ?? 0)) }
      },
      scales: { x: { time: false, range: () => [...ends()] }, y: logarithmic ? byMagnitude : fromZero },
      axes: [
        {
          ...axis,
          size: 28,
          incrs: timeSteps,
          space: 64,
          values: (_, splits) => splits.map(clock)
        },
        {
          ...axis,
          size: (_, values) =>
            Math.max(44, 14 + digitWidth * Math.max(0, ...(values ?? []).map((text) => text.length))),
          space: 36,
          ...(spec.whole === true ? { incrs: wholeSteps } : {}),
          // uPlot leaves out marks of a logarithmic axis that are too close by giving null for them.
          values: (_, splits) =>
            splits.map((value: number | null) => (value === null ? "" : mark.format(value)))
        }
      ],
      series: [
        {},
        ...columns.series.map(({ color, dash, label }): uPlot.Series => {
          const stroke = () => ink(seriesColor(color))
          return {
            label,
            stroke,
            width: columns.x.length > manyPoints ? 1 : 1.75,
            dash: [...dashOf(dash)],
            points: { size: 4, space: 14, fill: stroke },
            ...(steps === undefined ? {} : { paths: steps }),
            ...(steps === undefined || !alone
              ? {}
              : { fill: () => stroke().replace(/^rgb\((.*)\)$/, "rgba($1, 0.14)") })
          }
        })
      ],
      hooks: { drawClear: [shade], draw: [drawLimit], setCursor: [onMove], setSelect: [selected] }
    },
    alignedOf(columns),
    holder
  )
}
