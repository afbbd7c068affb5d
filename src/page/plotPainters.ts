/** What a chart paints besides uPlot's lines: shaded times, a warm-up, a reference line, ranges and markers. */
import uPlot from "uplot"
import type { ChartStyle, ReferenceLine } from "./chartSpecs.ts"
import type { Columns } from "./chartData.ts"
import { seriesColor } from "./colors.ts"
import { drawMarker } from "./drawMarker.ts"

/** The computed colour of a custom property. */
export type Ink = (property: string) => string

type Painter = (plot: uPlot) => void

/** The custom property with the colour of a reference line. */
export const levelColor = ({ bad }: ReferenceLine): string => (bad ? "--bad" : "--muted")

/** Clips to the plot area, `margin` dots wider on both sides, until the callback returns. */
const clipped = ({ bbox, ctx }: uPlot, margin: number, paint: (ctx: CanvasRenderingContext2D) => void) => {
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left - margin, bbox.top, bbox.width + 2 * margin, bbox.height)
  ctx.clip()
  paint(ctx)
  ctx.restore()
}

/** Shades intervals of the x axis. */
export const shadePainter =
  (intervals: () => ReadonlyArray<readonly [number, number]>, ink: Ink): Painter =>
  (plot) =>
    clipped(plot, 0, (ctx) => {
      ctx.fillStyle = ink("--shade")
      for (const [start, end] of intervals()) {
        const from = plot.valToPos(start, "x", true)
        const to = plot.valToPos(end, "x", true)
        ctx.fillRect(from, plot.bbox.top, Math.max(1, to - from), plot.bbox.height)
      }
    })

/** Covers the warm-up, which is before 0, with a veil, so that its lines look grey. */
export const warmUpPainter =
  (seconds: () => number | undefined, ink: Ink): Painter =>
  (plot) => {
    const warmUpSeconds = seconds()
    if (warmUpSeconds === undefined) return
    clipped(plot, 0, (ctx) => {
      ctx.fillStyle = ink("--veil")
      const from = plot.valToPos(-warmUpSeconds, "x", true)
      ctx.fillRect(from, plot.bbox.top, plot.valToPos(0, "x", true) - from, plot.bbox.height)
    })
  }

/** Draws the reference line, unless it is outside the y scale. */
export const levelPainter =
  ({ level }: ChartStyle, ink: Ink): Painter =>
  (plot) => {
    const { max: top = 0, min: foot = 0 } = plot.scales["y"] ?? {}
    if (level === undefined || top < level.value || foot > level.value) return
    const { bbox, ctx } = plot
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

/** The custom property with the colour of a curve, and its dash in CSS pixels. */
export const curveStyle = { color: "--series-2", dash: [6, 4] } as const

/** Draws the curve. */
export const curvePainter =
  ({ curve }: Columns, ink: Ink): Painter =>
  (plot) => {
    if (curve === undefined) return
    clipped(plot, 0, (ctx) => {
      ctx.strokeStyle = ink(curveStyle.color)
      ctx.lineWidth = 1.5 * uPlot.pxRatio
      ctx.setLineDash(curveStyle.dash.map((length) => length * uPlot.pxRatio))
      ctx.beginPath()
      for (const [x, y] of curve.points) {
        ctx.lineTo(plot.valToPos(x, "x", true), plot.valToPos(y, "y", true))
      }
      ctx.stroke()
    })
  }

/** Draws the range of each value as a bar with caps. */
export const spreadPainter =
  ({ series, x: places }: Columns, ink: Ink): Painter =>
  (plot) => {
    const half = 4 * uPlot.pxRatio
    clipped(plot, half, (ctx) => {
      ctx.lineWidth = 1.5 * uPlot.pxRatio
      for (const { color, spreads = [] } of series) {
        ctx.strokeStyle = ink(seriesColor(color))
        ctx.beginPath()
        spreads.forEach((spread, i) => {
          if (spread === undefined) return
          const x = plot.valToPos(places[i] ?? 0, "x", true)
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
    })
  }

/** Draws markers over their points; those without a value at the foot of the chart, stacked by series. */
export const markerPainter =
  ({ series, x: places }: Columns, ink: Ink): Painter =>
  (plot) => {
    const { bbox, ctx } = plot
    const ratio = uPlot.pxRatio
    series.forEach(({ markers = [], values }, row) => {
      markers.forEach((marker, i) => {
        if (marker === undefined) return
        const value = values[i]
        const x = plot.valToPos(places[i] ?? 0, "x", true)
        const y =
          typeof value === "number"
            ? plot.valToPos(value, "y", true)
            : bbox.top + bbox.height - (10 + 16 * row) * ratio
        drawMarker(ctx, marker, { x, y }, ink, ratio)
      })
    })
  }
