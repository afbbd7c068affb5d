/** What failed, and how often. */
import { figure } from "../result/numberFormat.ts"
import { type FailureRow, groupFailures } from "./groupFailures.ts"
import { noValue, percent } from "./format.ts"
import { Heads, Section, type Shown } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"

const texts = ["operation", "resource", "verdict", "problem type", "broke off at", "example", "in requests"]

const kinds: Record<FailureRow["kind"], string> = {
  rolledBack: "rolled back",
  refused: "refused",
  transport: "no verdict"
}

const Names = ({ names }: { readonly names: ReadonlyArray<string> }) => (
  <td class="text names">{names.join(", ")}</td>
)

const Example = ({ example }: { readonly example: string }) => <td class="text example">{example}</td>

export const Failures = ({ run }: Shown) => {
  const { answered, transport } = groupFailures(run.failures)
  const share = (count: number) => percent(run.requests.total === 0 ? 0 : count / run.requests.total)
  return (
    <Section id="failures" title="Failures">
      {run.failures.length === 0 ? <p class="nothing">No request failed.</p> : null}
      {answered.length === 0 ? null : (
        <Scroll caption="What the server said no to; nothing of these requests was written" class="failures">
          <thead>
            <tr>
              <Heads
                names={[
                  "failed requests",
                  "of all",
                  "operation",
                  "resource",
                  "index",
                  "status",
                  "verdict",
                  "problem type",
                  "example",
                  "in requests"
                ]}
                texts={texts}
              />
            </tr>
          </thead>
          <tbody>
            {answered.map(({ count, example, index, kind, names, op, problemType, resource, status }) => (
              <tr>
                <td>{figure(count)}</td>
                <td>{share(count)}</td>
                <td class="text">{op ?? "whole batch"}</td>
                <td class="text">{resource ?? noValue}</td>
                <td>{index ?? noValue}</td>
                <td>{status ?? noValue}</td>
                <td class="text">{kinds[kind]}</td>
                <td class="text type">{problemType ?? noValue}</td>
                <Example example={example} />
                <Names names={names} />
              </tr>
            ))}
          </tbody>
        </Scroll>
      )}
      {transport.length === 0 ? null : (
        <Scroll caption="No verdict came back; these requests may have been committed" class="failures">
          <thead>
            <tr>
              <Heads
                names={["failed requests", "of all", "broke off at", "status", "example", "in requests"]}
                texts={texts}
              />
            </tr>
          </thead>
          <tbody>
            {transport.map(({ count, example, names, problemType, status }) => (
              <tr>
                <td>{figure(count)}</td>
                <td>{share(count)}</td>
                <td class="text type">{problemType ?? noValue}</td>
                <td>{status ?? noValue}</td>
                <Example example={example} />
                <Names names={names} />
              </tr>
            ))}
          </tbody>
        </Scroll>
      )}
    </Section>
  )
}
