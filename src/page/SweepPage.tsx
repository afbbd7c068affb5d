/** The page of a sweep over batch sizes: the recommended size and its evidence. */
import { Fragment } from "preact"
import { useMemo } from "preact/hooks"
import { failureRatio } from "../result/Figures.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { closedModelNote } from "../result/sentences.ts"
import type { Sweep, SweepPoint } from "../result/Sweep.ts"
import { noValue, percent, plain } from "./format.ts"
import { MarkerIcon } from "./MarkerIcon.tsx"
import { NoteRow, ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Fact, Section } from "./Section.tsx"
import { SliceTable } from "./SliceTable.tsx"
import { StudyPage } from "./StudyPage.tsx"
import { clientCountsOf, markerOf, sweepCharts } from "./sweepCharts.ts"
import { Tile } from "./Tile.tsx"

interface SweepProps {
  readonly sweep: Sweep
}

const kneeOf = ({ knees }: Sweep, clientCount: number) =>
  knees.find((knee) => knee.clientCount === clientCount)

const KneeTile = ({ clientCount, sweep }: SweepProps & { readonly clientCount: number }) => {
  const knee = kneeOf(sweep, clientCount)
  return (
    <Tile
      label={`Knee, ${plural(clientCount, "user")}`}
      tone="main"
      value={plain(knee?.batchTripleCount)}
      unit="triples"
    >
      {knee === undefined
        ? "no size can be recommended"
        : `${figure(knee.operationsPerSecond)} operations/s, ${percent(Number(knee.shareOfBest.toFixed(3)))} of the best`}
    </Tile>
  )
}

const Tiles = ({ sweep }: SweepProps) => {
  const { points } = sweep
  const measured = points.filter(({ outcome }) => outcome === "measured").length
  const others = points.length - measured
  return (
    <>
      {clientCountsOf(sweep).map((clientCount) => (
        <KneeTile key={clientCount} sweep={sweep} clientCount={clientCount} />
      ))}
      <Tile label="Points" value={figure(points.length)}>
        {others === 0 ? "all usable" : `${figure(measured)} usable, ${figure(others)} with a remark`}
      </Tile>
      <Tile label="Slices" value={figure(points.reduce((sum, { slices }) => sum + slices.length, 0))}>
        in an order shuffled by the seed
      </Tile>
    </>
  )
}

const Evidence = ({ sweep: { knees } }: SweepProps) =>
  knees.length === 0 ? null : (
    <Section id="evidence" title="Evidence">
      <dl class="facts">
        {knees.map(({ clientCount, evidence }) => (
          <Fact key={clientCount} name={plural(clientCount, "user")}>
            {evidence}
          </Fact>
        ))}
      </dl>
    </Section>
  )

const columnNames = ["operations/s", "of the best", "requests/s", "p50 ms", "p95 ms", "p99 ms", "failed"]

const PointRow = ({
  best,
  point,
  sweep
}: SweepProps & { readonly best: number; readonly point: SweepPoint }) => {
  const { batchTripleCount, figures, note, operationsPerSecond: rate } = point
  const marker = markerOf(sweep, point)
  const latency = figures?.latencyMs
  return (
    <>
      <tr class={marker?.word === "knee" ? "chosen" : ""}>
        <th scope="row">
          {figure(batchTripleCount)}{" "}
          {marker === undefined ? null : (
            <span class="marker-word">
              <MarkerIcon shape={marker.shape} /> {marker.word}
            </span>
          )}
        </th>
        <td>
          {plain(rate?.median)}
          {rate === null ? null : (
            <span class="interval">
              {figure(rate.min)} to {figure(rate.max)}
            </span>
          )}
        </td>
        <td>{rate === null || best === 0 ? noValue : percent(Number((rate.median / best).toFixed(3)))}</td>
        <td>{plain(figures?.requests.perSecond)}</td>
        <td>{plain(latency?.p50)}</td>
        <td>{plain(latency?.p95)}</td>
        <td>{plain(latency?.p99)}</td>
        <td>{percent(figures && failureRatio(figures.requests))}</td>
      </tr>
      {note === null ? null : <NoteRow columns={1 + columnNames.length}>{note}</NoteRow>}
    </>
  )
}

const Points = ({ sweep }: SweepProps) => (
  <Section id="points" title="Batch sizes">
    {clientCountsOf(sweep).map((clientCount) => {
      const best = kneeOf(sweep, clientCount)?.best.operationsPerSecond ?? 0
      return (
        <ScrollTable key={clientCount} caption={plural(clientCount, "user")} class="steps">
          <thead>
            <tr>
              <th scope="col">triples per batch</th>
              <ColumnHeads names={columnNames} />
            </tr>
          </thead>
          <tbody>
            {sweep.points
              .filter((point) => point.clientCount === clientCount)
              .map((point) => (
                <Fragment key={point.batchTripleCount}>
                  <PointRow sweep={sweep} point={point} best={best} />
                </Fragment>
              ))}
          </tbody>
        </ScrollTable>
      )
    })}
    <p class="note">
      The knee is the smallest batch within 5 % of the best one. A point limited by the load generator does
      not describe the server and is never recommended. Operations per second are the median over the slices
      of a point, with the lowest and highest slice below.
    </p>
    <p class="note">{closedModelNote}</p>
  </Section>
)

export const SweepPage = ({ sweep }: SweepProps) => {
  const charts = useMemo(() => sweepCharts(sweep), [sweep])
  const slices = sweep.points.flatMap(({ batchTripleCount, clientCount, slices }) =>
    slices.map((slice) => ({ slice, cells: [figure(clientCount), figure(batchTripleCount)] }))
  )
  return (
    <StudyPage name="sweep" study={sweep} charts={charts} tiles={<Tiles sweep={sweep} />}>
      <Evidence sweep={sweep} />
      <Points sweep={sweep} />
      <SliceTable heads={["users", "triples"]} slices={slices} />
    </StudyPage>
  )
}
