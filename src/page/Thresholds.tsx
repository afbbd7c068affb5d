/** The limits that a run was given, and whether it kept them. */
import { measuredText } from "../result/thresholds.ts"
import { Heads, Section, type Shown } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"

export const Thresholds = ({ run: { thresholds } }: Shown) =>
  thresholds.length === 0 ? null : (
    <Section id="thresholds" title="Thresholds">
      <Scroll
        caption={`${thresholds.filter(({ passed }) => passed).length} of ${thresholds.length} kept`}
        class="narrow"
      >
        <thead>
          <tr>
            <th scope="col">threshold</th>
            <Heads names={["measured", "verdict"]} />
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
      </Scroll>
    </Section>
  )
