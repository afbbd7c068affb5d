/** What the database of the DMS did meanwhile, as it counts itself. */
import { useMemo } from "preact/hooks"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { figure } from "../result/numberFormat.ts"
import { ChartGrid, type TimeView } from "./ChartGrid.tsx"
import { databaseCharts } from "./databaseCharts.ts"
import { bytes, noValue, plain, withUnit } from "./format.ts"
import { Fact, Heads, Section } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"

const perOperation = (value: number | null, unit: string): string =>
  value === null ? noValue : `${Number(value.toPrecision(3))}\u00a0${unit}`

const OverTime = ({ timeline, ...view }: TimeView & Pick<DatabaseActivity, "timeline">) => {
  const { range } = view
  const drawings = useMemo(() => databaseCharts(timeline, range), [timeline, range])
  return drawings.length === 0 ? null : <ChartGrid drawings={drawings} logarithmic={false} {...view} />
}

const Tables = ({ tables }: Pick<DatabaseActivity, "tables">) =>
  tables.length === 0 ? null : (
    <Scroll caption="Tables that changed, busiest first">
      <thead>
        <tr>
          <th scope="col">table</th>
          <Heads names={["rows inserted", "updated", "deleted", "dead at the end"]} />
        </tr>
      </thead>
      <tbody>
        {tables.map(({ deadRows, name, rowsDeleted, rowsInserted, rowsUpdated }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {[rowsInserted, rowsUpdated, rowsDeleted, deadRows].map((count) => (
              <td>{figure(count)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </Scroll>
  )

const Waits = ({ waits }: Pick<DatabaseActivity, "waits">) => {
  const all = waits.reduce((sum, { seen }) => sum + seen, 0)
  return all === 0 ? null : (
    <Scroll caption="Sessions that were seen at work or in a transaction, every five seconds, by what they waited for">
      <thead>
        <tr>
          <th scope="col">wait</th>
          <Heads names={["seen", "share"]} />
        </tr>
      </thead>
      <tbody>
        {waits.map(({ event, seen }) => (
          <tr key={event}>
            <th scope="row">{event}</th>
            <td>{figure(seen)}</td>
            <td>{withUnit((100 * seen) / all, "%")}</td>
          </tr>
        ))}
      </tbody>
    </Scroll>
  )
}

/** Nothing where nobody looked at the database. */
export const Database = ({
  activity,
  ...view
}: TimeView & { readonly activity: DatabaseActivity | null }) => {
  if (activity === null) return null
  const { operations, perOperation: each, total } = activity
  return (
    <Section id="database" title="Database">
      <dl class="facts">
        <Fact name="Commits per operation">{perOperation(each.commits, "commits")}</Fact>
        <Fact name="Log syncs per operation">{perOperation(each.walSyncs, "syncs")}</Fact>
        <Fact name="Log per operation">{each.walBytes === null ? noValue : bytes(each.walBytes)}</Fact>
        <Fact name="Operations confirmed">{plain(operations)}</Fact>
        <Fact name="Transactions">
          {plain(total.commits)} committed, {plain(total.rollbacks)} rolled back, {plain(total.deadlocks)}{" "}
          deadlocks
        </Fact>
        <Fact name="Log">
          {total.walBytes === null ? noValue : bytes(total.walBytes)} in {plain(total.walRecords)} records,{" "}
          {plain(total.walWrites)} writes, {plain(total.walSyncs)} syncs
        </Fact>
        <Fact name="Rows">
          {plain(total.rowsInserted)} inserted, {plain(total.rowsUpdated)} updated, {plain(total.rowsDeleted)}{" "}
          deleted
        </Fact>
        <Fact name="Blocks">
          {plain(total.blocksHit)} found in memory, {plain(total.blocksRead)} read
        </Fact>
      </dl>
      <OverTime timeline={activity.timeline} {...view} />
      <Tables tables={activity.tables} />
      <Waits waits={activity.waits} />
      {activity.missing.length === 0 ? null : (
        <>
          <p class="note">Not known:</p>
          <ul class="note">
            {activity.missing.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      )}
      <p class="note">
        PostgreSQL {activity.version}, database {activity.database}, {withUnit(activity.seconds, "s")}. What
        its other clients did is in these figures, and the log is that of the whole server.
        {operations === null ? " Figures per operation are known when the run has ended." : ""}
      </p>
    </Section>
  )
}
