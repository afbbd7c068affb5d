/** What the scenarios of a run found about resources: the verdicts of PIPECLEAN, or what CHANGE_QUERY read. */
import { findingTable } from "../result/Findings.ts"
import { type RunProps, Section } from "./Section.tsx"
import { TextTable } from "./TextTable.tsx"

export const FindingsTable = ({ run }: RunProps) => {
  const findings = findingTable(run)
  if (findings === undefined) return null
  const { head, rows, sentence, texts, title } = findings
  return (
    <Section id="findings" title={title}>
      <TextTable caption={sentence} class="dense" head={head} rows={rows} texts={texts} />
    </Section>
  )
}
