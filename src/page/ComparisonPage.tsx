/** Runs side by side: what to know of them, what changed, their charts laid over each other. */
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
import type { Range } from "./columns.ts"
import { noValue, utc, withUnit } from "./format.ts"
import { overlaid, overlaySpecsOf } from "./overlay.ts"
import { Heads, Section } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"
import { usePrinting, useTheme } from "./theme.ts"
import { Top } from "./Top.tsx"

interface Compared {
  readonly comparison: Comparison
}

const OtherLoad = ({ comparison: { differences } }: Compared) => {
  const ofLoad = differences.filter(({ changesLoad }) => changesLoad)
  return ofLoad.length === 0 ? null : (
    <div class="banner" role="note">
      <strong>Not the same load:</strong>{" "}
      {ofLoad
        .map(({ setting, values }) => `${setting} ${values.map((value) => value ?? noValue).join(" / ")}`)
        .join("; ")}
      . What changed may be the load and not the server.
    </div>
  )
}

const Limited = ({ comparison: { runs } }: Compared) => {
  const limited = runs.filter(isLimited)
  return limited.length === 0 ? null : (
    <div class="banner" role="note">
      <strong>Limited by the load generator:</strong> {limited.map(({ label }) => label).join(", ")}. The
      figures of such a run describe the tool and not the server, so no change from or to it is called better
      or worse.
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

const Runs = ({ comparison: { runs } }: Compared) => (
  <Section id="runs" title="Runs">
    <Scroll caption="The first is what the others are held against">
      <thead>
        <tr>
          <th scope="col">run</th>
          <Heads
            names={["marks", "users", "duration", "started", "read from"]}
            texts={["marks", "read from"]}
          />
        </tr>
      </thead>
      <tbody>
        {runs.map((run, i) => (
          <RunRow key={run.label} run={run} baseline={i === 0} />
        ))}
      </tbody>
    </Scroll>
    {notesOf(runs).map((note) => (
      <p class="note">{note}</p>
    ))}
  </Section>
)

const Limits = ({ comparison: { verdicts } }: Compared) =>
  verdicts.length === 0 ? null : (
    <Section id="limits" title="Limits">
      <Scroll caption={`${verdicts.filter(({ passed }) => passed).length} of ${verdicts.length} kept`}>
        <thead>
          <tr>
            <th scope="col">--failOn</th>
            <Heads names={["run", "verdict", "in words"]} texts={["run", "verdict", "in words"]} />
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
              <td class="text">{sentence.replace(/^\w+: /, "")}</td>
            </tr>
          ))}
        </tbody>
      </Scroll>
    </Section>
  )

const tones = { better: "good", worse: "bad", same: "", neutral: "" } as const

/** `+5.6 % better`: the word says what the colour does. */
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
  <Scroll caption={group.name ?? "All requests"}>
    <thead>
      <tr>
        <th scope="col">figure</th>
        {runs.map(({ label }, i) => (
          <Heads names={i === 0 ? [label] : [label, "change"]} />
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
  </Scroll>
)

const AllRequests = ({ comparison }: Compared) => {
  const [all] = comparison.groups
  return all === undefined ? null : (
    <Section id="all" title="What changed">
      <Group group={all} runs={comparison.runs} />
      <p class="note">{legend(comparison).join("; ")}</p>
    </Section>
  )
}

const ByName = ({ comparison: { groups, runs } }: Compared) =>
  groups.length < 2 ? null : (
    <Section id="by-name" title="By request name">
      {groups.slice(1).map((group) => (
        <Group key={group.name} group={group} runs={runs} />
      ))}
    </Section>
  )

const NoiseSection = ({ comparison }: Compared) => {
  const { noise, runs } = comparison
  const held = noise.sentences.slice(runs.length)
  return (
    <Section id="noise" title={noiseTitle(comparison)}>
      <Scroll caption="Seconds in which all users ran; half of them lie between the quartiles">
        <thead>
          <tr>
            <th scope="col">run</th>
            <Heads names={["lower quartile", "median", "upper quartile", "points", "seconds each"]} />
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
      </Scroll>
      {held.map((sentence) => (
        <p class="note">{sentence}</p>
      ))}
    </Section>
  )
}

const Differences = ({ comparison: { differences, runs } }: Compared) =>
  differences.length === 0 ? null : (
    <Section id="differences" title="What the runs were asked for">
      <Scroll caption="Settings in which they differ">
        <thead>
          <tr>
            <th scope="col">setting</th>
            <Heads names={["of the load", ...runs.map(({ label }) => label)]} />
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
      </Scroll>
    </Section>
  )

export const ComparisonPage = ({ comparison }: Compared) => {
  const [theme, setTheme] = useTheme()
  const printing = usePrinting()
  const { runs, verdicts } = comparison
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
        <Top title="comparison" theme={theme} use={setTheme} />
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
        <OtherLoad comparison={comparison} />
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
