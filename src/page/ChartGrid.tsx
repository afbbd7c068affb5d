/** Charts side by side. */
import { Chart, type ChartProps } from "./Chart.tsx"
import type { Drawing, Range } from "./columns.ts"

/** How charts are shown, whatever they show. */
interface View extends Omit<ChartProps, keyof Drawing | "colors"> {
  readonly theme: string
}

/** The same of charts over time: what is drawn over in one of them is what all of them show. */
export interface TimeView extends Omit<View, "logarithmic"> {
  readonly range: Range
  readonly onRange: (range: Range) => void
}

export const ChartGrid = ({
  drawings,
  theme,
  ...view
}: View & { readonly drawings: ReadonlyArray<Drawing> }) => (
  <div class="charts">
    {drawings.map((drawing) => (
      <Chart key={drawing.look.id} {...drawing} {...view} colors={view.printing ? "print" : theme} />
    ))}
  </div>
)
