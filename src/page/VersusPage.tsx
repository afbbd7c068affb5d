/** Single requests beside batches: how much more of them, how it was measured, and what the database says to it. */
import { useMemo } from "preact/hooks"
import type { Side, Versus } from "../result/Versus.ts"
import { closedModelNote } from "../result/sentences.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { DatabaseSides } from "./DatabaseSides.tsx"
import { noValue, percent, plain, ratioText } from "./format.ts"
import { Section } from "./parts.tsx"
import { countRows, operationLatencyRows, requestLatencyRows } from "./sideRows.ts"
import { SideTable } from "./SideTable.tsx"
import { Slices } from "./Slices.tsx"
import { Study } from "./Study.tsx"
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
        label="Batches confirm"
        tone="main"
        value={ratio === null ? noValue : ratioText(ratio.median)}
        unit="times"
      >
        {ratio === null
          ? "no pair of slices was measured"
          : `the operations of single requests, ${ratioText(ratio.min)} to ${ratioText(ratio.max)} over ${plural(pairs.length, "pair")}`}
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
        either way; {records.join(", ")}
      </Tile>
    </>
  )
}

export const VersusPage = ({ versus }: { readonly versus: Versus }) => {
  const { batch, single } = versus
  const drawings = useMemo(() => versusCharts(versus), [versus])
  const slices = [single, batch].flatMap(({ slices, testType }) =>
    slices.map((slice) => ({ slice, what: [testType] }))
  )
  return (
    <Study name="versus" study={versus} drawings={drawings} tiles={<Tiles versus={versus} />} eight>
      <Section id="sides" title="Side by side">
        <div class="columns tables">
          <SideTable caption="Requests and operations" rows={countRows(single, batch)} />
          <div>
            <SideTable
              caption="Latency of a whole request, ms"
              head="percentile"
              rows={requestLatencyRows(single, batch)}
            />
            <SideTable
              caption="The same divided by its operations, ms"
              head="percentile"
              rows={operationLatencyRows(single, batch)}
            />
          </div>
        </div>
        <p class="note">
          Single requests are {single.testType}, batches {batch.testType}; the ratio is what was measured of
          batches divided by the same of single requests.
        </p>
        <p class="note">{closedModelNote}</p>
      </Section>
      <DatabaseSides versus={versus} />
      <Slices heads={["test type"]} texts={["test type"]} slices={slices} />
    </Study>
  )
}
