/** What the scenarios of a run found about resources: the verdicts of PIPECLEAN, or what CHANGE_QUERY read. */
import { findingTable } from "../result/Findings.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, type RunProps, Section } from "./Section.tsx"

export const FindingsTable = ({ run }: RunProps) => {
  const findings = findingTable(run)
  if (findings === undefined) return null
  const { head, rows, sentence, texts, title } = findings
  const [first = "", ...others] = head
  const classOf = (column: number) => (texts.has(column) ? "text" : "")
  return (
    <Section id="findings" title={title}>
      <ScrollTable caption={sentence} class="dense">
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <ColumnHeads names={others} texts={others.filter((_, column) => texts.has(column + 1))} />
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = "", ...cells]) => (
            <tr>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td class={classOf(column + 1)}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Section>
  )
}
