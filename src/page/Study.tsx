/** What the pages of all studies have in common: the answer at the top, what to know before it is believed, the rest. */
import type { ComponentChildren } from "preact"
import { useLayoutEffect, useState } from "preact/hooks"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { clock } from "../result/numberFormat.ts"
import { endings } from "../result/verdict.ts"
import { ChartGrid } from "./ChartGrid.tsx"
import type { Drawing } from "./columns.ts"
import { Configuration } from "./Configuration.tsx"
import { utc } from "./format.ts"
import { usePrinting, useTheme } from "./theme.ts"
import { Top } from "./Top.tsx"

interface Answered extends StudyHead {
  readonly verdict: string
}

const statusOf = ({ endedBy }: StudyHead): { readonly short: string; readonly good: boolean } =>
  endedBy === "completed"
    ? { short: "completed", good: true }
    : { short: endings[endedBy].short, good: endings[endedBy].planned }

const Warnings = ({ warnings }: Pick<StudyHead, "warnings">) =>
  warnings.length === 0 ? null : (
    <div class="banner" role="note">
      <strong>To know before these figures are believed:</strong>
      <ul>
        {warnings.map((warning) => (
          <li>{warning}</li>
        ))}
      </ul>
    </div>
  )

const StudyCharts = ({
  drawings,
  file,
  first,
  printing,
  theme
}: {
  readonly drawings: ReadonlyArray<Drawing>
  readonly file: string
  /** Whether latency is drawn on a logarithmic scale at first. */
  readonly first: boolean
  readonly printing: boolean
  readonly theme: string
}) => {
  const [logarithmic, setLogarithmic] = useState(first)
  return (
    <section aria-labelledby="charts">
      <div class="section-head">
        <h2 id="charts">Charts</h2>
        {drawings.some(({ look }) => look.logarithmic === true) ? (
          <div class="controls">
            <button type="button" aria-pressed={logarithmic} onClick={() => setLogarithmic(!logarithmic)}>
              logarithmic latency
            </button>
          </div>
        ) : null}
      </div>
      <ChartGrid
        drawings={drawings}
        logarithmic={logarithmic}
        live={false}
        theme={theme}
        printing={printing}
        allIn={file}
      />
    </section>
  )
}

export const Study = ({
  children,
  drawings,
  eight = false,
  logarithmic = false,
  name,
  study,
  tiles
}: {
  /** `versus`, which is the name of its file as well. */
  readonly name: string
  readonly study: Answered
  /** The figures that people look at first. */
  readonly tiles: ComponentChildren
  /** There are eight of them: two rows of four. */
  readonly eight?: boolean
  /** How latency is drawn until somebody says otherwise. */
  readonly logarithmic?: boolean
  /** Always the same for the same study: a chart is made anew with another one. */
  readonly drawings: ReadonlyArray<Drawing>
  /** Below the charts. */
  readonly children: ComponentChildren
}) => {
  const [theme, setTheme] = useTheme()
  const printing = usePrinting()
  const status = statusOf(study)
  useLayoutEffect(() => {
    document.title = `${name}, ${status.short} – edfi-perf`
  }, [name, status.short])
  const { baseUrl } = study.config
  return (
    <>
      <header>
        <Top title={name} theme={theme} use={setTheme} />
        <h1 class="answer">{study.verdict}</h1>
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
      <main>
        <Warnings warnings={study.warnings} />
        <section aria-labelledby="figures">
          <h2 id="figures" class="hidden">
            The answer
          </h2>
          <dl class={eight ? "tiles eight" : "tiles"}>{tiles}</dl>
        </section>
        <StudyCharts
          drawings={drawings}
          file={`${name}.json`}
          first={logarithmic}
          theme={theme}
          printing={printing}
        />
        {children}
        <Configuration run={study} />
      </main>
    </>
  )
}
