/** The highest arrival rate that keeps the objectives: what was tried, in which order, and what broke. */
import { useMemo } from "preact/hooks"
import type { Capacity, CapacityStep, Interval } from "../result/Capacity.ts"
import { figure } from "../result/numberFormat.ts"
import { exact, measuredText, type Verdict } from "../result/thresholds.ts"
import { capacityCharts, decidingSteps } from "./capacityCharts.ts"
import { noValue, percent, plain } from "./format.ts"
import { Heads, Section } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"
import { SignMark } from "./SignMark.tsx"
import { limitedSign } from "./signs.ts"
import { Study } from "./Study.tsx"
import { Tile } from "./Tile.tsx"

interface Shown {
  readonly capacity: Capacity
}

/** How the search ended, below the number of its steps. */
const ends: Readonly<Record<Capacity["searchEnd"], string>> = {
  precise: "until that was known well enough",
  maxRate: "up to the most that was asked for",
  maxSteps: "as many as were allowed",
  floor: "down to the lowest that can be judged",
  generator: "until the load generator was the bottleneck",
  stopped: "until it was stopped"
}

const Tiles = ({ capacity }: Shown) => {
  const { brokeFirst, highest, lowestBroken, searchEnd, steps } = capacity
  const deciding = decidingSteps(capacity)
  const best = deciding.find(({ arrivalRate }) => arrivalRate === highest)
  const rate = (value: number | null) => (value === null ? noValue : figure(value))
  return (
    <>
      <Tile
        label={searchEnd === "precise" || highest === null ? "Highest that kept all" : "At least"}
        tone="main"
        value={rate(highest)}
        unit="batches/s"
      >
        {best === undefined
          ? "no rate kept the objectives"
          : `${figure(best.slice.operations.perSecond)} operations/s confirmed`}
      </Tile>
      <Tile label="Lowest that did not" value={rate(lowestBroken)} unit="batches/s">
        {lowestBroken === null ? "none was found" : brokeFirst.join("; ")}
      </Tile>
      <Tile
        label="Known to within"
        value={
          highest === null || lowestBroken === null
            ? noValue
            : percent(Number(((lowestBroken - highest) / highest).toFixed(3)))
        }
      >
        {highest === null || lowestBroken === null
          ? "one of both was not found"
          : `from ${figure(highest)} to ${figure(lowestBroken)} batches/s`}
      </Tile>
      <Tile label="p95 at the highest" value={plain(best?.slice.latencyMs?.p95)} unit="ms">
        from the time at which a batch was due
      </Tile>
      <Tile label="Steps" value={figure(steps.length)}>
        {ends[searchEnd]}
      </Tile>
    </>
  )
}

/** `401 to 425 ms`: where a figure lies with 95 % confidence. */
const intervalText = ({ high, low }: Interval, dimension: Verdict["dimension"]): string => {
  const text = (value: number) => measuredText({ dimension, value })
  return high === null
    ? `at least ${text(low)}`
    : `${exact(dimension === "ratio" ? 100 * low : low)} to ${text(high)}`
}

const VerdictCell = ({
  interval,
  verdict
}: {
  readonly interval: Interval | null | undefined
  readonly verdict: Verdict
}) => (
  <td class={verdict.passed ? "" : "bad"}>
    {measuredText(verdict)}
    {verdict.passed ? "" : " ✗"}
    {interval === null || interval === undefined ? null : (
      <span class="interval">{intervalText(interval, verdict.dimension)}</span>
    )}
  </td>
)

const Row = ({ capacity, place, step }: Shown & { readonly step: CapacityStep; readonly place: number }) => {
  const { answeredPerSecond, arrivalRate, attempt, broke, dropped, intervals, kept, phase, slice, verdicts } =
    step
  const highest = kept && arrivalRate === capacity.highest
  return (
    <tr class={highest ? "chosen" : ""}>
      <th scope="row">{place}</th>
      <td>{figure(arrivalRate)}</td>
      <td class={kept ? "text verdict good" : "text verdict bad"}>
        {kept ? "✓ kept" : "✗ not kept"}
        {highest ? (
          <span class="sign-word">
            <SignMark shape="diamond" /> highest
          </span>
        ) : null}
      </td>
      {verdicts.map((verdict, i) => (
        <VerdictCell verdict={verdict} interval={intervals[i]} />
      ))}
      <td class={dropped === 0 ? "" : "bad"}>
        {figure(dropped)}
        {dropped === 0 ? "" : " ✗"}
      </td>
      <td>{plain(slice.serviceMs?.p95)}</td>
      <td>{plain(answeredPerSecond)}</td>
      <td>{figure(slice.operations.perSecond)}</td>
      <td>{figure(slice.requests.failed)}</td>
      <td>{figure(step.seconds)}</td>
      <td class="text">
        {phase}
        {attempt === 1 ? "" : ", again"}
      </td>
      <td class="text remarks">
        {broke.join("; ")}
        {slice.limited.length === 0 ? null : (
          <div>
            <SignMark shape={limitedSign.shape} /> {limitedSign.word}: {slice.limited.join("; ")}
          </div>
        )}
      </td>
    </tr>
  )
}

const Steps = ({ capacity }: Shown) => (
  <Section id="steps" title="Steps">
    <Scroll
      caption="In the order in which they were measured; below a figure where it lies with 95 % confidence"
      class="dense"
    >
      <thead>
        <tr>
          <th scope="col">step</th>
          <Heads
            names={[
              "batches/s",
              "objectives",
              ...capacity.objectives,
              "not started in time",
              "service p95 ms",
              "answered/s",
              "operations/s",
              "failed",
              "seconds",
              "phase",
              "what broke"
            ]}
            texts={["objectives", "phase", "what broke"]}
          />
        </tr>
      </thead>
      <tbody>
        {capacity.steps.map((step, i) => (
          <Row capacity={capacity} step={step} place={i + 1} />
        ))}
      </tbody>
    </Scroll>
    <p class="note">{capacity.precision}</p>
    <p class="note">
      Batches are started when they are due, whatever became of those before; latency is counted from that
      time, and service from the time at which it was sent. A rate that was not kept, or at which the load
      generator was the bottleneck, is tried again, and the second step is believed.
    </p>
  </Section>
)

export const CapacityPage = ({ capacity }: Shown) => {
  const drawings = useMemo(() => capacityCharts(capacity), [capacity])
  return (
    <Study
      name="capacity"
      study={capacity}
      drawings={drawings}
      tiles={<Tiles capacity={capacity} />}
      logarithmic
    >
      <Steps capacity={capacity} />
    </Study>
  )
}
