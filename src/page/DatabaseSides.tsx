/** What the database did for single requests and for batches: what explains how far they are apart. */
import type { Versus } from "../result/Versus.ts"
import { figure } from "../result/numberFormat.ts"
import { missingOf, perOperationRows, tableRows, totalRows, waitRows } from "./databaseRows.ts"
import { Heads, Section } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"
import { SideTable } from "./SideTable.tsx"

const counted = ["inserted", "updated", "deleted", "dead at the end"]

const Tables = ({ versus: { batch, single } }: { readonly versus: Versus }) => {
  const rows = tableRows(single.database, batch.database)
  return rows.length === 0 ? null : (
    <Scroll caption="Rows of its tables that changed">
      <colgroup />
      <colgroup span={counted.length} />
      <colgroup span={counted.length} />
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            table
          </th>
          {["single", "batches"].map((name) => (
            <th scope="colgroup" colSpan={counted.length}>
              {name}
            </th>
          ))}
        </tr>
        <tr>
          <Heads names={[...counted, ...counted]} />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ counts, name }) => (
          <tr>
            <th scope="row">{name}</th>
            {counts.map((count) => (
              <td>{figure(count)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </Scroll>
  )
}

export const DatabaseSides = ({ versus }: { readonly versus: Versus }) => {
  const [single, batch] = [versus.single.database, versus.batch.database]
  const either = batch ?? single
  if (either === null) return null
  const waits = waitRows(single, batch)
  return (
    <Section id="database" title="What the database did">
      <SideTable
        caption={`For each operation confirmed; ${either.database}, PostgreSQL ${either.version}`}
        rows={perOperationRows(single, batch)}
      />
      {missingOf(single, batch).map((sentence) => (
        <p class="note">Missing: {sentence}</p>
      ))}
      <div class="columns tables">
        <SideTable caption="In all, as the server counts" rows={totalRows(single, batch)} />
        {waits.length === 0 ? null : (
          <SideTable caption="How often sessions were seen waiting" head="for" rows={waits} />
        )}
      </div>
      <Tables versus={versus} />
    </Section>
  )
}
