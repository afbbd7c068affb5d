/** What changed over a long run at constant load. */
import type { Drift } from "../result/Drift.ts"
import { driftNote, driftRows } from "../result/driftText.ts"
import { Section } from "./Section.tsx"
import { TextTable } from "./TextTable.tsx"

export const DriftTable = ({ drift }: { readonly drift: Drift | null }) => {
  if (drift === null) return null
  const [head = [], ...rows] = driftRows(drift)
  const [, ...names] = head
  return (
    <Section id="drift" title="Drift">
      <TextTable
        caption={driftNote(drift)}
        head={["figure", ...names]}
        rows={rows}
        texts={new Set([names.length])}
      />
      <p class="note">
        Values of a line of least squares at the start and at the end of the time, and of memory that wanders
        around its line those of the first and the last sixtieth; latencies are those of succeeded requests. A
        drift is a slope that differs from 0 with 99 % confidence and changes the figure by 10 % or more
        (failures: by half a percentage point). A suspected leak is memory that grew by 10 % and 20 MB or
        more, in each quarter of the time.
      </p>
    </Section>
  )
}
