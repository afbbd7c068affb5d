/** One chart: its lines, their values at the pointer, and a table of the same. */
import { useLayoutEffect, useRef } from "preact/hooks"
import type uPlot from "uplot"
import { figure } from "../result/numberFormat.ts"
import { ChartTable } from "./ChartTable.tsx"
import { describe, type Drawing, type Range, signsOf } from "./columns.ts"
import { noValue } from "./format.ts"
import { dashOf, seriesColor } from "./ink.ts"
import { alignedOf, heightOn, minWidth, levelColor, makePlot, plotHeight } from "./plot.ts"
import { SignMark } from "./SignMark.tsx"

export interface ChartProps extends Drawing {
  /** Somebody drew over a part of it; left out where it is always seen as a whole. */
  readonly onRange?: (range: Range) => void
  readonly logarithmic: boolean
  /** The last values are shown while no pointer is over a chart. */
  readonly live: boolean
  /** Changes when the colours do. */
  readonly colors: string
  readonly printing: boolean
  /** The file that has every point, where there is one. */
  readonly allIn?: string | undefined
}

/** A sheet of A4 or Letter has 700 px between its margins. */
const printed = { wide: 700, half: 340, height: 150 }

/** The values at the pointer: written past Preact, because a pointer moves often. */
const writeReadout = (
  plot: uPlot,
  { axis, live, look }: Pick<ChartProps, "axis" | "live" | "look">,
  readout: ReadonlyArray<HTMLElement | null>,
  place: HTMLElement | null
) => {
  const [x = [], ...series] = plot.data
  const at = plot.cursor.idx ?? (live ? x.length - 1 : undefined)
  const placed = at === undefined ? undefined : x[at]
  if (place !== null) place.textContent = placed === undefined ? "" : axis.at(placed)
  readout.forEach((element, i) => {
    const index = look.nearest === true ? (plot.cursor.idxs?.[i + 1] ?? at) : at
    const value = index === undefined ? undefined : series[i]?.[index]
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
  const { allIn, axis, colors, columns, live, logarithmic, look, onRange, printing, shaded } = props
  const holder = useRef<HTMLDivElement>(null)
  const place = useRef<HTMLLIElement>(null)
  const readout = useRef<Array<HTMLElement | null>>([])
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props

  const [from, to] = props.ends
  const onLogarithm = logarithmic && look.logarithmic === true
  const lines = columns.series.map(({ color, dash, label }) => `${label}/${color}/${dash}`).join("|")
  const empty = columns.x.length === 0

  // A chart is made anew when its kind of scale, its lines or its colours change, and not for a second more.
  useLayoutEffect(() => {
    if (holder.current === null || empty) return
    const made = makePlot({
      holder: holder.current,
      look,
      axis,
      columns,
      logarithmic: onLogarithm,
      ends: () => latest.current.ends,
      shaded: () => latest.current.shaded ?? [],
      onRange: onRange && ((drawn) => latest.current.onRange?.(drawn)),
      onMove: (moved) => writeReadout(moved, latest.current, readout.current, place.current)
    })
    plot.current = made
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width > 0 && width !== made.width && !latest.current.printing) {
        made.setSize({ width: Math.max(minWidth, width), height: heightOn(axis, plotHeight) })
      }
    })
    observer.observe(holder.current)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [look, axis, lines, onLogarithm, colors, empty])

  useLayoutEffect(() => {
    const made = plot.current
    if (made === null) return
    made.setData(alignedOf(columns))
    writeReadout(made, { axis, live, look }, readout.current, place.current)
  }, [columns, from, to, onLogarithm, colors, live])

  useLayoutEffect(() => {
    const width = look.wide === true ? printed.wide : printed.half
    plot.current?.setSize(
      printing
        ? { width, height: heightOn(axis, printed.height) }
        : {
            width: Math.max(minWidth, holder.current?.clientWidth ?? 0),
            height: heightOn(axis, plotHeight)
          }
    )
  }, [printing, colors])

  return (
    <figure class={look.wide === true ? "chart wide" : "chart"} id={`chart-${look.id}`}>
      <figcaption>
        <h3>
          {look.title}
          <span class="unit">, {look.unit}</span>
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
          {look.level === undefined ? null : (
            <li>
              <svg class="swatch" viewBox="0 0 26 6" width="26" height="6" aria-hidden="true">
                <line
                  x1="0"
                  x2="26"
                  y1="3"
                  y2="3"
                  stroke={`var(${levelColor(look.level)})`}
                  stroke-dasharray="4"
                />
              </svg>
              {look.level.name} {figure(look.level.value)}
            </li>
          )}
          {signsOf(columns).map(({ shape, word }) => (
            <li key={word}>
              <SignMark shape={shape} /> {word}
            </li>
          ))}
          {shaded === undefined ? null : (
            <li>
              <svg class="swatch shade-swatch" viewBox="0 0 14 10" width="14" height="10" aria-hidden="true">
                <rect width="14" height="10" rx="2" />
              </svg>
              over a limit
            </li>
          )}
          <li class="at" ref={place} />
        </ul>
      </figcaption>
      {empty ? (
        <p class="nothing">Nothing was measured.</p>
      ) : (
        <>
          <div class="plot" role="img" aria-label={describe(look, axis, columns)} ref={holder} />
          <ChartTable look={look} axis={axis} columns={columns} printing={printing} allIn={allIn} />
        </>
      )}
    </figure>
  )
}
