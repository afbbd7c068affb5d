/** What became of every operation that was sent, also of those that did not succeed. */
import { figure, plural } from "../result/numberFormat.ts"
import { percent } from "./format.ts"
import { Heads, Section, type Shown } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"

export const Outcomes = ({ run: { operations } }: Shown) => {
  const { byOp, refused, rolledBack, unknown } = operations
  const rows = [
    { name: "created", count: byOp.create, tone: "good", note: "confirmed one by one" },
    { name: "updated", count: byOp.update, tone: "good", note: "confirmed one by one" },
    { name: "deleted", count: byOp.delete, tone: "good", note: "confirmed one by one" },
    {
      name: "rolled back",
      count: rolledBack,
      tone: "bad",
      note: "with the operation of their batch that failed"
    },
    { name: "refused", count: refused, tone: "bad", note: "before any ran, or never reached the server" },
    {
      name: "unknown",
      count: unknown,
      tone: "bad",
      note: "no verdict came back: they may have been committed"
    }
  ]
  const sent = rows.reduce((sum, { count }) => sum + count, 0)
  return (
    <Section id="outcomes" title="What became of the operations">
      <Scroll caption={`${plural(sent, "operation")} sent`} class="outcomes">
        <thead>
          <tr>
            <th scope="col">outcome</th>
            <Heads names={["operations", "share"]} />
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
      </Scroll>
    </Section>
  )
}
