/** The page of a plan: the answer first, then every phase with a link to its own page. */
import { useLayoutEffect } from "preact/hooks"
import { clock } from "../result/numberFormat.ts"
import type { PhaseReport, PlanReport } from "../result/PlanReport.ts"
import { planSections, stateText, throughputRows, throughputTexts } from "../result/planTable.ts"
import { utc } from "./format.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"
import { TextTable } from "./TextTable.tsx"
import { useTheme } from "./theme.ts"
import { TopBar } from "./TopBar.tsx"

interface PlanProps {
  readonly plan: PlanReport
}

/** The first sentence is the heading. */
const headline = (answer: string) => {
  const end = answer.indexOf(". ")
  return end < 0
    ? { head: answer, rest: "" }
    : { head: answer.slice(0, end + 1), rest: answer.slice(end + 2) }
}

const Throughput = ({ plan }: PlanProps) => {
  const [head = [], ...rows] = throughputRows(plan, { repeatsPhase: true, mark: (what) => `◀ ${what}` })
  return (
    <Section id="throughput" title="Throughput and latency">
      <TextTable
        caption="Latencies are those of succeeded requests."
        class="plan"
        head={head}
        rows={rows}
        texts={throughputTexts}
      />
    </Section>
  )
}

const Phase = ({ phase }: { readonly phase: PhaseReport }) => (
  <tr>
    <th scope="row">{phase.page === null ? phase.name : <a href={phase.page}>{phase.name}</a>}</th>
    <td class="text">{phase.command}</td>
    <td class="text">{phase.work}</td>
    <td class="text">{stateText(phase)}</td>
    <td class="text">{phase.verdict ?? phase.reason ?? ""}</td>
  </tr>
)

const phaseColumns = ["command", "sends", "state", "result"]

const Phases = ({ plan }: PlanProps) => (
  <Section id="phases" title="Phases">
    <ScrollTable caption="The pages of the phases have all figures." class="plan">
      <thead>
        <tr>
          <th scope="col">phase</th>
          <ColumnHeads names={phaseColumns} texts={phaseColumns} />
        </tr>
      </thead>
      <tbody>
        {plan.phases.map((phase) => (
          <Phase phase={phase} />
        ))}
      </tbody>
    </ScrollTable>
  </Section>
)

export const PlanPage = ({ plan }: PlanProps) => {
  const [theme, setTheme] = useTheme()
  const { head, rest } = headline(plan.answer)
  const isGood = plan.state === "completed"
  useLayoutEffect(() => {
    document.title = `plan ${plan.name}, ${plan.state} – edfi-perf`
  }, [plan.name, plan.state])
  return (
    <>
      <header>
        <TopBar title={`plan ${plan.name}`} theme={theme} use={setTheme} />
        <h1 class="answer">{head}</h1>
        {rest === "" ? null : <p class="details">{rest}</p>}
        <p class="meta">
          <span class={`status ${isGood ? "good" : "bad"}`}>
            <i aria-hidden="true" />
            {plan.state}
          </span>
          <span>{plan.target["baseUrl"] ?? "local DMS"}</span>
          <span>
            started <time dateTime={plan.startedAt}>{utc(plan.startedAt)}</time>
          </span>
          <span>{clock(plan.phases.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0))}</span>
        </p>
      </header>
      <main>
        <Throughput plan={plan} />
        {planSections(plan)
          .filter(({ title }) => title !== "Phases")
          .map(({ lines, title }) => (
            <Section id={title.toLowerCase().replaceAll(" ", "-")} title={title}>
              <ul class="lines">
                {lines.map((line) => (
                  <li>{line}</li>
                ))}
              </ul>
            </Section>
          ))}
        <Phases plan={plan} />
      </main>
    </>
  )
}
