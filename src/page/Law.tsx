/** The scalability law through the points of a study over users. */
import { lawText, parameterText } from "../result/lawText.ts"
import { figure } from "../result/numberFormat.ts"
import { type ScalabilityFit, throughputAt } from "../result/ScalabilityLaw.ts"
import type { SweepTerms } from "../result/Sweep.ts"
import { noValue, plain } from "./format.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"
import { Tile } from "./Tile.tsx"

export const LawTile = ({ law }: { readonly law: ScalabilityFit }) =>
  law._tag === "NotFitted" ? (
    <Tile label="Scalability law" value={noValue}>
      {law.reason}
    </Tile>
  ) : (
    <Tile label="Peak by the scalability law" value={plain(law.peak?.users)} unit="users">
      contention {parameterText(law.contention)}, coherency {parameterText(law.coherency)}
    </Tile>
  )

/** The fitted law, and how far each point is from it. */
export const Law = ({
  counted,
  law
}: {
  readonly law: ScalabilityFit
  readonly counted: SweepTerms["counted"]
}) => {
  return (
    <Section id="law" title="Scalability law">
      <p>{lawText(law, counted)}</p>
      {law._tag === "NotFitted" ? null : (
        <>
          <ScrollTable caption={`Measured and predicted ${counted} per second`} class="narrow">
            <thead>
              <tr>
                <th scope="col">users</th>
                <ColumnHeads names={["predicted", "measured minus predicted"]} />
              </tr>
            </thead>
            <tbody>
              {law.residuals.map(({ operationsPerSecond, users }) => (
                <tr>
                  <th scope="row">{figure(users)}</th>
                  <td>{figure(throughputAt(law, users))}</td>
                  <td>{figure(operationsPerSecond)}</td>
                </tr>
              ))}
            </tbody>
          </ScrollTable>
          <p class="note">
            With N users: {figure(law.perUser)} N / (1 + contention (N - 1) + coherency N (N - 1)) {counted}{" "}
            per second (Gunther). Contention is work that waits for others; coherency is work that grows with
            every pair of users and makes throughput fall.
          </p>
        </>
      )}
    </Section>
  )
}
