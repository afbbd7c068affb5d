/** The numbers of a chart, for those who want to read them. */
import { clock } from "../report/text.ts"
import type { ChartSpec } from "./chartSpecs.ts"
import type { Columns } from "./columns.ts"
import { plain } from "./format.ts"
import { Scroll } from "./Scroll.tsx"
import { thin } from "./thin.ts"

/** So many rows that a person can read them, and on paper that the charts stay together. */
const rowCount = { screen: 60, paper: 20 }

export const ChartTable = ({
  allIn,
  columns,
  printing,
  spec
}: {
  readonly columns: Columns
  /** The file that has every point, where there is one. */
  readonly allIn: string | undefined
  readonly spec: ChartSpec
  readonly printing: boolean
}) => {
  const { rows, which } = thin(
    columns.x.map((at, i) => ({ at, i })),
    printing ? rowCount.paper : rowCount.screen
  )
  return (
    <details class="chart-table">
      <summary>
        Table <span class="hidden">of {spec.title}</span>
      </summary>
      <Scroll
        caption={
          <>
            {spec.title}, {spec.unit}: {which}
            {allIn === undefined ? "" : `; ${allIn} has them all`}
          </>
        }
      >
        <thead>
          <tr>
            <th scope="col">time</th>
            {columns.series.map(({ label }) => (
              <th scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, i }) => (
            <tr>
              <th scope="row">{clock(at)}</th>
              {columns.series.map(({ values }) => (
                <td>{plain(values[i])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Scroll>
    </details>
  )
}
