/** The outcome of every operation that was sent. */
import { figure, plural } from "../result/numberFormat.ts"
import { percent } from "./format.ts"
import { ColumnHeads, Section, type RunProps } from "./Section.tsx"
import { ScrollTable } from "./ScrollTable.tsx"

export const Outcomes = ({ run: { operations } }: RunProps) => {
  const { byOp, refused, rolledBack, unknown } = operations
  const rows = [
    { name: "created", count: byOp.create, tone: "good", note: "confirmed individually" },
    { name: "updated", count: byOp.update, tone: "good", note: "confirmed individually" },
    { name: "deleted", count: byOp.delete, tone: "good", note: "confirmed individually" },
    {
      name: "rolled back",
      count: rolledBack,
      tone: "bad",
      note: "with their batch, because one operation failed"
    },
    { name: "refused", count: refused, tone: "bad", note: "before any operation ran, or not sent" },
    {
      name: "unknown",
      count: unknown,
      tone: "bad",
      note: "no valid response: may have been committed"
    }
  ]
  const sent = rows.reduce((sum, { count }) => sum + count, 0)
  return (
    <Section id="outcomes" title="Outcome of the operations">
      <ScrollTable caption={`${plural(sent, "operation")} sent`} class="outcomes">
        <thead>
          <tr>
            <th scope="col">outcome</th>
            <ColumnHeads names={["operations", "share"]} />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ count, name, note, tone }) => (
            <tr>
              <th scope="row">
                {name} <small>{note}</small>
              </th>
              <td>{figure(count)}</td>
              <td class="share">
                {percent(sent === 0 ? 0 : count / sent)}
                <svg class={`bar ${tone}`} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={sent === 0 ? 0 : (100 * count) / sent} height="4" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Section>
  )
}
