/** Charts side by side. */
import { Chart, type ChartProps } from "./Chart.tsx"
import type { ChartData, Range } from "./chartData.ts"

/** How charts are shown, whatever they show. */
interface View extends Omit<ChartProps, keyof ChartData | "colors"> {
  readonly theme: string
}

/** The same of charts over time: what is drawn over in one of them is what all of them show. */
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
