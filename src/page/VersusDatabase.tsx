/** The load on the database from single requests and from batches, which explains the ratio. */
import type { Versus } from "../result/Versus.ts"
import { missingOf, perOperationRows, totalRows, waitRows } from "./versusDatabaseRows.ts"
import { DatabaseTables } from "./DatabaseTables.tsx"
import { Section } from "./Section.tsx"
import { VersusTable } from "./VersusTable.tsx"

export const VersusDatabase = ({ versus }: { readonly versus: Versus }) => {
  const [single, batch] = [versus.single.database, versus.batch.database]
  const either = batch ?? single
  if (either === null) return null
  const waits = waitRows(single, batch)
  return (
    <Section id="database" title="Database">
      <VersusTable
        caption={`Per confirmed operation; ${either.database}, PostgreSQL ${either.version}`}
        rows={perOperationRows(single, batch)}
      />
      {missingOf(single, batch).map((sentence) => (
        <p class="note">Not available: {sentence}</p>
      ))}
      <div class="columns tables">
        <VersusTable caption="Totals, as counted by the server" rows={totalRows(single, batch)} />
        {waits.length === 0 ? null : (
          <VersusTable caption="Samples of waiting sessions" head="wait event" rows={waits} />
        )}
      </div>
      <div class="columns tables">
        <DatabaseTables
          caption="Tables changed by single requests, busiest first"
          tables={single?.tables ?? []}
        />
        <DatabaseTables caption="Tables changed by batches, busiest first" tables={batch?.tables ?? []} />
      </div>
    </Section>
  )
}
