/** The whole page of one run, under way or ended. */
import type { ComponentChildren } from "preact"
import { useLayoutEffect, useMemo, useState } from "preact/hooks"
import { caveatHeads, caveatsOf } from "../result/caveats.ts"
import type { RunState } from "../result/Summary.ts"
import { clock } from "../result/numberFormat.ts"
import { ByName } from "./ByName.tsx"
import { Charts } from "./Charts.tsx"
import { addChartPoints, chartSpecsOf } from "./chartSpecs.ts"
import { drawn, type Range } from "./columns.ts"
import { Configuration } from "./Configuration.tsx"
import { Database } from "./Database.tsx"
import { Downloads } from "./Downloads.tsx"
import { Failures } from "./Failures.tsx"
import { utc } from "./format.ts"
import { Generator } from "./Generator.tsx"
import { Outcomes } from "./Outcomes.tsx"
import { secondsLeft, statusOf } from "./status.ts"
import { Thresholds } from "./Thresholds.tsx"
import { usePrinting, useTheme } from "./theme.ts"
import { Tiles } from "./Tiles.tsx"
import { Top } from "./Top.tsx"

const Doubts = ({ run }: { readonly run: RunState }) => (
  <>
    {caveatsOf(run).map(({ kind, sentence }) => (
      <div key={kind} class="banner" role="note">
        <strong>{caveatHeads[kind]}:</strong> {sentence}
      </div>
    ))}
  </>
)

const Progress = ({ run }: { readonly run: RunState }) => {
  const { elapsedSeconds, plannedSeconds } = run
  const left = secondsLeft(run)
  if (plannedSeconds === null || left === undefined) return null
  return (
    <progress
      aria-label="Time of the run"
      max={plannedSeconds}
      value={Math.min(elapsedSeconds, plannedSeconds)}
    >
      {clock(left)} left
    </progress>
  )
}

export interface RunPageProps {
  /** `undefined` before the first second of a live page. */
  readonly run: RunState | undefined
  /** What is to be known of the connection. */
  readonly note: string
  readonly troubled: boolean
  readonly files: ReadonlyArray<string>
  /** Where the files are. */
  readonly folder: string
  /** More buttons. */
  readonly children?: ComponentChildren
}

export const RunPage = ({ children, files, folder, note, run, troubled }: RunPageProps) => {
  const [theme, setTheme] = useTheme()
  const printing = usePrinting()
  const timeline = run?.timeline
  const timed = useMemo(
    () => (timeline === undefined ? [] : [drawn({ name: "run", timeline }, addChartPoints)]),
    [timeline]
  )
  const [range, setRange] = useState<Range>("all")
  const view = {
    allIn: "summary.json",
    live: run?.endedBy === null,
    onRange: setRange,
    printing,
    range,
    theme
  }
  const status = run && statusOf(run)
  const title = run?.testType ?? "edfi-perf"
  useLayoutEffect(() => {
    document.title = status === undefined ? title : `${title}, ${status.short} – edfi-perf`
  }, [title, status?.short])
  const kept = run?.thresholds.filter(({ passed }) => passed).length ?? 0
  return (
    <>
      <header>
        <Top title="load test" theme={theme} use={setTheme}>
          {children}
        </Top>
        <div class="headline">
          <h1>{title}</h1>
          {status === undefined ? null : (
            <span class={`status ${status.tone}`}>
              <i aria-hidden="true" />
              {status.short}
            </span>
          )}
          {run === undefined || run.thresholds.length === 0 ? null : (
            <a class={`status ${kept === run.thresholds.length ? "good" : "bad"}`} href="#thresholds">
              {kept} of {run.thresholds.length} thresholds kept
            </a>
          )}
        </div>
        {run === undefined ? null : (
          <>
            <p class="meta">
              <span>{typeof run.config["baseUrl"] === "string" ? run.config["baseUrl"] : ""}</span>
              <span>
                started <time dateTime={run.startedAt}>{utc(run.startedAt)}</time>
              </span>
              <span>
                {clock(run.elapsedSeconds)}
                {run.plannedSeconds === null ? "" : ` of ${clock(run.plannedSeconds)}`}
              </span>
            </p>
            <Progress run={run} />
          </>
        )}
        <p class={troubled ? "state troubled" : "state"} role="status">
          {note}
        </p>
      </header>
      <main>
        {run === undefined ? (
          <p class="nothing">The figures appear with the first second of the run.</p>
        ) : (
          <>
            <Doubts run={run} />
            <Tiles run={run} />
            <Thresholds run={run} />
            <Charts runs={timed} specs={chartSpecsOf(run.model)} {...view} />
            <ByName run={run} />
            <Failures run={run} />
            <div class="columns">
              <Outcomes run={run} />
              <Generator run={run} />
            </div>
            <Database activity={run.database} {...view} />
            <Configuration run={run} />
            <Downloads files={files} folder={folder} underWay={run.endedBy === null} />
          </>
        )}
      </main>
    </>
  )
}
