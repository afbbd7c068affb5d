/** The frame of every study's page: the result, its caveats, tiles, charts, the study's own sections, configuration. */
import type { ComponentChildren } from "preact"
import { useLayoutEffect, useState } from "preact/hooks"
import { coresNote, coresRows, type LoadSlices } from "../result/coresTable.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { clock } from "../result/numberFormat.ts"
import { studyAgentNotes, studyAgentRows, studyAgentTexts } from "../result/studyAgentsText.ts"
import { endings } from "../result/verdict.ts"
import type { ChartData, Range } from "./chartData.ts"
import { ChartGrid } from "./ChartGrid.tsx"
import { Configuration } from "./Configuration.tsx"
import { utc } from "./format.ts"
import { headlineOf } from "./headline.ts"
import { Processes } from "./Processes.tsx"
import { Section } from "./Section.tsx"
import { TextTable } from "./TextTable.tsx"
import { type Theme, usePrinting, useTheme } from "./theme.ts"
import { TopBar } from "./TopBar.tsx"

interface StudyDocument extends StudyHead {
  readonly verdict: string
  /** Why it has no result that can be trusted. */
  readonly noResult?: string | null
}

/** What limits the server; nothing if no line says it. */
const Limits = ({ lines }: { readonly lines: ReadonlyArray<string> }) =>
  lines.length === 0 ? null : (
    <Section id="limits" title="What limits">
      <ul>
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </Section>
  )

/** Who used the processors in each load; nothing without watched processes. */
const Cores = ({ loads }: { readonly loads: ReadonlyArray<LoadSlices> }) => {
  const [head, ...rows] = coresRows(loads)
  return head === undefined ? null : (
    <Section id="cores" title="Who used the processors">
      <TextTable caption="Cores, a row for each load" head={head} rows={rows} texts={new Set()} />
      <p class="note">{coresNote}</p>
    </Section>
  )
}

/** The agents over all slices; nothing without `--agents`. */
const Agents = ({ loads }: { readonly loads: ReadonlyArray<LoadSlices> }) => {
  const [head, ...rows] = studyAgentRows(loads)
  return head === undefined ? null : (
    <Section id="agents" title="Agents">
      <TextTable caption="Each agent over all slices" head={head} rows={rows} texts={studyAgentTexts} />
      {studyAgentNotes(loads).map((note) => (
        <p class="note">{note}</p>
      ))}
    </Section>
  )
}

/** @param failure in two words, why a completed study has no answer; by default from `noResult` */
const statusOf = (
  { endedBy, noResult = null }: StudyDocument,
  failure = noResult === null ? undefined : "no trustworthy result"
): { readonly short: string; readonly good: boolean } =>
  endedBy === "completed"
    ? { short: failure ?? "completed", good: failure === undefined }
    : { short: endings[endedBy].short, good: endings[endedBy].planned }

const Warnings = ({ warnings }: Pick<StudyHead, "warnings">) =>
  warnings.length === 0 ? null : (
    <div class="banner" role="note">
      <strong>Before you rely on these figures:</strong>
      <ul>
        {warnings.map((warning) => (
          <li>{warning}</li>
        ))}
      </ul>
    </div>
  )

const StudyHeader = ({
  failure,
  name,
  study,
  theme,
  use
}: {
  readonly failure: string | undefined
  readonly name: string
  readonly study: StudyDocument
  readonly theme: Theme
  readonly use: (theme: Theme) => void
}) => {
  const status = statusOf(study, failure)
  const { answer, details } = headlineOf(study.verdict, study.noResult)
  const { baseUrl } = study.config
  return (
    <header>
      <TopBar title={name} theme={theme} use={use} />
      <h1 class="answer">{answer}</h1>
      {details === "" ? null : <p class="details">{details}</p>}
      <p class="meta">
        <span class={`status ${status.good ? "good" : "bad"}`}>
          <i aria-hidden="true" />
          {status.short}
        </span>
        {typeof baseUrl === "string" ? <span>{baseUrl}</span> : null}
        <span>
          started <time dateTime={study.startedAt}>{utc(study.startedAt)}</time>
        </span>
        <span>{clock(study.elapsedSeconds)}</span>
      </p>
    </header>
  )
}

const StudyCharts = ({
  charts,
  file,
  first,
  printing,
  theme
}: {
  readonly charts: ReadonlyArray<ChartData>
  readonly file: string
  /** Whether the latency scale is logarithmic at first. */
  readonly first: boolean
  readonly printing: boolean
  readonly theme: string
}) => {
  const [logarithmic, setLogarithmic] = useState(first)
  return (
    <section aria-labelledby="charts">
      <div class="section-head">
        <h2 id="charts">Charts</h2>
        {charts.some(({ style }) => style.logarithmic === true) ? (
          <div class="controls">
            <button type="button" aria-pressed={logarithmic} onClick={() => setLogarithmic(!logarithmic)}>
              logarithmic latency
            </button>
          </div>
        ) : null}
      </div>
      <ChartGrid
        charts={charts}
        logarithmic={logarithmic}
        live={false}
        theme={theme}
        printing={printing}
        allIn={file}
      />
    </section>
  )
}

export const StudyPage = ({
  charts,
  children,
  eight = false,
  failure,
  limits = [],
  loads,
  logarithmic = false,
  name,
  study,
  tiles
}: {
  /** What limits the server, in sentences. */
  readonly limits?: ReadonlyArray<string>
  /** The loads of the study. */
  readonly loads: ReadonlyArray<LoadSlices>
  /** The command, which is also the name of the JSON file: `versus`. */
  readonly name: string
  readonly study: StudyDocument
  /** The key figures. */
  readonly tiles: ComponentChildren
  /** There are eight tiles: two rows of four. */
  readonly eight?: boolean
  /** Why a study that ran to its end has no answer, in one or two words; `undefined` if it has one. */
  readonly failure?: string | undefined
  /** Whether the latency scale is logarithmic at first. */
  readonly logarithmic?: boolean
  /** Must be the same object for the same study: another one rebuilds every chart. */
  readonly charts: ReadonlyArray<ChartData>
  /** The sections below the charts. */
  readonly children: ComponentChildren
}) => {
  const [theme, setTheme] = useTheme()
  const printing = usePrinting()
  const [range, setRange] = useState<Range>("all")
  const { short } = statusOf(study, failure)
  const file = `${name}.json`
  useLayoutEffect(() => {
    document.title = `${name}, ${short} – edfi-perf`
  }, [name, short])
  return (
    <>
      <StudyHeader failure={failure} name={name} study={study} theme={theme} use={setTheme} />
      <main>
        <Warnings warnings={study.warnings} />
        <section aria-labelledby="figures">
          <h2 id="figures" class="hidden">
            Key figures
          </h2>
          <dl class={eight ? "tiles eight" : "tiles"}>{tiles}</dl>
        </section>
        <StudyCharts charts={charts} file={file} first={logarithmic} theme={theme} printing={printing} />
        <Limits lines={limits} />
        {children}
        <Agents loads={loads} />
        <Cores loads={loads} />
        <Processes
          processes={study.processes}
          allIn={file}
          live={false}
          onRange={setRange}
          printing={printing}
          range={range}
          theme={theme}
        />
        <Configuration run={study} />
      </main>
    </>
  )
}
