/** The legend of a chart: its lines with the values at the pointer, and the meaning of everything else it draws. */
import type { RefObject } from "preact"
import { figure } from "../result/numberFormat.ts"
import { type ChartData, markersOf } from "./chartData.ts"
import { seriesColor, seriesDash } from "./colors.ts"
import { MarkerIcon } from "./MarkerIcon.tsx"
import { curveStyle, levelColor } from "./plotPainters.ts"

/** The elements that show the values at the pointer, and the place of the pointer. */
export interface Readout {
  readonly values: Array<HTMLElement | null>
  place: HTMLElement | null
}

const Swatch = ({
  color,
  dash,
  width = 2.5
}: {
  readonly color: string
  readonly dash: string
  readonly width?: number
}) => (
  <svg class="swatch" viewBox="0 0 26 6" width="26" height="6" aria-hidden="true">
    <line
      x1="0"
      x2="26"
      y1="3"
      y2="3"
      stroke={`var(${color})`}
      stroke-width={width}
      stroke-dasharray={dash}
    />
  </svg>
)

export const ChartLegend = ({
  chart: { columns, shaded, style },
  readout
}: {
  readonly chart: ChartData
  readonly readout: RefObject<Readout>
}) => (
  <ul class="legend" aria-hidden="true">
    {columns.series.map(({ color, dash, label }, i) => (
      <li key={label}>
        <Swatch color={seriesColor(color)} dash={seriesDash(dash).join(" ")} />
        {label}{" "}
        <b
          ref={(element) => {
            readout.current.values[i] = element
          }}
        />
      </li>
    ))}
    {columns.curve === undefined ? null : (
      <li>
        <Swatch color={curveStyle.color} dash={curveStyle.dash.join(" ")} width={1.5} />
        {columns.curve.label}
      </li>
    )}
    {style.level === undefined ? null : (
      <li>
        <Swatch color={levelColor(style.level)} dash="4" width={1} />
        {style.level.name} {figure(style.level.value)}
      </li>
    )}
    {markersOf(columns).map(({ shape, word }) => (
      <li key={word}>
        <MarkerIcon shape={shape} /> {word}
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
    {columns.warmUpSeconds === undefined ? null : (
      <li>
        <svg class="swatch veil-swatch" viewBox="0 0 14 10" width="14" height="10" aria-hidden="true">
          <rect width="14" height="10" rx="2" />
        </svg>
        warm-up
      </li>
    )}
    <li
      class="at"
      ref={(element) => {
        readout.current.place = element
      }}
    />
  </ul>
)
