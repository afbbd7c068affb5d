/** The page of one run, in progress or ended. */
import type { ComponentChildren } from "preact"
import { useLayoutEffect, useMemo, useState } from "preact/hooks"
import { caveatHeads, caveatsOf } from "../result/caveats.ts"
import type { RunState } from "../result/Summary.ts"
import { clock, figure } from "../result/numberFormat.ts"
import { fixedWorkNotes, warmUpNotes } from "../result/sentences.ts"
import { leadSeconds } from "../result/WarmUp.ts"
import { hasThroughput } from "../result/throughput.ts"
import { Agents } from "./Agents.tsx"
import { RequestsByName } from "./RequestsByName.tsx"
import type { TimeView } from "./ChartGrid.tsx"
import { Charts } from "./Charts.tsx"
import { chartSpecsOf } from "./chartSpecs.ts"
import type { Range } from "./chartData.ts"
import { timedRun } from "./timedRun.ts"
import { Configuration } from "./Configuration.tsx"
import { Database } from "./Database.tsx"
import { DriftTable } from "./DriftTable.tsx"
import { Downloads } from "./Downloads.tsx"
import { Failures } from "./Failures.tsx"
import { utc } from "./format.ts"
import { FindingsTable } from "./FindingsTable.tsx"
import { GeneratorHealth } from "./GeneratorHealth.tsx"
import { Processes } from "./Processes.tsx"
import { Outcomes } from "./Outcomes.tsx"
import { secondsLeft, statusOf } from "./status.ts"
import { Thresholds } from "./Thresholds.tsx"
import { type Theme, usePrinting, useTheme } from "./theme.ts"
import { RunTiles } from "./RunTiles.tsx"
import { TopBar } from "./TopBar.tsx"

const Caveats = ({ run }: { readonly run: RunState }) => (
  <>
    {caveatsOf(run).map(({ kind, sentence }) => (
      <div key={kind} class="banner" role="note">
        <strong>{caveatHeads[kind]}:</strong> {sentence}
      </div>
    ))}
  </>
)

const Progress = ({ run }: { readonly run: RunState }) => {
  const { elapsedSeconds, endedBy, fixedWork, plannedSeconds } = run
  if (fixedWork !== null && endedBy === null) {
    const { judged, planned } = fixedWork
    return (
      <progress aria-label="Records of the run" max={planned} value={judged}>
        {figure(judged)} of {figure(planned)} records
      </progress>
    )
  }
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
  /** The note of the live region: the connection, or why the run ended. */
  readonly note: string
  readonly troubled: boolean
  readonly files: ReadonlyArray<string>
  /** The path of the files. */
  readonly folder: string
  /** Buttons before the theme button. */
  readonly children?: ComponentChildren
}

/** The address, the start and the elapsed time. */
const Facts = ({ run }: { readonly run: RunState }) => (
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
)

const ThresholdBadge = ({ run: { thresholds } }: { readonly run: RunState }) => {
  const kept = thresholds.filter(({ passed }) => passed).length
  return thresholds.length === 0 ? null : (
    <a class={`status ${kept === thresholds.length ? "good" : "bad"}`} href="#thresholds">
      {kept} of {thresholds.length} thresholds kept
    </a>
  )
}

const RunHeader = ({
  children,
  note,
  run,
  theme,
  title,
  troubled,
  use
}: Pick<RunPageProps, "children" | "note" | "run" | "troubled"> & {
  readonly title: string
  readonly theme: Theme
  readonly use: (theme: Theme) => void
}) => {
  const status = run && statusOf(run)
  return (
    <header>
      <TopBar title="load test" theme={theme} use={use}>
        {children}
      </TopBar>
      <div class="headline">
        <h1>{title}</h1>
        {status === undefined ? null : (
          <span class={`status ${status.tone}`}>
            <i aria-hidden="true" />
            {status.short}
          </span>
        )}
        {run === undefined ? null : <ThresholdBadge run={run} />}
      </div>
      {run === undefined ? null : (
        <>
          <Facts run={run} />
          <Progress run={run} />
        </>
      )}
      <p class={troubled ? "state troubled" : "state"} role="status">
        {note}
      </p>
    </header>
  )
}

const RunSections = ({
  files,
  folder,
  run,
  view
}: Pick<RunPageProps, "files" | "folder"> & { readonly run: RunState; readonly view: TimeView }) => {
  const { timeline, warmUp } = run
  const timed = useMemo(() => [timedRun({ timeline, warmUp })], [timeline, warmUp])
  const specs = useMemo(
    () => chartSpecsOf(run).filter(({ unit }) => hasThroughput(run) || unit !== "per second"),
    [run]
  )
  return (
    <>
      <Caveats run={run} />
      <RunTiles run={run} />
      {[...fixedWorkNotes(run), ...warmUpNotes(run)].map((note) => (
        <p class="note">{note}</p>
      ))}
      <FindingsTable run={run} />
      <Thresholds run={run} />
      <Charts runs={timed} specs={specs} {...view} />
      <DriftTable drift={run.drift} />
      <RequestsByName run={run} />
      <Failures run={run} />
      <div class="columns">
        <Outcomes run={run} />
        <GeneratorHealth run={run} />
      </div>
      <Database
        activity={run.database}
        warmUpSeconds={warmUp === null ? undefined : leadSeconds(warmUp)}
        {...view}
      />
      <Agents run={run} />
      <Processes processes={run.processes} {...view} />
      <Configuration run={run} />
      <Downloads files={files} folder={folder} isRunning={run.endedBy === null} />
    </>
  )
}

export const RunPage = ({ children, files, folder, note, run, troubled }: RunPageProps) => {
  const [theme, setTheme] = useTheme()
  const printing = usePrinting()
  const [range, setRange] = useState<Range>("all")
  const live = run?.endedBy === null
  const view = { allIn: "summary.json", live, onRange: setRange, printing, range, theme }
  const title = run?.testType ?? "edfi-perf"
  const status = run && statusOf(run).short
  useLayoutEffect(() => {
    document.title = status === undefined ? title : `${title}, ${status} – edfi-perf`
  }, [title, status])
  return (
    <>
      <RunHeader note={note} run={run} theme={theme} title={title} troubled={troubled} use={setTheme}>
        {children}
      </RunHeader>
      <main>
        {run === undefined ? (
          <p class="nothing">The figures appear with the first second of the run.</p>
        ) : (
          <RunSections files={files} folder={folder} run={run} view={view} />
        )}
      </main>
    </>
  )
}
