/** Single requests beside batches: how much more of them, how it was measured, and what the database says to it. */
import { useMemo } from "preact/hooks"
import type { Side, Versus } from "../report/Versus.ts"
import { figure } from "../report/text.ts"
import { DatabaseSides } from "./DatabaseSides.tsx"
import { noValue, percent, plural, ratioText } from "./format.ts"
import { Section } from "./parts.tsx"
import { countRows, operationLatencyRows, requestLatencyRows } from "./sideRows.ts"
import { SideTable } from "./SideTable.tsx"
import { Slices } from "./Slices.tsx"
import { Study } from "./Study.tsx"
import { Tile } from "./Tile.tsx"
import { versusCharts } from "./versusCharts.ts"

const Rate = ({ label, side }: { readonly label: string; readonly side: Side }) => (
  <Tile label={label} value={figure(side.operations.perSecond)} unit="operations/s">
    {figure(side.requests.perSecond)} requests/s
  </Tile>
)

const PerOperation = ({
  label,
  side: { operationMs, requests }
}: {
  readonly label: string
  readonly side: Side
}) => (
  <Tile label={label} value={requests.total === 0 ? noValue : ratioText(operationMs.p50)} unit="ms, p50">
    p95 {requests.total === 0 ? noValue : `${ratioText(operationMs.p95)} ms`}
  </Tile>
)

const Tiles = ({ versus }: { readonly versus: Versus }) => {
  const { batch, batchTripleCount, pairs, ratio, requestsSaved, single } = versus
  const failed = single.requests.failed + batch.requests.failed
  return (
    <>
      <Tile
        label="Batches to single"
        tone="main"
        value={ratio === null ? noValue : ratioText(ratio.median)}
        unit="times"
      >
        {ratio === null
          ? "no pair of slices was measured"
          : `${ratioText(ratio.min)} to ${ratioText(ratio.max)} over ${plural(pairs.length, "pair")}`}
      </Tile>
      <Rate label="Single requests" side={single} />
      <Rate label={`Batches of ${plural(batchTripleCount, "triple")}`} side={batch} />
      <PerOperation label="An operation alone" side={single} />
      <PerOperation label="An operation in a batch" side={batch} />
      <Tile
        label="Requests saved"
        value={requestsSaved.share === null ? noValue : percent(Number(requestsSaved.share.toFixed(3)))}
      >
        {figure(requestsSaved.requests)} for {figure(requestsSaved.operations)} operations
      </Tile>
      <Tile label="Failures" value={figure(failed)} {...(failed > 0 ? { tone: "bad" as const } : {})}>
        {figure(single.requests.failed)} single, {figure(batch.requests.failed)} batches
      </Tile>
      <Tile label="Users" value={figure(versus.clientCount)}>
        either way, {versus.records.join(", ")}
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
    <Study name="versus" study={versus} drawings={drawings} tiles={<Tiles versus={versus} />}>
      <Section id="sides" title="Side by side">
        <div class="columns tables">
          <SideTable caption="Requests and operations" rows={countRows(single, batch)} versus={versus} />
          <div>
            <SideTable
              caption="Latency of a whole request, ms"
              head="percentile"
              rows={requestLatencyRows(single, batch)}
              versus={versus}
            />
            <SideTable
              caption="The same divided by its operations, ms"
              head="percentile"
              rows={operationLatencyRows(single, batch)}
              versus={versus}
            />
          </div>
        </div>
        <p class="note">
          The ratio is what was measured of {batch.testType} divided by the same of {single.testType}.
        </p>
      </Section>
      <DatabaseSides versus={versus} />
      <Slices heads={["test type"]} slices={slices} />
    </Study>
  )
}
