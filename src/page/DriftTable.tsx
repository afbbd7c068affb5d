/** What changed over a long run at constant load. */
import type { Drift } from "../result/Drift.ts"
import { driftNote, driftRows } from "../result/driftText.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"

export const DriftTable = ({ drift }: { readonly drift: Drift | null }) => {
  if (drift === null) return null
  const [head = [], ...rows] = driftRows(drift)
  const [, ...names] = head
  return (
    <Section id="drift" title="Drift">
      <ScrollTable caption={driftNote(drift)}>
        <thead>
          <tr>
            <th scope="col">figure</th>
            <ColumnHeads names={names} texts={["verdict"]} />
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = "", ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td class={column === cells.length - 1 ? "text" : ""}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      <p class="note">
        Values of a line of least squares at the start and at the end of the time; latencies are those of
        succeeded requests. A drift is a slope that differs from 0 with 99 % confidence and changes the figure
        by 10 % or more (failures: by half a percentage point).
      </p>
    </Section>
  )
}
