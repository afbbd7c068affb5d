/** The page of single requests versus batches: the ratio, both sides in detail, and the load on the database. */
import { useMemo } from "preact/hooks"
import { batchSizeText, medianPair, type Side, subjectOf, type Versus } from "../result/Versus.ts"
import { hasFailures } from "../result/outcomeRows.ts"
import { studyLatencyNote } from "../result/sentences.ts"
import { versusLoads } from "../result/studyLoads.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { VersusDatabase } from "./VersusDatabase.tsx"
import { noValue, percent, plain, ratioText, withUnit } from "./format.ts"
import { Section } from "./Section.tsx"
import { countRows, failedLatencyRows, operationLatencyRows, requestLatencyRows } from "./versusRows.ts"
import { VersusTable } from "./VersusTable.tsx"
import { SliceTable } from "./SliceTable.tsx"
import { StudyPage } from "./StudyPage.tsx"
import { Tile } from "./Tile.tsx"
import { versusCharts } from "./versusCharts.ts"

/** @param inPair operations per second in the pair whose ratio is the result */
const Rate = ({
  inPair,
  label,
  side
}: {
  readonly inPair: number | undefined
  readonly label: string
  readonly side: Side
}) => (
  <Tile label={label} value={plain(inPair)} unit="/s, median pair">
    {withUnit(side.elapsedSeconds === 0 ? null : side.operations.perSecond, "/s")} over all slices
  </Tile>
)

const PerOperation = ({ label, side }: { readonly label: string; readonly side: Side }) => {
  const { operationMs } = side
  return (
    <Tile label={label} value={ratioText(operationMs?.p50)} unit="ms, p50">
      p95 {ratioText(operationMs?.p95)}
      {operationMs === null ? "" : " ms"}
      {hasFailures([side]) ? ", of succeeded requests" : ""}
    </Tile>
  )
}

const Tiles = ({ versus }: { readonly versus: Versus }) => {
  const { batch, clientCount, noResult, pairs, ratio, requestsSaved, single } = versus
  const failed = single.requests.failed + batch.requests.failed
  const { operations, requests, share } = requestsSaved
  const middle = medianPair(pairs)
  return (
    <>
      <Tile
        label="Batches versus single requests"
        tone={noResult === null ? "main" : "bad"}
        value={ratio === null || noResult !== null ? noValue : ratioText(ratio.median)}
        unit="times the operations"
      >
        {ratio === null || noResult !== null
          ? (noResult ?? "no pair of slices was measured")
          : `${ratioText(ratio.min)} to ${ratioText(ratio.max)} over ${plural(pairs.length, "pair")}`}
      </Tile>
      <Rate label="Operations, single requests" side={single} inPair={middle?.single} />
      <Rate label={`Operations, batches of ${batchSizeText(versus)}`} side={batch} inPair={middle?.batch} />
      <Tile label="Requests saved" value={share === null ? noValue : percent(Number(share.toFixed(4)))}>
        {figure(requests)} for {figure(operations)} operations
      </Tile>
      <PerOperation label="Latency per operation, single" side={single} />
      <PerOperation label="Latency per operation, batches" side={batch} />
      <Tile label="Failed requests" value={figure(failed)} {...(failed > 0 ? { tone: "bad" as const } : {})}>
        {figure(single.requests.failed)} single, {figure(batch.requests.failed)} batches
      </Tile>
      <Tile label="Users" value={figure(clientCount)}>
        on both sides; {subjectOf(versus)}
      </Tile>
    </>
  )
}

export const VersusPage = ({ versus }: { readonly versus: Versus }) => {
  const { batch, single } = versus
  const charts = useMemo(() => versusCharts(versus), [versus])
  const failed = hasFailures([single, batch])
  const slices = [single, batch].flatMap(({ slices, testType }) =>
    slices.map((slice) => ({ slice, cells: [testType] }))
  )
  return (
    <StudyPage
      name="versus"
      study={versus}
      charts={charts}
      tiles={<Tiles versus={versus} />}
      loads={versusLoads(versus)}
      eight
    >
      <Section id="sides" title="Side by side">
        <div class="columns tables">
          <VersusTable
            caption="Requests and operations"
            rows={countRows(single, batch, medianPair(versus.pairs))}
          />
          <div>
            <VersusTable
              caption={failed ? "Latency of succeeded requests, ms" : "Latency per request, ms"}
              head="percentile"
              rows={requestLatencyRows(single, batch)}
            />
            {failed ? (
              <VersusTable
                caption="Latency of failed requests, ms"
                head="percentile"
                rows={failedLatencyRows(single, batch)}
              />
            ) : null}
            <VersusTable
              caption={`Latency per operation (latency ${failed ? "of succeeded requests " : ""}divided by operations), ms`}
              head="percentile"
              rows={operationLatencyRows(single, batch)}
            />
          </div>
        </div>
        <p class="note">
          Single requests are {single.testType}, batches are {batch.testType}; the ratio is the figure of
          batches divided by that of single requests. The ratio of operations per second is that of the pair
          in the middle, whose two rates stand beside it.
        </p>
        <p class="note">{studyLatencyNote(failed)}</p>
      </Section>
      <VersusDatabase versus={versus} />
      <SliceTable heads={["test type"]} texts={["test type"]} slices={slices} />
    </StudyPage>
  )
}
