/** The figures of every request name, and of all requests. */
import { withoutMethod } from "../domain/requestName.ts"
import type { Figures, Latency, Times } from "../result/Figures.ts"
import { hasOperations, hasReads } from "../result/kindsOfWork.ts"
import { figure } from "../result/numberFormat.ts"
import { outcomeRows } from "../result/outcomeRows.ts"
import { expectedFailuresNote, latencyNote } from "../result/sentences.ts"
import { rateText } from "../result/throughput.ts"
import { bytes, noValue } from "./format.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, type RunProps, Section } from "./Section.tsx"

/** A row of figures: of one request name, of all requests, or of a part of the row above. */
type Named<Row> = Row & {
  readonly name: string
  readonly method?: string
  readonly kind?: "total" | "part"
}

interface Columns<Row> {
  readonly heads: ReadonlyArray<string>
  readonly cells: (row: Row) => ReadonlyArray<string>
}

const requestColumns = (run: RunProps["run"]): Columns<Figures> => ({
  heads: [
    "sent",
    "failed",
    "per second",
    ...(hasReads(run) ? ["rows read", "rows per second"] : []),
    "bytes sent",
    "bytes received"
  ],
  cells: ({ bytes: size, requests, rows }) => [
    figure(requests.total),
    figure(requests.failed),
    rateText(requests.perSecond, run),
    ...(hasReads(run) ? [figure(rows.read), rateText(rows.perSecond, run)] : []),
    bytes(size.sent),
    bytes(size.received)
  ]
})

const operationColumns = (run: RunProps["run"]): Columns<Figures> => ({
  heads: ["per second", "confirmed", "created", "updated", "deleted", "rolled back", "refused", "unknown"],
  cells: ({ operations }) => [
    rateText(operations.perSecond, run),
    figure(operations.succeeded),
    figure(operations.byOp.create),
    figure(operations.byOp.update),
    figure(operations.byOp.delete),
    figure(operations.rolledBack),
    figure(operations.refused),
    figure(operations.unknown)
  ]
})

const latencyHeads = ["min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"]

const latencyColumns = (of: (times: Times) => Latency | null): Columns<Times> => ({
  heads: latencyHeads,
  cells: (row) => {
    const latency = of(row)
    if (latency === null) return latencyHeads.map(() => noValue)
    const { max, mean, min, p50, p90, p95, p99, p999 } = latency
    return [min, mean, p50, p90, p95, p99, p999, max].map(figure)
  }
})

const responseTimes = latencyColumns(({ latencyMs }) => latencyMs)

/** In the open model only, where latency includes the time since the request was due. */
const serviceTimes = latencyColumns(({ serviceMs }) => serviceMs)

/** Where requests of a row failed, the succeeded and the failed ones follow it. */
const withOutcomes = (rows: ReadonlyArray<Named<Figures>>): ReadonlyArray<Named<Times>> =>
  rows.flatMap((row): ReadonlyArray<Named<Times>> => [
    row,
    ...outcomeRows(row).map(({ name, requests, ...times }) => ({
      ...times,
      name: `${name}: ${figure(requests)}`,
      kind: "part" as const
    }))
  ])

const RowHead = ({ method = "", name }: Pick<Named<unknown>, "method" | "name">) => (
  <th scope="row">
    {method === "" ? null : <span class="method">{method} </span>}
    {withoutMethod({ method, name })}
  </th>
)

const FiguresTable = <Row,>({
  caption,
  columns: { cells, heads },
  rows
}: {
  readonly caption: string
  readonly columns: Columns<Row>
  readonly rows: ReadonlyArray<Named<Row>>
}) => (
  <ScrollTable caption={caption} class="dense">
    <thead>
      <tr>
        <th scope="col">request</th>
        <ColumnHeads names={heads} />
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr class={row.kind ?? ""}>
          <RowHead {...row} />
          {cells(row).map((cell) => (
            <td>{cell}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </ScrollTable>
)

export const RequestsByName = ({ run }: RunProps) => {
  const rows: ReadonlyArray<Named<Figures>> = [...run.byName, { ...run, name: "total", kind: "total" }]
  const times = withOutcomes(rows)
  const expected = expectedFailuresNote(run)
  return (
    <Section id="by-name" title="Requests by name">
      <FiguresTable caption="Requests" columns={requestColumns(run)} rows={rows} />
      {hasOperations(run) ? (
        <FiguresTable caption="Operations" columns={operationColumns(run)} rows={rows} />
      ) : null}
      {run.model === "closed" ? (
        <FiguresTable caption="Latency in ms" columns={responseTimes} rows={times} />
      ) : (
        <>
          <FiguresTable
            caption="Response time in ms, from the due time"
            columns={responseTimes}
            rows={times}
          />
          <FiguresTable caption="Service time in ms, from sending" columns={serviceTimes} rows={times} />
        </>
      )}
      {expected === undefined ? null : <p class="note">{expected}</p>}
      <p class="note">{latencyNote(run)}</p>
    </Section>
  )
}
