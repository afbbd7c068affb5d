/** The options of uPlot for a chart. */
import uPlot from "uplot"
import { type Axis, wholeSteps } from "./axes.ts"
import type { ChartStyle } from "./chartSpecs.ts"
import { isolatedPoints, type Columns, type Range } from "./chartData.ts"
import { resolveColor, seriesColor, seriesDash } from "./colors.ts"
import {
  curvePainter,
  type Ink,
  levelPainter,
  markerPainter,
  shadePainter,
  spreadPainter,
  warmUpPainter
} from "./plotPainters.ts"

export const plotHeight = 210
export const minWidth = 160

/** Tick labels: `2.5`, `12,000`. */
const mark = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 })

const font = "12px system-ui, sans-serif"
const digitWidth = 7

/** Height of the label below an axis. */
const labelSize = 20

/** Height of a chart including the label below its x axis. */
export const heightOn = ({ label }: Axis, height: number): number =>
  label === undefined ? height : height + labelSize

/** The explicit ticks of an axis: every n-th, so that labels do not overlap. */
const marksIn = ({ width }: uPlot, { marks = [], text }: Axis): Array<number> => {
  const widest = Math.max(0, ...marks.map((place) => text(place).length))
  const every = Math.ceil((marks.length * (widest + 2) * digitWidth) / Math.max(1, width - 80))
  return marks.filter((_, i) => i % every === 0)
}

/** With more points, lines are thin to keep neighbours apart. */
const manyPoints = 600

export interface PlotOptions {
  readonly holder: HTMLElement
  readonly style: ChartStyle
  readonly axis: Axis
  readonly columns: Columns
  readonly logarithmic: boolean
  /** The current ends of the x axis. */
  readonly ends: () => readonly [number, number]
  /** The currently shaded intervals of the x axis. */
  readonly shaded: () => ReadonlyArray<readonly [number, number]>
  /** The current length of the warm-up, which is drawn greyed; `undefined` without one. */
  readonly warmUpSeconds: () => number | undefined
  /** The user selected a range with the pointer; `undefined` disables selection. */
  readonly onRange: ((range: Range) => void) | undefined
  /** The pointer moved over this chart or a synchronized one. */
  readonly onMove: (plot: uPlot) => void
}

/** The data in the form that uPlot expects. */
export const alignedOf = ({ series, x }: Columns): uPlot.AlignedData => [
  x,
  ...series.map(({ values }) => values)
]

/** A linear scale from zero to slightly above the highest value. */
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

/** The minimum top of the y scale: a reference line in sight, the ranges and the curve must fit. */
const minTop = ({ level }: ChartStyle, { curve, series }: Columns, logarithmic: boolean): number => {
  // A range slightly above its value must not add a whole decade to a logarithmic scale.
  const spreads = logarithmic
    ? []
    : series.flatMap(({ spreads = [] }) => spreads.map((spread) => spread?.[1] ?? 0))
  return Math.max(
    level?.inSight === true ? level.value : 0,
    ...spreads,
    ...(curve?.points ?? []).map(([, y]) => y)
  )
}

/** Bars take three fifths of their place, at most 36 pixels. */
const barSize: [number, number] = [0.6, 36]

/** Colours of one theme, each resolved once. */
const inkAt = (holder: HTMLElement): Ink => {
  const inks = new Map<string, string>()
  return (property) => {
    const color = inks.get(property) ?? resolveColor(holder, property)
    inks.set(property, color)
    return color
  }
}

const axesOf = (across: Axis, style: ChartStyle, ink: Ink): [uPlot.Axis, uPlot.Axis] => {
  const common: uPlot.Axis = {
    stroke: () => ink("--muted"),
    grid: { stroke: () => ink("--grid"), width: 1 },
    ticks: { show: false },
    font
  }
  return [
    {
      ...common,
      size: 28,
      space: 64,
      ...(across.steps === undefined ? {} : { incrs: [...across.steps] }),
      ...(across.marks === undefined ? {} : { splits: (plot) => marksIn(plot, across) }),
      ...(across.label === undefined ? {} : { label: across.label, labelSize, labelFont: font, labelGap: 2 }),
      values: (_, splits) => splits.map(across.text)
    },
    {
      ...common,
      size: (_, values) =>
        Math.max(44, 14 + digitWidth * Math.max(0, ...(values ?? []).map((text) => text.length))),
      space: 36,
      ...(style.whole === true ? { incrs: wholeSteps } : {}),
      // On a logarithmic axis uPlot passes null for ticks that are too close to label.
      values: (_, splits) => splits.map((value: number | null) => (value === null ? "" : mark.format(value)))
    }
  ]
}

const seriesOf = ({ columns, style }: PlotOptions, ink: Ink): Array<uPlot.Series> => {
  // A value holds for the second before its point, so a step ends there.
  const steps = style.steps === true ? uPlot.paths.stepped?.({ align: -1 }) : undefined
  const bars = style.bars === true ? uPlot.paths.bars?.({ size: barSize }) : undefined
  const paths = steps ?? bars
  const filled = bars !== undefined || (steps !== undefined && columns.series.length === 1)
  const few = style.few === true
  return columns.series.map(({ color, dash, label }): uPlot.Series => {
    const stroke = () => ink(seriesColor(color))
    return {
      label,
      stroke,
      width: columns.x.length > manyPoints ? 1 : 1.75,
      dash: [...seriesDash(dash)],
      points: {
        size: few ? 7 : 4,
        space: few ? 0 : 14,
        fill: stroke,
        ...(bars === undefined
          ? { filter: (plot, place, shown) => (shown ? null : isolatedPoints(plot.data[place] ?? [])) }
          : { show: false })
      },
      ...(paths === undefined ? {} : { paths }),
      ...(filled ? { fill: () => stroke().replace(/^rgb\((.*)\)$/, "rgba($1, 0.14)") } : {})
    }
  })
}

/** Reports a selected range and clears the selection. */
const reportSelection = (onRange: PlotOptions["onRange"]) => (plot: uPlot) => {
  const { left, width } = plot.select
  if (width <= 0 || onRange === undefined) return
  onRange({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") })
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
}

export const makePlot = (options: PlotOptions): uPlot => {
  const { axis, columns, ends, holder, logarithmic, onMove, onRange, shaded, style, warmUpSeconds } = options
  const ink = inkAt(holder)
  const top = minTop(style, columns, logarithmic)
  return new uPlot(
    {
      width: Math.max(minWidth, holder.clientWidth),
      height: heightOn(axis, plotHeight),
      padding: [10, 24, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: axis.name, scales: ["x", null] },
        drag: { x: onRange !== undefined, y: false, setScale: false, dist: 6 },
        points: { size: 7, stroke: (_, i) => ink(seriesColor(columns.series[i - 1]?.color ?? 0)) }
      },
      scales: {
        x: { time: false, range: () => [...ends()] },
        y: logarithmic ? byMagnitude(top) : fromZero(top)
      },
      axes: axesOf(axis, style, ink),
      series: [{}, ...seriesOf(options, ink)],
      hooks: {
        drawClear: [shadePainter(shaded, ink)],
        draw: [
          levelPainter(style, ink),
          curvePainter(columns, ink),
          spreadPainter(columns, ink),
          markerPainter(columns, ink),
          warmUpPainter(warmUpSeconds, ink)
        ],
        setCursor: [onMove],
        setSelect: [reportSelection(onRange)]
      }
    },
    alignedOf(columns),
    holder
  )
}
