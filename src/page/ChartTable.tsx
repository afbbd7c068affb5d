/** The values of a chart as a table. */
import type { Axis } from "./axes.ts"
import type { ChartStyle } from "./chartSpecs.ts"
import { type Columns, remarkOf, withoutWarmUp } from "./chartData.ts"
import { plain } from "./format.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { tableNote, everyNth } from "./sampledRows.ts"

/** Maximum rows; fewer in print, where every table is open. */
const rowCount = { screen: 60, paper: 20 }

const Remark = ({ remark }: { readonly remark: string | undefined }) =>
  remark === undefined ? null : <span class="note">({remark})</span>

export const ChartTable = ({
  allIn,
  axis,
  columns,
  style,
  printing
}: {
  readonly axis: Axis
  readonly columns: Columns
  /** The file with every point, if there is one. */
  readonly allIn: string | undefined
  readonly style: ChartStyle
  readonly printing: boolean
}) => {
  const { series, withRest, x } = withoutWarmUp(columns)
  const thinned = everyNth(
    x.map((at, i) => ({ at, i })),
    printing ? rowCount.paper : rowCount.screen
  )
  return (
    <details class="chart-table">
      <summary>
        Table <span class="hidden">of {style.title}</span>
      </summary>
      <ScrollTable
        caption={
          <>
            {style.title}, {style.unit}: {tableNote(thinned, { allIn, withRest })}
          </>
        }
      >
        <thead>
          <tr>
            <th scope="col">{axis.name}</th>
            {series.map(({ label }) => (
              <th scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {thinned.rows.map(({ at, i }) => (
            <tr>
              <th scope="row">{axis.text(at)}</th>
              {series.map((line) => (
                <td>
                  {plain(line.values[i])} <Remark remark={remarkOf(line, i)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </details>
  )
}
