/** The failed requests, grouped by cause. */
import { Fragment } from "preact"
import { figure } from "../result/numberFormat.ts"
import { noValue, percent } from "./format.ts"
import { type FailureRow, groupFailures } from "./groupFailures.ts"
import { NoteRow, ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, type RunProps, Section } from "./Section.tsx"

const texts = ["operation", "resource", "outcome", "problem type", "failed during"]

const outcomes: Record<FailureRow["kind"], string> = {
  rolledBack: "rolled back",
  refused: "refused",
  transport: "no response"
}

interface FailureColumns {
  readonly heads: ReadonlyArray<string>
  readonly cells: (row: FailureRow) => ReadonlyArray<string | number>
}

const rejectedColumns: FailureColumns = {
  heads: ["operation", "resource", "index", "status", "outcome", "problem type"],
  cells: ({ index, kind, op, problemType, resource, status }) => [
    op ?? "whole batch",
    resource ?? noValue,
    index ?? noValue,
    status ?? noValue,
    outcomes[kind],
    problemType ?? noValue
  ]
}

const transportColumns: FailureColumns = {
  heads: ["failed during", "status"],
  cells: ({ problemType, status }) => [problemType ?? noValue, status ?? noValue]
}

const FailureTable = ({
  caption,
  columns: { cells, heads },
  requests,
  rows
}: {
  readonly caption: string
  readonly columns: FailureColumns
  /** All requests of the run, failed or not. */
  readonly requests: number
  readonly rows: ReadonlyArray<FailureRow>
}) =>
  rows.length === 0 ? null : (
    <ScrollTable caption={caption} class="failures">
      <thead>
        <tr>
          <ColumnHeads names={["requests", "of all", ...heads]} texts={texts} />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Fragment>
            <tr>
              <td>{figure(row.count)}</td>
              <td>{percent(requests === 0 ? 0 : row.count / requests)}</td>
              {cells(row).map((cell, i) => (
                <td
                  class={
                    texts.includes(heads[i] ?? "") ? `text ${heads[i] === "problem type" ? "type" : ""}` : ""
                  }
                >
                  {cell}
                </td>
              ))}
            </tr>
            <NoteRow columns={2 + heads.length}>
              {row.example} <span class="note">in {row.names.join(", ")}</span>
            </NoteRow>
          </Fragment>
        ))}
      </tbody>
    </ScrollTable>
  )

export const Failures = ({ run }: RunProps) => {
  const { rejected, transport } = groupFailures(run.failures)
  return (
    <Section id="failures" title="Failures">
      {run.failures.length === 0 ? <p class="nothing">No request failed.</p> : null}
      <FailureTable
        caption="Rejected by the server; these requests wrote nothing"
        columns={rejectedColumns}
        requests={run.requests.total}
        rows={rejected}
      />
      <FailureTable
        caption="No valid response; these requests may have been committed"
        columns={transportColumns}
        requests={run.requests.total}
        rows={transport}
      />
    </Section>
  )
}
