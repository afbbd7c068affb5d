/** The agents that sent the load of a run. */
import { agentColumnsNote, agentNotes, agentRows, agentTexts } from "../result/agentsText.ts"
import { Section, type RunProps } from "./Section.tsx"
import { TextTable } from "./TextTable.tsx"

/** Nothing without `--agents`. */
export const Agents = ({ run: { agents } }: RunProps) => {
  if (agents === null) return null
  const [head = [], ...rows] = agentRows(agents)
  return (
    <Section id="agents" title="Agents">
      <TextTable
        caption="The health of each agent, its clock and its start"
        head={head}
        rows={rows}
        texts={agentTexts}
      />
      {agentNotes(agents).map((note) => (
        <p class="note">{note}</p>
      ))}
      <p class="note">{agentColumnsNote}</p>
    </Section>
  )
}
