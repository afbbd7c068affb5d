/** The key figures: of the last second while a run is in progress, of the whole run afterwards. */
import { failureRatio } from "../result/Figures.ts"
import type { RunState } from "../result/Summary.ts"
import { hasOperations, hasReads } from "../result/kindsOfWork.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"
import { endedInWarmUp, hasThroughput } from "../result/throughput.ts"
import { noValue, percent, plain, withUnit } from "./format.ts"
import { timeLeft } from "./status.ts"
import { Tile } from "./Tile.tsx"

/** The open model counts iterations in flight. */
const usersLabel = ({ model }: RunState): string => (model === "open" ? "In flight" : "Users")

const droppedWords = ({ model, starts }: RunState): string =>
  model === "open" ? `, ${figure(starts.dropped)} dropped` : ""

/**
 * The percentiles to show: where any request of the run failed, those of the succeeded ones, with the same of failed ones
 * in the second line.
 */
const shownLatency = ({ byOutcome, latencyMs }: RunState) => ({
  shown: byOutcome === null ? latencyMs : byOutcome.succeeded.latencyMs,
  label: (percentile: string) => (byOutcome === null ? percentile : `${percentile} of succeeded`),
  failed: (percentile: "p50" | "p95" | "p99") =>
    byOutcome === null
      ? ""
      : `, ${percentile} of failed ${withUnit(byOutcome.failed.latencyMs?.[percentile], "ms")}`
})

const percentiles = ["p50", "p95", "p99"] as const

/** The work or the time that is left. */
const LeftTile = ({ run }: { readonly run: RunState }) => {
  const { fixedWork, plannedSeconds } = run
  return fixedWork === null ? (
    <Tile label="Time left" value={timeLeft(run) ?? noValue}>
      {plannedSeconds === null ? "until all passes are done" : `of ${clock(plannedSeconds)}`}
    </Tile>
  ) : (
    <Tile label="Records left" value={figure(fixedWork.planned - fixedWork.judged)}>
      of {figure(fixedWork.planned)}
    </Tile>
  )
}

/** What the duration was planned to be, or what it was for. */
const durationWords = ({ byName, fixedWork, plannedSeconds }: RunState): string => {
  if (fixedWork !== null) return plural(fixedWork.judged, "record")
  return plannedSeconds === null
    ? plural(byName.length, "request name")
    : `of ${clock(plannedSeconds)} planned`
}

const LiveTiles = ({ run }: { readonly run: RunState }) => {
  const point = run.last ?? undefined
  const perSecond = (count: number | undefined) =>
    point === undefined || count === undefined ? noValue : figure(count / point.seconds)
  const { operations, requests, rows } = run
  const { failed, label, shown } = shownLatency(run)
  const now = point?.byOutcome === null ? point.latencyMs : point?.byOutcome.succeeded
  return (
    <>
      {hasOperations(run) ? (
        <Tile label="Operations" tone="main" value={perSecond(point?.operations)} unit="/s">
          whole run {figure(operations.perSecond)} /s
        </Tile>
      ) : null}
      {hasReads(run) ? (
        <Tile label="Rows read" tone="main" value={perSecond(point?.rows)} unit="/s">
          whole run {figure(rows.perSecond)} /s
        </Tile>
      ) : null}
      <Tile label="Requests" value={perSecond(point?.requests)} unit="/s">
        whole run {figure(requests.perSecond)} /s
      </Tile>
      {percentiles.map((percentile) => (
        <Tile key={percentile} label={label(percentile)} value={plain(now?.[percentile])} unit="ms">
          whole run {withUnit(shown?.[percentile], "ms")}
          {failed(percentile)}
        </Tile>
      ))}
      <Tile
        label="Failures"
        value={perSecond(point?.failures)}
        unit="/s"
        {...(requests.failed > 0 ? { tone: "bad" as const } : {})}
      >
        whole run {figure(requests.failed)}, {percent(failureRatio(requests))} of requests
      </Tile>
      <Tile label={usersLabel(run)} value={plain(point?.users)}>
        max {figure(run.users)}
        {droppedWords(run)}
      </Tile>
      <LeftTile run={run} />
    </>
  )
}

/** Counts with their rates; in debug mode only the counts are a result. */
const CountTiles = ({ run }: { readonly run: RunState }) => {
  const { operations, requests, rows } = run
  const rate = ({ perSecond }: { readonly perSecond: number }) =>
    endedInWarmUp(run) ? noValue : figure(perSecond)
  return hasThroughput(run) ? (
    <>
      {hasOperations(run) ? (
        <Tile label="Operations" tone="main" value={rate(operations)} unit="/s">
          {figure(operations.succeeded)} confirmed
        </Tile>
      ) : null}
      {hasReads(run) ? (
        <Tile label="Rows read" tone="main" value={rate(rows)} unit="/s">
          {figure(rows.read)} in all
        </Tile>
      ) : null}
      <Tile label="Requests" value={rate(requests)} unit="/s">
        {figure(requests.total)} sent
      </Tile>
    </>
  ) : (
    <>
      {hasOperations(run) ? (
        <Tile label="Operations" tone="main" value={figure(operations.succeeded)}>
          confirmed; debug mode: no throughput
        </Tile>
      ) : null}
      {hasReads(run) ? (
        <Tile label="Rows read" tone="main" value={figure(rows.read)}>
          debug mode: no throughput
        </Tile>
      ) : null}
      <Tile label="Requests" value={figure(requests.total)}>
        sent
      </Tile>
    </>
  )
}

const EndTiles = ({ run }: { readonly run: RunState }) => {
  const { requests } = run
  const { failed, label, shown } = shownLatency(run)
  return (
    <>
      <CountTiles run={run} />
      <Tile label={label("p50")} value={plain(shown?.p50)} unit="ms">
        mean {withUnit(shown?.mean, "ms")}
        {failed("p50")}
      </Tile>
      <Tile label={label("p95")} value={plain(shown?.p95)} unit="ms">
        p90 {withUnit(shown?.p90, "ms")}
        {failed("p95")}
      </Tile>
      <Tile label={label("p99")} value={plain(shown?.p99)} unit="ms">
        max {withUnit(shown?.max, "ms")}
        {failed("p99")}
      </Tile>
      <Tile
        label="Failures"
        value={figure(requests.failed)}
        {...(requests.failed > 0 ? { tone: "bad" as const } : {})}
      >
        {percent(failureRatio(requests))} of requests
      </Tile>
      <Tile label={usersLabel(run)} value={figure(run.users)}>
        max at once{droppedWords(run)}
      </Tile>
      <Tile label="Duration" value={clock(run.elapsedSeconds)}>
        {durationWords(run)}
      </Tile>
    </>
  )
}

export const RunTiles = ({ run }: { readonly run: RunState }) => (
  <section aria-labelledby="figures">
    <h2 id="figures" class="hidden">
      {run.endedBy === null ? "Last second" : "Whole run"}
    </h2>
    <dl class="tiles">{run.endedBy === null ? <LiveTiles run={run} /> : <EndTiles run={run} />}</dl>
  </section>
)
