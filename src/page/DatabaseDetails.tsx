/** Statements, locks, sizes and settings of a database. */
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { type BeforeAndAfter, growthOf, type Sized } from "../result/DatabaseSizes.ts"
import { figure } from "../result/numberFormat.ts"
import { byMeanTime, byTotalTime, meanMillis, type Statement } from "../result/StatementActivity.ts"
import { bytes, noValue, percent, plain, ratioText, withUnit } from "./format.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads } from "./Section.tsx"

/** Statements in a table. */
const maxStatements = 10

const StatementTable = ({
  caption,
  statements,
  totalMillis
}: {
  readonly caption: string
  readonly statements: ReadonlyArray<Statement>
  /** Of all statements. */
  readonly totalMillis: number
}) => (
  <ScrollTable caption={caption}>
    <thead>
      <tr>
        <th scope="col">statement</th>
        <ColumnHeads
          names={[
            "calls",
            "total ms",
            "mean ms",
            "share",
            "rows",
            "blocks hit",
            "blocks read",
            "blocks dirtied",
            "blocks of temporary files",
            "log"
          ]}
        />
      </tr>
    </thead>
    <tbody>
      {statements.map((one) => (
        <tr key={one.text}>
          <th scope="row">
            <code>{one.text}</code>
          </th>
          <td>{figure(one.calls)}</td>
          <td>{figure(one.totalMillis)}</td>
          <td>{ratioText(meanMillis(one))}</td>
          <td>{totalMillis === 0 ? noValue : percent(one.totalMillis / totalMillis)}</td>
          {[one.rows, one.blocksHit, one.blocksRead, one.blocksDirtied, one.tempBlocks].map((count) => (
            <td>{figure(count)}</td>
          ))}
          <td>{one.walBytes === null ? noValue : bytes(one.walBytes)}</td>
        </tr>
      ))}
    </tbody>
  </ScrollTable>
)

export const Statements = ({ statements }: Pick<DatabaseActivity, "statements">) =>
  statements === null || statements.count === 0 ? null : (
    <>
      <StatementTable
        caption={`Statements by total time (${figure(statements.count)} statements, ${figure(statements.calls)} calls)`}
        statements={byTotalTime(statements.top, maxStatements)}
        totalMillis={statements.totalMillis}
      />
      <StatementTable
        caption="Statements by mean time"
        statements={byMeanTime(statements.top, maxStatements)}
        totalMillis={statements.totalMillis}
      />
    </>
  )

export const Locks = ({ blocking }: Pick<DatabaseActivity, "blocking">) =>
  blocking.pairs.length === 0 ? null : (
    <ScrollTable caption="Statements that waited for locks, sampled every five seconds">
      <thead>
        <tr>
          <th scope="col">waited</th>
          <ColumnHeads
            names={["for", "which was", "lock", "samples", "longest wait"]}
            texts={["for", "which was", "lock"]}
          />
        </tr>
      </thead>
      <tbody>
        {blocking.pairs.map((pair) => (
          <tr>
            <th scope="row">
              <code>{pair.blocked}</code>
            </th>
            <td class="text">{pair.blocking === null ? noValue : <code>{pair.blocking}</code>}</td>
            <td class="text">{pair.blockingState ?? noValue}</td>
            <td class="text">{pair.lock}</td>
            <td>{figure(pair.seen)}</td>
            <td>{withUnit(pair.longestSeconds, "s")}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  )

const growth = (of: BeforeAndAfter): string =>
  growthOf(of) < 0 ? `-${bytes(-growthOf(of))}` : `+${bytes(growthOf(of))}`

const SizeRows = ({ kind, sized }: { readonly kind: string; readonly sized: ReadonlyArray<Sized> }) => (
  <>
    {sized.map((one) => (
      <tr key={one.name}>
        <th scope="row">{one.name}</th>
        <td class="text">{kind}</td>
        <td>{bytes(one.before)}</td>
        <td>{bytes(one.after)}</td>
        <td>{growth(one)}</td>
      </tr>
    ))}
  </>
)

/** Tables, and indexes, in the table; `summary.json` has more. */
const maxSized = 10

export const Sizes = ({ sizes }: Pick<DatabaseActivity, "sizes">) =>
  sizes === null ? null : (
    <ScrollTable caption="Sizes before and after, those that grew most first">
      <thead>
        <tr>
          <th scope="col">name</th>
          <ColumnHeads names={["kind", "before", "after", "growth"]} texts={["kind"]} />
        </tr>
      </thead>
      <tbody>
        <SizeRows
          kind="sum"
          sized={[
            ...(sizes.database === null ? [] : [{ name: "database", ...sizes.database }]),
            { name: "all tables", ...sizes.allTables },
            { name: "all indexes", ...sizes.allIndexes }
          ]}
        />
        <SizeRows kind="table" sized={sizes.tables.slice(0, maxSized)} />
        <SizeRows kind="index" sized={sizes.indexes.slice(0, maxSized)} />
      </tbody>
    </ScrollTable>
  )

/** @example settingsText({ shared_buffers: "128MB", fsync: "on" }) // "shared_buffers = 128MB, fsync = on" */
export const settingsText = (settings: DatabaseActivity["settings"]): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${value === "" ? "none" : value}`)
    .join(", ")

/** @example checkpointsText(total) // "2 by time, 1 on request; 900 blocks in 1,200 ms" */
export const checkpointsText = ({ total }: Pick<DatabaseActivity, "total">): string =>
  `${plain(total.checkpointsTimed)} by time, ${plain(total.checkpointsRequested)} on request; ` +
  `${plain(total.checkpointBlocks)} blocks written in ${withUnit(total.checkpointWriteMillis, "ms")}, ` +
  `${plain(total.backendBlocks)} by sessions`
