/** A grid of charts. */
import { Chart, type ChartProps } from "./Chart.tsx"
import type { ChartData, Range } from "./chartData.ts"

/** The common properties of the charts of a grid. */
interface View extends Omit<ChartProps, keyof ChartData | "colors"> {
  readonly theme: string
}

/** The common properties of charts over time: a range selected in one applies to all. */
export interface TimeView extends Omit<View, "logarithmic"> {
  readonly range: Range
  readonly onRange: (range: Range) => void
}

export const ChartGrid = ({
  charts,
  theme,
  ...view
}: View & { readonly charts: ReadonlyArray<ChartData> }) => (
  <div class="charts">
    {charts.map((chart) => (
      <Chart key={chart.style.id} {...chart} {...view} colors={view.printing ? "print" : theme} />
    ))}
  </div>
)
