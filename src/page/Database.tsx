/** The activity of the database during a run, from its own statistics. */
import { useMemo } from "preact/hooks"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { figure } from "../result/numberFormat.ts"
import { ChartGrid, type TimeView } from "./ChartGrid.tsx"
import { databaseCharts } from "./databaseCharts.ts"
import { checkpointsText, Locks, settingsText, Sizes, Statements } from "./DatabaseDetails.tsx"
import { DatabaseTables } from "./DatabaseTables.tsx"
import { bytes, noValue, plain, withUnit } from "./format.ts"
import { Fact, ColumnHeads, Section } from "./Section.tsx"
import { ScrollTable } from "./ScrollTable.tsx"

const perOperation = (value: number | null, unit: string): string =>
  value === null ? noValue : `${Number(value.toPrecision(3))}\u00a0${unit}`

/** The length of the warm-up, which the figures of the database include. */
interface WarmUpLength {
  readonly warmUpSeconds: number | undefined
}

const OverTime = ({
  timeline,
  warmUpSeconds,
  ...view
}: TimeView & WarmUpLength & Pick<DatabaseActivity, "timeline">) => {
  const { range } = view
  const charts = useMemo(
    () => databaseCharts(timeline, range, warmUpSeconds),
    [timeline, range, warmUpSeconds]
  )
  return charts.length === 0 ? null : <ChartGrid charts={charts} logarithmic={false} {...view} />
}

const Waits = ({ waits }: Pick<DatabaseActivity, "waits">) => {
  const all = waits.reduce((sum, { seen }) => sum + seen, 0)
  return all === 0 ? null : (
    <ScrollTable caption="Active sessions by wait event, sampled every five seconds">
      <thead>
        <tr>
          <th scope="col">wait event</th>
          <ColumnHeads names={["samples", "share"]} />
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
    </ScrollTable>
  )
}

/** Nothing when the database was not observed. */
export const Database = ({
  activity,
  warmUpSeconds,
  ...view
}: TimeView & WarmUpLength & { readonly activity: DatabaseActivity | null }) => {
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
        <Fact name="Checkpoints">{checkpointsText(activity)}</Fact>
        <Fact name="Waits for locks">
          {activity.blocking.readings === 0
            ? "none seen"
            : `at most ${figure(activity.blocking.maxWaiting)} sessions, longest ${withUnit(activity.blocking.longestSeconds, "s")}, ` +
              `without a pause ${withUnit(activity.blocking.sustainedSeconds, "s")}`}
        </Fact>
        <Fact name="Longest transaction">
          {activity.longestTransaction === null
            ? "none seen"
            : `${withUnit(activity.longestTransaction.seconds, "s")}, ${activity.longestTransaction.state}`}
        </Fact>
        <Fact name="Blocks">
          {plain(total.blocksHit)} found in the cache, {plain(total.blocksRead)} read
        </Fact>
      </dl>
      <OverTime timeline={activity.timeline} warmUpSeconds={warmUpSeconds} {...view} />
      <DatabaseTables caption="Tables changed, busiest first" tables={activity.tables} />
      <Statements statements={activity.statements} />
      <Locks blocking={activity.blocking} />
      <Waits waits={activity.waits} />
      <Sizes sizes={activity.sizes} />
      {activity.missing.length === 0 ? null : (
        <>
          <p class="note">Not available:</p>
          <ul class="note">
            {activity.missing.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      )}
      {Object.keys(activity.settings).length === 0 ? null : (
        <p class="note">Settings of the server: {settingsText(activity.settings)}.</p>
      )}
      <p class="note">
        PostgreSQL {activity.version}, database {activity.database}, {withUnit(activity.seconds, "s")}. These
        figures include other clients of the database; the write-ahead log is that of the whole server.
        {warmUpSeconds === undefined ? "" : " They include the warm-up."}
        {operations === null ? " Figures per operation appear when the run has ended." : ""}
      </p>
    </Section>
  )
}
