/** The page of a sweep: the knee, the peak or the best pair, and its evidence. */
import { Fragment } from "preact"
import { useMemo } from "preact/hooks"
import { capitalized } from "../domain/words.ts"
import { failureRatio } from "../result/Figures.ts"
import type { MedianAndRange } from "../result/MeasuredSlice.ts"
import { asPrinted, figure, plural } from "../result/numberFormat.ts"
import { failedRows, hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { studyLatencyNote } from "../result/sentences.ts"
import { sweepLoads } from "../result/studyLoads.ts"
import {
  rateOf,
  sizeOf,
  sizeText,
  type Sweep,
  type SweepAnswer,
  type SweepPlace,
  type SweepPoint,
  type SweepTerms,
  termsOf
} from "../result/Sweep.ts"
import { noValue, percent, plain } from "./format.ts"
import { MarkedWord } from "./MarkerIcon.tsx"
import { Law, LawTile } from "./Law.tsx"
import { NoteRow, ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"
import { SliceTable } from "./SliceTable.tsx"
import { StudyPage } from "./StudyPage.tsx"
import { clientCountsOf, isMarked, markerOf, sweepCharts } from "./sweepCharts.ts"
import { Tile } from "./Tile.tsx"

interface SweepProps {
  readonly sweep: Sweep
}

/** Without a range if there is none, as with a single slice. */
const rangeText = (place: SweepPlace): string => {
  const { max, median, min } = rateOf(place)
  const counted = place.rowsPerSecond === null ? "operations" : "rows"
  return `${figure(median)} ${counted}/s${min === max ? "" : ` (${figure(min)} to ${figure(max)})`}`
}

/** What a size counts; empty for single requests. @example "triples", "rows per page" */
const sizeHead = ({ unit }: SweepTerms): string =>
  unit === undefined ? "" : unit === "row" ? "rows per page" : `${unit}s`

/** Of the best rate. */
const shareText = (rate: MedianAndRange, best: MedianAndRange): string =>
  percent(Number((asPrinted(rate.median) / asPrinted(best.median)).toFixed(3)))

const UsersTiles = ({ answer }: { readonly answer: Extract<SweepAnswer, { _tag: "Users" }> }) => {
  const { afterPeak, best, law } = answer
  return (
    <>
      <Tile
        label="Peak"
        tone="main"
        value={figure(best.clientCount)}
        unit={best.clientCount === 1 ? "user" : "users"}
      >
        {rangeText(best)}
      </Tile>
      <Tile
        label="After the peak"
        value={afterPeak === null ? noValue : `${(100 * afterPeak.change).toFixed(0)} %`}
      >
        {afterPeak === null
          ? "it is the largest number with a valid result"
          : `with ${plural(afterPeak.to, "user")}${afterPeak.differs === false ? ", within the noise" : ""}`}
      </Tile>
      <LawTile law={law} />
    </>
  )
}

const AnswerTiles = ({ sweep }: SweepProps) => {
  const { answer, noResult } = sweep
  switch (answer._tag) {
    case "None":
      return (
        <Tile label="Result" tone="bad" value={noValue}>
          {noResult ?? "no point has a valid result"}
        </Tile>
      )
    case "BatchSize":
      return (
        <Tile
          label={`Knee, ${plural(answer.enough.clientCount, "user")}`}
          tone="main"
          value={plain(sizeOf(answer.enough))}
          unit={sizeHead(termsOf(sweep))}
        >
          {figure(rateOf(answer.enough).median)} {termsOf(sweep).counted}/s,{" "}
          {shareText(rateOf(answer.enough), rateOf(answer.best))} of the best
        </Tile>
      )
    case "Users":
      return <UsersTiles answer={answer} />
    case "Pair":
      return (
        <Tile
          label="Best pair"
          tone="main"
          value={plural(answer.best.clientCount, "user")}
          unit={`with ${sizeText(answer.best, sweep.operationsPerRecord)}`}
        >
          {rangeText(answer.best)}
        </Tile>
      )
  }
}

const Tiles = ({ sweep }: SweepProps) => {
  const { points } = sweep
  const measured = points.filter(({ outcome }) => outcome === "measured").length
  const others = points.length - measured
  return (
    <>
      <AnswerTiles sweep={sweep} />
      <Tile label="Points" value={figure(points.length)}>
        {others === 0 ? "all usable" : `${figure(measured)} usable, ${figure(others)} with a remark`}
      </Tile>
      <Tile label="Slices" value={figure(points.reduce((sum, { slices }) => sum + slices.length, 0))}>
        in an order shuffled by the seed
      </Tile>
    </>
  )
}

const columnNames = ({ counted }: SweepTerms): ReadonlyArray<string> => [
  `${counted}/s`,
  "of the best",
  "requests/s",
  "p50 ms",
  "p95 ms",
  "p99 ms",
  "failed"
]

const rowNames: Readonly<Record<SweepAnswer["_tag"], string>> = {
  BatchSize: "The knee is the smallest size within 5 % of the best one.",
  Users: "The peak is the number of users with the highest rate.",
  Pair: "The best pair has the highest rate of all.",
  None: "No point has a valid result."
}

const PointRow = ({
  name,
  point,
  sweep
}: SweepProps & { readonly point: SweepPoint; readonly name: number | null }) => {
  const { figures, note } = point
  const rate = rateOf(point)
  const { answer } = sweep
  const marker = markerOf(sweep, point)
  const latency = figures && shownTimes(figures).latencyMs
  return (
    <>
      <tr class={isMarked(sweep, point) ? "chosen" : ""}>
        <th scope="row">
          {plain(name)} {marker === undefined ? null : <MarkedWord {...marker} />}
        </th>
        <td>
          {plain(rate?.median)}
          {rate === null ? null : (
            <span class="interval">
              {figure(rate.min)} to {figure(rate.max)}
            </span>
          )}
        </td>
        <td>{rate === null || answer._tag === "None" ? noValue : shareText(rate, rateOf(answer.best))}</td>
        <td>{plain(figures?.requests.perSecond)}</td>
        <td>{plain(latency?.p50)}</td>
        <td>{plain(latency?.p95)}</td>
        <td>{plain(latency?.p99)}</td>
        <td>{percent(figures && failureRatio(figures.requests))}</td>
      </tr>
      {(figures === null ? [] : failedRows(figures)).map(({ latencyMs, name: failed }) => (
        <tr class="part">
          <th scope="row">{failed}</th>
          <td colSpan={3} />
          <td>{plain(latencyMs?.p50)}</td>
          <td>{plain(latencyMs?.p95)}</td>
          <td>{plain(latencyMs?.p99)}</td>
          <td />
        </tr>
      ))}
      {note === null ? null : <NoteRow columns={1 + columnNames(termsOf(sweep)).length}>{note}</NoteRow>}
    </>
  )
}

/** Points that share a table: those of one number of users, or all numbers of users with one size. */
const tablesOf = (sweep: Sweep) => {
  const { sized, unit } = termsOf(sweep)
  return sweep.answer._tag === "Users" || unit === undefined
    ? [
        {
          caption: "Numbers of users",
          head: "users",
          rows: sweep.points.map((point) => ({ name: point.clientCount, point }))
        }
      ]
    : clientCountsOf(sweep).map((clientCount) => ({
        caption: plural(clientCount, "user"),
        head: `${unit}s per ${sized}`,
        rows: sweep.points
          .filter((point) => point.clientCount === clientCount)
          .map((point) => ({ name: sizeOf(point), point }))
      }))
}

const Points = ({ sweep }: SweepProps) => (
  <Section id="points" title="Points">
    {tablesOf(sweep).map(({ caption, head, rows }) => (
      <ScrollTable key={caption} caption={caption} class="steps">
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <ColumnHeads names={columnNames(termsOf(sweep))} />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, point }) => (
            <Fragment key={name}>
              <PointRow sweep={sweep} point={point} name={name} />
            </Fragment>
          ))}
        </tbody>
      </ScrollTable>
    ))}
    <p class="note">
      {rowNames[sweep.answer._tag]} A point limited by the load generator or its machine does not describe the
      server and is never recommended. {capitalized(termsOf(sweep).counted)} per second are the median over
      the slices of a point, with the lowest and highest slice below.
    </p>
    <p class="note">{studyLatencyNote(hasFailures(sweep.points.flatMap(({ figures }) => figures ?? [])))}</p>
  </Section>
)

export const SweepPage = ({ sweep }: SweepProps) => {
  const charts = useMemo(() => sweepCharts(sweep), [sweep])
  const terms = termsOf(sweep)
  const heads = terms.unit === undefined ? ["users"] : ["users", sizeHead(terms)]
  const slices = sweep.points.flatMap((point) =>
    point.slices.map((slice) => ({
      slice,
      cells: [figure(point.clientCount), ...(terms.unit === undefined ? [] : [plain(sizeOf(point))])]
    }))
  )
  return (
    <StudyPage
      name="sweep"
      study={sweep}
      charts={charts}
      tiles={<Tiles sweep={sweep} />}
      loads={sweepLoads(sweep)}
    >
      <Points sweep={sweep} />
      {sweep.answer._tag === "Users" ? <Law law={sweep.answer.law} counted={terms.counted} /> : null}
      <SliceTable heads={heads} slices={slices} />
    </StudyPage>
  )
}
