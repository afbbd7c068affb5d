/** Figures of single requests beside those of batches. */
import { Heads } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"
import type { SideRow } from "./sideRows.ts"

export const SideTable = ({
  caption,
  head = "figure",
  rows
}: {
  readonly caption: string
  readonly head?: string
  readonly rows: ReadonlyArray<SideRow>
}) => (
  <Scroll caption={caption} class="narrow sides">
    <thead>
      <tr>
        <th scope="col">{head}</th>
        <Heads names={["single", "batches", "ratio"]} />
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
  </Scroll>
)
