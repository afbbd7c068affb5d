/** The page of a comparison: caveats, limits, changes, and overlaid charts of the runs. */
import { useLayoutEffect, useMemo, useState } from "preact/hooks"
import {
  type ComparedCell,
  type ComparedGroup,
  type ComparedRun,
  type Comparison,
  isLimited
} from "../result/Comparison.ts"
import {
  cellText,
  legend,
  marksOf,
  noiseTitle,
  notesOf,
  rowName,
  shownRows
} from "../result/comparisonTable.ts"
import { figure } from "../result/numberFormat.ts"
import { Charts } from "./Charts.tsx"
import type { Range } from "./chartData.ts"
import { noValue, utc, withUnit } from "./format.ts"
import { overlaid, overlaySpecsOf } from "./overlay.ts"
import { ColumnHeads, Section } from "./Section.tsx"
import { ScrollTable } from "./ScrollTable.tsx"
import { usePrinting, useTheme } from "./theme.ts"
import { TopBar } from "./TopBar.tsx"

interface ComparisonProps {
  readonly comparison: Comparison
}

const DifferentLoad = ({ comparison: { differences } }: ComparisonProps) => {
  const ofLoad = differences.filter(({ changesLoad }) => changesLoad)
  return ofLoad.length === 0 ? null : (
    <div class="banner" role="note">
      <strong>Not the same load:</strong>{" "}
      {ofLoad
        .map(({ setting, values }) => `${setting} ${values.map((value) => value ?? noValue).join(" / ")}`)
        .join("; ")}
      . Changes may come from the load and not from the server.
    </div>
  )
}

const Limited = ({ comparison: { runs } }: ComparisonProps) => {
  const limited = runs.filter(isLimited)
  return limited.length === 0 ? null : (
    <div class="banner" role="note">
      <strong>Limited by the load generator:</strong> {limited.map(({ label }) => label).join(", ")}. The
      figures of such a run describe the tool and not the server, so changes from or to it are not rated as
      better or worse.
    </div>
  )
}

const RunRow = ({ baseline, run }: { readonly run: ComparedRun; readonly baseline: boolean }) => (
  <tr>
    <th scope="row">{run.label}</th>
    <td class="text">{[...(baseline ? ["baseline"] : []), ...marksOf(run)].join(", ")}</td>
    <td>{withUnit(run.users, "").trim()}</td>
    <td>{withUnit(run.elapsedSeconds, "s")}</td>
    <td>{run.startedAt === null ? noValue : utc(run.startedAt)}</td>
    <td class="text">{run.path}</td>
  </tr>
)

const Runs = ({ comparison: { runs } }: ComparisonProps) => (
  <Section id="runs" title="Runs">
    <ScrollTable caption="The first run is the baseline">
      <thead>
        <tr>
          <th scope="col">run</th>
          <ColumnHeads
            names={["remarks", "users", "duration", "started", "file"]}
            texts={["remarks", "file"]}
          />
        </tr>
      </thead>
      <tbody>
        {runs.map((run, i) => (
          <RunRow key={run.label} run={run} baseline={i === 0} />
        ))}
      </tbody>
    </ScrollTable>
    {notesOf(runs).map((note) => (
      <p class="note">{note}</p>
    ))}
  </Section>
)

/** The verdicts of `--failOn` and of `--failOnLimited`, which is about all runs. */
const limitsOf = ({ limitedVerdict, verdicts }: ComparisonProps["comparison"]) => [
  ...verdicts,
  ...(limitedVerdict === null ? [] : [{ ...limitedVerdict, expression: "--failOnLimited", run: "all" }])
]

const Limits = ({ comparison }: ComparisonProps) => {
  const verdicts = limitsOf(comparison)
  return verdicts.length === 0 ? null : (
    <Section id="limits" title="Limits">
      <ScrollTable caption={`${verdicts.filter(({ passed }) => passed).length} of ${verdicts.length} kept`}>
        <thead>
          <tr>
            <th scope="col">limit</th>
            <ColumnHeads names={["run", "verdict", "measured"]} texts={["run", "verdict", "measured"]} />
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ expression, passed, run, sentence }) => (
            <tr>
              <th scope="row">
                <code>{expression}</code>
              </th>
              <td class="text">{run}</td>
              <td class={passed ? "text verdict good" : "text verdict bad"}>
                {passed ? "✓ kept" : "✗ not kept"}
              </td>
              <td class="text remarks">{sentence.replace(/^\w+: /, "")}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Section>
  )
}

const tones = { better: "good", worse: "bad", same: "", neutral: "" } as const

/** @example "+5.6 % better": colour alone would not be accessible. */
const ChangeCell = ({ cell: { change } }: { readonly cell: ComparedCell }) => {
  if (change === null) return <td />
  const word = change.meaning === "better" || change.meaning === "worse" ? ` ${change.meaning}` : ""
  return (
    <td class={tones[change.meaning]}>
      {change.words}
      {word}
    </td>
  )
}

const Group = ({ group, runs }: { readonly group: ComparedGroup; readonly runs: Comparison["runs"] }) => (
  <ScrollTable caption={group.name ?? "All requests"}>
    <thead>
      <tr>
        <th scope="col">figure</th>
        {runs.map(({ label }, i) => (
          <ColumnHeads names={i === 0 ? [label] : [label, "change"]} />
        ))}
      </tr>
    </thead>
    <tbody>
      {shownRows(group).map((row) => (
        <tr>
          <th scope="row">{rowName(row)}</th>
          {row.cells.map((cell, i) => (
            <>
              <td class={cell.value === null ? "nothing" : ""}>{cellText(cell, row)}</td>
              {i === 0 ? null : <ChangeCell cell={cell} />}
            </>
          ))}
        </tr>
      ))}
    </tbody>
  </ScrollTable>
)

const AllRequests = ({ comparison }: ComparisonProps) => {
  const [all] = comparison.groups
  return all === undefined ? null : (
    <Section id="all" title="What changed">
      <Group group={all} runs={comparison.runs} />
      <p class="note">{legend(comparison).join("; ")}</p>
    </Section>
  )
}

const ByName = ({ comparison: { groups, runs } }: ComparisonProps) =>
  groups.length < 2 ? null : (
    <Section id="by-name" title="By request name">
      {groups.slice(1).map((group) => (
        <Group key={group.name} group={group} runs={runs} />
      ))}
    </Section>
  )

const NoiseSection = ({ comparison }: ComparisonProps) => {
  const { noise, runs } = comparison
  const againstBaseline = noise.sentences.slice(runs.length)
  return (
    <Section id="noise" title={noiseTitle(comparison)}>
      <ScrollTable caption="Quartiles over the seconds in which all users ran">
        <thead>
          <tr>
            <th scope="col">run</th>
            <ColumnHeads names={["lower quartile", "median", "upper quartile", "points", "seconds each"]} />
          </tr>
        </thead>
        <tbody>
          {runs.map(({ label }, i) => {
            const spread = noise.spreads[i] ?? null
            const cells =
              spread === null
                ? Array.from({ length: 5 }, () => null)
                : [spread.q1, spread.median, spread.q3, spread.points, spread.pointSeconds]
            return (
              <tr>
                <th scope="row">{label}</th>
                {cells.map((value) => (
                  <td>{value === null ? noValue : figure(value)}</td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </ScrollTable>
      {againstBaseline.map((sentence) => (
        <p class="note">{sentence}</p>
      ))}
    </Section>
  )
}

const Differences = ({ comparison: { differences, runs } }: ComparisonProps) =>
  differences.length === 0 ? null : (
    <Section id="differences" title="Settings">
      <ScrollTable caption="Settings that differ between the runs">
        <thead>
          <tr>
            <th scope="col">setting</th>
            <ColumnHeads names={["changes the load", ...runs.map(({ label }) => label)]} />
          </tr>
        </thead>
        <tbody>
          {differences.map(({ changesLoad, setting, values }) => (
            <tr>
              <th scope="row">{setting}</th>
              <td>{changesLoad ? "yes" : "no"}</td>
              {values.map((value) => (
                <td>{value ?? noValue}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Section>
  )

export const ComparisonPage = ({ comparison }: ComparisonProps) => {
  const [theme, setTheme] = useTheme()
  const printing = usePrinting()
  const { runs } = comparison
  const verdicts = limitsOf(comparison)
  const [range, setRange] = useState<Range>("all")
  const timed = useMemo(() => overlaid(runs), [runs])
  const specs = useMemo(() => overlaySpecsOf(timed), [timed])
  const kept = verdicts.filter(({ passed }) => passed).length
  const title = runs.map(({ label }) => label).join(" / ")
  useLayoutEffect(() => {
    document.title = `${title} – edfi-perf`
  }, [title])
  return (
    <>
      <header>
        <TopBar title="comparison" theme={theme} use={setTheme} />
        <div class="headline">
          <h1>{title}</h1>
          {verdicts.length === 0 ? null : (
            <a class={`status ${kept === verdicts.length ? "good" : "bad"}`} href="#limits">
              {kept} of {verdicts.length} limits kept
            </a>
          )}
        </div>
      </header>
      <main>
        <Limited comparison={comparison} />
        <DifferentLoad comparison={comparison} />
        <Runs comparison={comparison} />
        <Limits comparison={comparison} />
        <AllRequests comparison={comparison} />
        {specs.length === 0 ? null : (
          <Charts
            runs={timed}
            specs={specs}
            range={range}
            onRange={setRange}
            theme={theme}
            printing={printing}
            live={false}
          />
        )}
        <ByName comparison={comparison} />
        <NoiseSection comparison={comparison} />
        <Differences comparison={comparison} />
      </main>
    </>
  )
}
