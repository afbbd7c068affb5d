/** The page of single requests versus batches: the ratio, both sides in detail, and the load on the database. */
import { useMemo } from "preact/hooks"
import type { Side, Versus } from "../result/Versus.ts"
import { closedModelNote } from "../result/sentences.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { VersusDatabase } from "./VersusDatabase.tsx"
import { noValue, percent, plain, ratioText } from "./format.ts"
import { Section } from "./Section.tsx"
import { countRows, operationLatencyRows, requestLatencyRows } from "./versusRows.ts"
import { VersusTable } from "./VersusTable.tsx"
import { SliceTable } from "./SliceTable.tsx"
import { StudyPage } from "./StudyPage.tsx"
import { Tile } from "./Tile.tsx"
import { versusCharts } from "./versusCharts.ts"

const Rate = ({ label, side }: { readonly label: string; readonly side: Side }) => {
  const rate = (perSecond: number) => plain(side.elapsedSeconds === 0 ? null : perSecond)
  return (
    <Tile label={label} value={rate(side.operations.perSecond)} unit="/s">
      {rate(side.requests.perSecond)} requests/s
    </Tile>
  )
}

const PerOperation = ({ label, side }: { readonly label: string; readonly side: Side }) => {
  const { operationMs } = side
  return (
    <Tile label={label} value={ratioText(operationMs?.p50)} unit="ms, p50">
      p95 {ratioText(operationMs?.p95)} ms
    </Tile>
  )
}

const Tiles = ({ versus }: { readonly versus: Versus }) => {
  const { batch, batchTripleCount, clientCount, pairs, ratio, records, requestsSaved, single } = versus
  const failed = single.requests.failed + batch.requests.failed
  const { operations, requests, share } = requestsSaved
  return (
    <>
      <Tile
        label="Batches versus single requests"
        tone="main"
        value={ratio === null ? noValue : ratioText(ratio.median)}
        unit="times the operations"
      >
        {ratio === null
          ? "no pair of slices was measured"
          : `${ratioText(ratio.min)} to ${ratioText(ratio.max)} over ${plural(pairs.length, "pair")}`}
      </Tile>
      <Rate label="Operations, single requests" side={single} />
      <Rate label={`Operations, batches of ${plural(batchTripleCount, "triple")}`} side={batch} />
      <Tile label="Requests saved" value={share === null ? noValue : percent(Number(share.toFixed(4)))}>
        {figure(requests)} for {figure(operations)} operations
      </Tile>
      <PerOperation label="Latency per operation, single" side={single} />
      <PerOperation label="Latency per operation, batches" side={batch} />
      <Tile label="Failed requests" value={figure(failed)} {...(failed > 0 ? { tone: "bad" as const } : {})}>
        {figure(single.requests.failed)} single, {figure(batch.requests.failed)} batches
      </Tile>
      <Tile label="Users" value={figure(clientCount)}>
        on both sides; {records.join(", ")}
      </Tile>
    </>
  )
}

export const VersusPage = ({ versus }: { readonly versus: Versus }) => {
  const { batch, single } = versus
  const charts = useMemo(() => versusCharts(versus), [versus])
  const slices = [single, batch].flatMap(({ slices, testType }) =>
    slices.map((slice) => ({ slice, cells: [testType] }))
  )
  return (
    <StudyPage name="versus" study={versus} charts={charts} tiles={<Tiles versus={versus} />} eight>
      <Section id="sides" title="Side by side">
        <div class="columns tables">
          <VersusTable caption="Requests and operations" rows={countRows(single, batch)} />
          <div>
            <VersusTable
              caption="Latency per request, ms"
              head="percentile"
              rows={requestLatencyRows(single, batch)}
            />
            <VersusTable
              caption="Latency per operation (latency divided by operations), ms"
              head="percentile"
              rows={operationLatencyRows(single, batch)}
            />
          </div>
        </div>
        <p class="note">
          Single requests are {single.testType}, batches are {batch.testType}; the ratio is the figure of
          batches divided by that of single requests.
        </p>
        <p class="note">{closedModelNote}</p>
      </Section>
      <VersusDatabase versus={versus} />
      <SliceTable heads={["test type"]} texts={["test type"]} slices={slices} />
    </StudyPage>
  )
}
