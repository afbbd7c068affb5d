/** The tables of a database that changed, with their row counts. */
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { figure } from "../result/numberFormat.ts"
import { plain } from "./format.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads } from "./Section.tsx"

/** Nothing when no table changed. */
export const DatabaseTables = ({
  caption,
  tables
}: Pick<DatabaseActivity, "tables"> & { readonly caption: string }) =>
  tables.length === 0 ? null : (
    <ScrollTable caption={caption}>
      <thead>
        <tr>
          <th scope="col">table</th>
          <ColumnHeads names={["rows inserted", "updated", "deleted", "dead before", "dead at the end"]} />
        </tr>
      </thead>
      <tbody>
        {tables.map(({ deadRows, deadRowsBefore, name, rowsDeleted, rowsInserted, rowsUpdated }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {[rowsInserted, rowsUpdated, rowsDeleted].map((count) => (
              <td>{figure(count)}</td>
            ))}
            <td>{plain(deadRowsBefore)}</td>
            <td>{figure(deadRows)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  )
