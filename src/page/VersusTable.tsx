/** Figures of single requests and of batches side by side. */
import { ColumnHeads } from "./Section.tsx"
import { ScrollTable } from "./ScrollTable.tsx"
import type { VersusRow } from "./versusRows.ts"

export const VersusTable = ({
  caption,
  head = "figure",
  rows
}: {
  readonly caption: string
  readonly head?: string
  readonly rows: ReadonlyArray<VersusRow>
}) => (
  <ScrollTable caption={caption} class="narrow">
    <thead>
      <tr>
        <th scope="col">{head}</th>
        <ColumnHeads names={["single", "batches", "ratio"]} />
      </tr>
    </thead>
    <tbody>
      {rows.map(({ batch: ofBatch, name, ratio, single: ofSingle }) => (
        <tr>
          <th scope="row">{name}</th>
          <td>{ofSingle}</td>
          <td>{ofBatch}</td>
          <td>{ratio}</td>
        </tr>
      ))}
    </tbody>
  </ScrollTable>
)
