/** Every measured slice of a study, in the order of measurement. */
import { Fragment } from "preact"
import { failureRatio } from "../result/Figures.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"
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

const figureNames = ["seconds", "requests", "requests/s", "operations/s", "p50 ms", "p95 ms", "p99 ms"]

const figuresOf = ({ elapsedSeconds, latencyMs, operations, requests }: MeasuredSlice) => [
  figure(elapsedSeconds),
  figure(requests.total),
  figure(requests.perSecond),
  figure(operations.perSecond),
  ...[latencyMs?.p50, latencyMs?.p95, latencyMs?.p99].map(plain)
]

/** The end of a slice and its failures; empty when it ended as planned without a failure. */
const SliceNotes = ({ columns, slice }: { readonly slice: MeasuredSlice; readonly columns: number }) => {
  const { endedBy, isWarmUp, limited, requests } = slice
  const { planned, short } = endings[endedBy]
  const marker = limitMarkerOf(slice)
  const words = [
    ...(isWarmUp ? ["ended in its warm-up: these are the figures of the warm-up"] : []),
    ...(planned ? [] : [short]),
    ...(requests.failed === 0 ? [] : [`${percent(failureRatio(requests))} failed`])
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
  const names = [...heads, ...figureNames]
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
                {figuresOf(slice).map((cell) => (
                  <td>{cell}</td>
                ))}
              </tr>
              <SliceNotes slice={slice} columns={1 + names.length} />
            </Fragment>
          ))}
        </tbody>
      </ScrollTable>
      <p class="note">
        Rates cover the whole seconds at full load. Seconds, requests and latency cover the whole slice,
        including requests still in flight when the load stopped.
      </p>
    </Section>
  )
}
