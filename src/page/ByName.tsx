/** All figures by request name, and of all requests. */
import { withoutMethod } from "../domain/requestName.ts"
import type { Figures, Latency } from "../result/Figures.ts"
import { figure } from "../result/numberFormat.ts"
import { expectedFailuresNote, latencyNote } from "../result/sentences.ts"
import { bytes, noValue } from "./format.ts"
import { Heads, Section, type Shown } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"

/** A row of figures: those of one name, or of all requests. */
export interface NamedFigures extends Figures {
  readonly name: string
  readonly method?: string
}

const RowHead = ({ method = "", name }: NamedFigures) => (
  <th scope="row">
    {method === "" ? null : <span class="method">{method} </span>}
    {withoutMethod({ method, name })}
  </th>
)

const countsOf = ({ bytes: size, operations, requests }: Figures): ReadonlyArray<string> => [
  figure(requests.total),
  figure(requests.failed),
  figure(requests.perSecond),
  figure(operations.perSecond),
  figure(operations.succeeded),
  figure(operations.byOp.create),
  figure(operations.byOp.update),
  figure(operations.byOp.delete),
  figure(operations.rolledBack),
  figure(operations.refused),
  figure(operations.unknown),
  bytes(size.sent),
  bytes(size.received)
]

const millisOf = (latency: Latency | null): ReadonlyArray<string> => {
  if (latency === null) return Array.from({ length: 8 }, () => noValue)
  const { max, mean, min, p50, p90, p95, p99, p999 } = latency
  return [min, mean, p50, p90, p95, p99, p999, max].map(figure)
}

const latenciesOf = ({ latencyMs }: Figures): ReadonlyArray<string> => millisOf(latencyMs)

/** Of the open model, where they are not the latencies. */
const servicesOf = ({ serviceMs }: Figures): ReadonlyArray<string> => millisOf(serviceMs)

const Body = ({
  cells,
  rows
}: {
  readonly rows: ReadonlyArray<NamedFigures>
  readonly cells: (row: Figures) => ReadonlyArray<string>
}) => (
  <tbody>
    {rows.map((row, i) => (
      <tr class={i === rows.length - 1 ? "total" : ""}>
        <RowHead {...row} />
        {cells(row).map((cell) => (
          <td>{cell}</td>
        ))}
      </tr>
    ))}
  </tbody>
)

const Latencies = ({
  caption,
  cells,
  rows
}: {
  readonly caption: string
  readonly rows: ReadonlyArray<NamedFigures>
  readonly cells: (row: Figures) => ReadonlyArray<string>
}) => (
  <Scroll caption={caption}>
    <thead>
      <tr>
        <th scope="col">request</th>
        <Heads names={["least", "mean", "p50", "p90", "p95", "p99", "p99.9", "most"]} />
      </tr>
    </thead>
    <Body rows={rows} cells={cells} />
  </Scroll>
)

export const ByName = ({ run }: Shown) => {
  const rows: ReadonlyArray<NamedFigures> = [...run.byName, { ...run, name: "total" }]
  const expected = expectedFailuresNote(run)
  return (
    <Section id="by-name" title="Requests by name">
      <Scroll caption="Requests and the operations in them" class="dense">
        <colgroup />
        <colgroup span={3} />
        <colgroup span={8} />
        <colgroup span={2} />
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              request
            </th>
            <th scope="colgroup" colSpan={3}>
              requests
            </th>
            <th scope="colgroup" colSpan={8}>
              operations
            </th>
            <th scope="colgroup" colSpan={2}>
              bytes
            </th>
          </tr>
          <tr>
            <Heads
              names={[
                "sent",
                "failed",
                "per second",
                "per second",
                "confirmed",
                "created",
                "updated",
                "deleted",
                "rolled back",
                "refused",
                "unknown",
                "sent",
                "received"
              ]}
            />
          </tr>
        </thead>
        <Body rows={rows} cells={countsOf} />
      </Scroll>
      {run.model === "closed" ? (
        <Latencies caption="Latency in ms" rows={rows} cells={latenciesOf} />
      ) : (
        <>
          <Latencies
            caption="Latency in ms: response time, from the due time"
            rows={rows}
            cells={latenciesOf}
          />
          <Latencies caption="Service time in ms, from sending" rows={rows} cells={servicesOf} />
        </>
      )}
      {expected === undefined ? null : <p class="note">{expected}</p>}
      <p class="note">{latencyNote(run)}</p>
    </Section>
  )
}
