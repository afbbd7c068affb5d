/** Every measured slice of a study, in the order in which they were measured. */
import { failureRatio } from "../result/Figures.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"
import { endings } from "../result/verdict.ts"
import { percent, plain } from "./format.ts"
import { Heads, Section } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"
import { SignMark } from "./SignMark.tsx"
import { limitedSign } from "./signs.ts"

/** A slice, and what tells it apart from others: a cell for each of the heads. */
export interface ToldSlice {
  readonly slice: MeasuredSlice
  readonly what: ReadonlyArray<string>
}

/** `ended as planned`, or what there is to know. */
const Remarks = ({ slice: { endedBy, isWarmUp, limited, requests } }: Pick<ToldSlice, "slice">) => {
  const { planned, short } = endings[endedBy]
  const failed = requests.failed === 0 ? [] : [`${percent(failureRatio(requests))} failed`]
  const early = isWarmUp ? ["its warm-up, after which nothing was measured"] : []
  const words = [...early, ...(planned ? [] : [short]), ...failed]
  return (
    <td class="text remarks">
      {words.join(", ")}
      {limited.length === 0 ? null : (
        <div>
          <SignMark shape={limitedSign.shape} /> {limitedSign.word}: {limited.join("; ")}
        </div>
      )}
    </td>
  )
}

export const Slices = ({
  heads,
  slices,
  texts = []
}: {
  readonly heads: ReadonlyArray<string>
  /** Those of them that are no numbers. */
  readonly texts?: ReadonlyArray<string>
  readonly slices: ReadonlyArray<ToldSlice>
}) => {
  const inOrder = slices.toSorted((a, b) => a.slice.startedSeconds - b.slice.startedSeconds)
  return (
    <Section id="slices" title="Slices">
      <Scroll
        caption={`${plural(slices.length, "slice")}, in the order in which they were measured`}
        class="long"
      >
        <thead>
          <tr>
            <th scope="col">started</th>
            <Heads
              names={[
                ...heads,
                "seconds",
                "requests",
                "requests/s",
                "operations/s",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "remarks"
              ]}
              texts={[...texts, "remarks"]}
            />
          </tr>
        </thead>
        <tbody>
          {inOrder.map(({ slice, what }) => {
            const { elapsedSeconds, latencyMs, operations, requests, startedSeconds } = slice
            const latencies = [latencyMs?.p50, latencyMs?.p95, latencyMs?.p99]
            return (
              <tr>
                <th scope="row">{clock(startedSeconds)}</th>
                {what.map((cell, i) => (
                  <td class={texts.includes(heads[i] ?? "") ? "text" : ""}>{cell}</td>
                ))}
                <td>{figure(elapsedSeconds)}</td>
                <td>{figure(requests.total)}</td>
                <td>{figure(requests.perSecond)}</td>
                <td>{figure(operations.perSecond)}</td>
                {latencies.map((value) => (
                  <td>{plain(value)}</td>
                ))}
                <Remarks slice={slice} />
              </tr>
            )
          })}
        </tbody>
      </Scroll>
      <p class="note">
        Rates are those at full load, of the whole seconds before the load was stopped; seconds, requests and
        latency are of the whole slice, with what was still under way then.
      </p>
    </Section>
  )
}
