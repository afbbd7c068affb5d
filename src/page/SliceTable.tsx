/** Every measured slice of a study, in the order of measurement. */
import { Fragment } from "preact"
import { failureRatio, type Latency } from "../result/Figures.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"
import { failedRows, hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { succeededNote } from "../result/sentences.ts"
import { sliceAgentRemarks } from "../result/studyAgentsText.ts"
import { endings } from "../result/verdict.ts"
import { percent, plain } from "./format.ts"
import { MarkerIcon } from "./MarkerIcon.tsx"
import { limitMarkerOf } from "./markers.ts"
import { NoteRow, ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"

/** A slice, and the cells that identify it: one for each of the study's own columns. */
export interface SliceRow {
  readonly slice: MeasuredSlice
  readonly cells: ReadonlyArray<string>
}

type Counted = "operations" | "rows"

const figureNames = (counted: Counted): ReadonlyArray<string> => [
  "seconds",
  "requests",
  "requests/s",
  `${counted}/s`,
  "p50 ms",
  "p95 ms",
  "p99 ms"
]

const percentilesOf = (latency: Latency | null) => [latency?.p50, latency?.p95, latency?.p99].map(plain)

const figuresOf = (slice: MeasuredSlice, counted: Counted) => [
  figure(slice.elapsedSeconds),
  figure(slice.requests.total),
  figure(slice.requests.perSecond),
  figure(slice[counted].perSecond),
  ...percentilesOf(shownTimes(slice).latencyMs)
]

/** The failed requests of a slice, below it. @param heads the number of the study's own columns */
const FailedRow = ({ heads, slice }: { readonly slice: MeasuredSlice; readonly heads: number }) => (
  <>
    {failedRows(slice).map(({ latencyMs, name, requests }) => (
      <tr class="part">
        <th scope="row">{name}</th>
        <td colSpan={heads + 1} />
        <td>{figure(requests)}</td>
        <td colSpan={2} />
        {percentilesOf(latencyMs).map((cell) => (
          <td>{cell}</td>
        ))}
      </tr>
    ))}
  </>
)

/** The end of a slice and its failures; empty when it ended as planned without a failure. */
const SliceNotes = ({ columns, slice }: { readonly slice: MeasuredSlice; readonly columns: number }) => {
  const { endedBy, isWarmUp, limited, requests } = slice
  const { planned, short } = endings[endedBy]
  const marker = limitMarkerOf(slice)
  const words = [
    ...(isWarmUp ? ["ended in its warm-up: these are the figures of the warm-up"] : []),
    ...(planned ? [] : [short]),
    ...(requests.failed === 0 ? [] : [`${percent(failureRatio(requests))} failed`]),
    ...sliceAgentRemarks(slice)
  ]
  return (
    <>
      {words.length === 0 ? null : <NoteRow columns={columns}>{words.join(", ")}</NoteRow>}
      {marker === undefined ? null : (
        <NoteRow columns={columns}>
          <MarkerIcon shape={marker.shape} /> {marker.word}: {limited.join("; ")}
        </NoteRow>
      )}
    </>
  )
}

export const SliceTable = ({
  heads,
  slices,
  texts = []
}: {
  /** The study's own columns. */
  readonly heads: ReadonlyArray<string>
  /** Those with text. */
  readonly texts?: ReadonlyArray<string>
  readonly slices: ReadonlyArray<SliceRow>
}) => {
  const inOrder = slices.toSorted((a, b) => a.slice.startedSeconds - b.slice.startedSeconds)
  const counted = slices.some(({ slice }) => slice.rows.read > 0) ? "rows" : "operations"
  const names = [...heads, ...figureNames(counted)]
  return (
    <Section id="slices" title="Slices">
      <ScrollTable
        caption={`${plural(slices.length, "slice")}, in the order of measurement`}
        class="long dense"
      >
        <thead>
          <tr>
            <th scope="col">started</th>
            <ColumnHeads names={names} texts={texts} />
          </tr>
        </thead>
        <tbody>
          {inOrder.map(({ cells, slice }) => (
            <Fragment>
              <tr>
                <th scope="row">{clock(slice.startedSeconds)}</th>
                {cells.map((cell, i) => (
                  <td class={texts.includes(heads[i] ?? "") ? "text" : ""}>{cell}</td>
                ))}
                {figuresOf(slice, counted).map((cell) => (
                  <td>{cell}</td>
                ))}
              </tr>
              <FailedRow slice={slice} heads={heads.length} />
              <SliceNotes slice={slice} columns={1 + names.length} />
            </Fragment>
          ))}
        </tbody>
      </ScrollTable>
      <p class="note">
        Rates cover the whole seconds at full load. Seconds, requests and latency cover the whole slice,
        including requests still in flight when the load stopped.{" "}
        {hasFailures(slices.map(({ slice }) => slice)) ? succeededNote : ""}
      </p>
    </Section>
  )
}
