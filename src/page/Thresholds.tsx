/** The thresholds of a run, and whether it kept them. */
import { measuredText } from "../result/thresholds.ts"
import { ColumnHeads, Section, type RunProps } from "./Section.tsx"
import { ScrollTable } from "./ScrollTable.tsx"

export const Thresholds = ({ run: { thresholds } }: RunProps) =>
  thresholds.length === 0 ? null : (
    <Section id="thresholds" title="Thresholds">
      <ScrollTable
        caption={`${thresholds.filter(({ passed }) => passed).length} of ${thresholds.length} kept`}
        class="narrow"
      >
        <thead>
          <tr>
            <th scope="col">threshold</th>
            <ColumnHeads names={["measured", "verdict"]} />
          </tr>
        </thead>
        <tbody>
          {thresholds.map((verdict) => (
            <tr>
              <th scope="row">
                <code>{verdict.expression}</code>
              </th>
              <td>{measuredText(verdict)}</td>
              <td class={verdict.passed ? "verdict good" : "verdict bad"}>
                {verdict.passed ? "✓ kept" : "✗ not kept"}
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Section>
  )
