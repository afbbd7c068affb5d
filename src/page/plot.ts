/** A chart on its canvas, by uPlot. */
import uPlot from "uplot"
import { type Axis, wholeSteps } from "./axes.ts"
import type { ChartLook, Level } from "./chartSpecs.ts"
import { aloneIn, type Columns, type Range } from "./columns.ts"
import { drawSign } from "./drawSign.ts"
import { dashOf, inkOf, seriesColor } from "./ink.ts"

export const plotHeight = 210
export const minWidth = 160

/** Marks of an axis: `2.5`, `12,000`. */
const mark = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 })

const font = "12px system-ui, sans-serif"
const digitWidth = 7

/** Height of the name below an axis. */
const labelSize = 20

/** Height of a chart: as much as was asked for, and the name below its axis. */
export const heightOn = ({ label }: Axis, height: number): number =>
  label === undefined ? height : height + labelSize

/** The colour of a level, as a custom property of page.css. */
export const levelColor = ({ bad }: Level): string => (bad ? "--bad" : "--muted")

/** The marks of an axis that has its own: every n-th, so that they do not run into each other. */
const marksIn = ({ width }: uPlot, { marks = [], text }: Axis): Array<number> => {
  const widest = Math.max(0, ...marks.map((place) => text(place).length))
  const every = Math.ceil((marks.length * (widest + 2) * digitWidth) / Math.max(1, width - 80))
  return marks.filter((_, i) => i % every === 0)
}

/** From so many points on, lines are thin, so that neighbours do not run into each other. */
const manyPoints = 600

export interface PlotOptions {
  readonly holder: HTMLElement
  readonly look: ChartLook
  readonly axis: Axis
  readonly columns: Columns
  readonly logarithmic: boolean
  /** The ends of the x axis, whenever it is drawn. */
  readonly ends: () => readonly [number, number]
  /** What is shaded of it, from where to where, whenever it is drawn. */
  readonly shaded: () => ReadonlyArray<readonly [number, number]>
  /** Somebody drew a range with the pointer; left out where a chart is always seen as a whole. */
  readonly onRange: ((range: Range) => void) | undefined
  /** The pointer moved, over this chart or over another one. */
  readonly onMove: (plot: uPlot) => void
}

/** The data of a plot, as uPlot takes them. */
export const alignedOf = ({ series, x }: Columns): uPlot.AlignedData => [
  x,
  ...series.map(({ values }) => values)
]

/** From zero up, so that heights can be compared; a little more than the highest value. */
const fromZero = (reach: number): uPlot.Scale => ({
  range: (_, __, max) => {
    const [, top = 1] = uPlot.rangeNum(0, Math.max(max, reach) || 1, 0.08, true)
    return [0, top]
  }
})

const byMagnitude = (reach: number): uPlot.Scale => ({
  distr: 3,
  range: (_, min, max) => uPlot.rangeLog(min || 0.1, Math.max(max, reach) || 1, 10, false)
})

/** How high a chart has to reach for what is no value of its lines. */
const reachOf = ({ level }: ChartLook, { series }: Columns, logarithmic: boolean): number => {
  // A chart of magnitudes would get one more for a spread that is a little higher than its value.
  const spreads = logarithmic
    ? []
    : series.flatMap(({ spreads = [] }) => spreads.map((spread) => spread?.[1] ?? 0))
  return Math.max(level?.inSight === true ? level.value : 0, ...spreads)
}

/** Columns of bars: three fifths of their place, and at most so many pixels wide. */
const barSize: [number, number] = [0.6, 36]

export const makePlot = (options: PlotOptions): uPlot => {
  const { axis: across, columns, ends, holder, logarithmic, look, onMove, onRange, shaded } = options
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
    for (const [start, end] of shaded()) {
      const from = plot.valToPos(start, "x", true)
      const to = plot.valToPos(end, "x", true)
      ctx.fillRect(from, bbox.top, Math.max(1, to - from), bbox.height)
    }
    ctx.restore()
  }

  const drawLevel = (plot: uPlot) => {
    const { bbox, ctx } = plot
    const { level } = look
    const { max: top = 0, min: foot = 0 } = plot.scales["y"] ?? {}
    if (level === undefined || top < level.value || foot > level.value) return
    const y = plot.valToPos(level.value, "y", true)
    ctx.save()
    ctx.strokeStyle = ink(levelColor(level))
    ctx.lineWidth = uPlot.pxRatio
    ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.restore()
  }

  /** From the least to the most that was measured, at each value. */
  const drawSpreads = (plot: uPlot) => {
    const { bbox, ctx } = plot
    const half = 4 * uPlot.pxRatio
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left - half, bbox.top, bbox.width + 2 * half, bbox.height)
    ctx.clip()
    ctx.lineWidth = 1.5 * uPlot.pxRatio
    for (const { color, spreads = [] } of columns.series) {
      ctx.strokeStyle = ink(seriesColor(color))
      ctx.beginPath()
      spreads.forEach((spread, i) => {
        if (spread === undefined) return
        const x = plot.valToPos(columns.x[i] ?? 0, "x", true)
        const [low, high] = [plot.valToPos(spread[0], "y", true), plot.valToPos(spread[1], "y", true)]
        ctx.moveTo(x, low)
        ctx.lineTo(x, high)
        for (const y of [low, high]) {
          ctx.moveTo(x - half, y)
          ctx.lineTo(x + half, y)
        }
      })
      ctx.stroke()
    }
    ctx.restore()
  }

  /** Over their points; where there is no value at the foot of the chart, those of several lines one above the other. */
  const drawSigns = (plot: uPlot) => {
    const { bbox, ctx } = plot
    const ratio = uPlot.pxRatio
    columns.series.forEach(({ signs = [], values }, place) => {
      signs.forEach((sign, i) => {
        if (sign === undefined) return
        const value = values[i]
        const x = plot.valToPos(columns.x[i] ?? 0, "x", true)
        const y =
          typeof value === "number"
            ? plot.valToPos(value, "y", true)
            : bbox.top + bbox.height - (10 + 16 * place) * ratio
        drawSign(ctx, sign, { x, y }, ink, ratio)
      })
    })
  }

  const selected = (plot: uPlot) => {
    const { left, width } = plot.select
    if (width <= 0 || onRange === undefined) return
    onRange({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") })
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  }

  // A value that holds for its second is drawn over it, up to its end.
  const steps = look.steps === true ? uPlot.paths.stepped?.({ align: -1 }) : undefined
  const bars = look.bars === true ? uPlot.paths.bars?.({ size: barSize }) : undefined
  const paths = steps ?? bars
  const filled = bars !== undefined || (steps !== undefined && columns.series.length === 1)
  const few = look.few === true
  const reach = reachOf(look, columns, logarithmic)
  return new uPlot(
    {
      width: Math.max(minWidth, holder.clientWidth),
      height: heightOn(across, plotHeight),
      padding: [10, 24, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: across.name, scales: ["x", null] },
        drag: { x: onRange !== undefined, y: false, setScale: false, dist: 6 },
        points: { size: 7, stroke: (_, i) => ink(seriesColor(columns.series[i - 1]?.color ?? 0)) }
      },
      scales: {
        x: { time: false, range: () => [...ends()] },
        y: logarithmic ? byMagnitude(reach) : fromZero(reach)
      },
      axes: [
        {
          ...axis,
          size: 28,
          space: 64,
          ...(across.steps === undefined ? {} : { incrs: [...across.steps] }),
          ...(across.marks === undefined ? {} : { splits: (plot) => marksIn(plot, across) }),
          ...(across.label === undefined
            ? {}
            : { label: across.label, labelSize, labelFont: font, labelGap: 2 }),
          values: (_, splits) => splits.map(across.text)
        },
        {
          ...axis,
          size: (_, values) =>
            Math.max(44, 14 + digitWidth * Math.max(0, ...(values ?? []).map((text) => text.length))),
          space: 36,
          ...(look.whole === true ? { incrs: wholeSteps } : {}),
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
            points: {
              size: few ? 7 : 4,
              space: few ? 0 : 14,
              fill: stroke,
              ...(bars === undefined
                ? { filter: (plot, place, shown) => (shown ? null : aloneIn(plot.data[place] ?? [])) }
                : { show: false })
            },
            ...(paths === undefined ? {} : { paths }),
            ...(filled ? { fill: () => stroke().replace(/^rgb\((.*)\)$/, "rgba($1, 0.14)") } : {})
          }
        })
      ],
      hooks: {
        drawClear: [shade],
        draw: [drawLevel, drawSpreads, drawSigns],
        setCursor: [onMove],
        setSelect: [selected]
      }
    },
    alignedOf(columns),
    holder
  )
}
