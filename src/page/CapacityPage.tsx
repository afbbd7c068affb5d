/** The highest arrival rate that keeps the objectives: what was tried, in which order, and what broke. */
import { useMemo } from "preact/hooks"
import type { Capacity, CapacityStep } from "../report/Capacity.ts"
import { figure } from "../report/text.ts"
import { exact, measuredText } from "../report/thresholds.ts"
import { capacityCharts } from "./capacityCharts.ts"
import { noValue, percent, plural } from "./format.ts"
import { Heads, Section } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"
import { SignMark } from "./SignMark.tsx"
import { limitedSign } from "./signs.ts"
import { Study } from "./Study.tsx"
import { Tile } from "./Tile.tsx"

interface Shown {
  readonly capacity: Capacity
}

const Tiles = ({ capacity }: Shown) => {
  const { brokeFirst, highest, lowestBroken, objectives, steps } = capacity
  const best = steps.find(({ arrivalRate, kept }) => kept && arrivalRate === highest)
  return (
    <>
      <Tile
        label="Highest that kept all"
        tone="main"
        value={highest === null ? noValue : exact(highest)}
        unit="batches/s"
      >
        {best === undefined
          ? "no rate kept the objectives"
          : `${figure(best.slice.operations.perSecond)} operations/s confirmed`}
      </Tile>
      <Tile
        label="Lowest that did not"
        value={lowestBroken === null ? noValue : exact(lowestBroken)}
        unit="batches/s"
      >
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
          : `from ${exact(highest)} to ${exact(lowestBroken)} batches/s`}
      </Tile>
      <Tile
        label="p95 at the highest"
        value={best === undefined ? noValue : figure(best.slice.latencyMs.p95)}
        unit="ms"
      >
        from the time at which a batch was due
      </Tile>
      <Tile label="Steps" value={figure(steps.length)}>
        {plural(objectives.length, "objective")}
      </Tile>
    </>
  )
}

const Row = ({ capacity, step, place }: Shown & { readonly step: CapacityStep; readonly place: number }) => {
  const { arrivalRate, broke, dropped, kept, phase, slice, verdicts } = step
  const highest = kept && arrivalRate === capacity.highest
  return (
    <tr class={highest ? "chosen" : ""}>
      <th scope="row">{place}</th>
      <td>{exact(arrivalRate)}</td>
      <td class="text">{phase}</td>
      <td class={kept ? "text verdict good" : "text verdict bad"}>{kept ? "✓ kept" : "✗ not kept"}</td>
      {verdicts.map((verdict) => (
        <td class={verdict.passed ? "" : "bad"}>
          {measuredText(verdict)}
          {verdict.passed ? "" : " ✗"}
        </td>
      ))}
      <td class={dropped === 0 ? "" : "bad"}>
        {figure(dropped)}
        {dropped === 0 ? "" : " ✗"}
      </td>
      <td>{figure(slice.operations.perSecond)}</td>
      <td>{figure(slice.requests.failed)}</td>
      <td>{figure(slice.users)}</td>
      <td class="text remarks">
        {highest ? (
          <>
            <SignMark shape="diamond" /> the highest
          </>
        ) : null}
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
    <Scroll caption="In the order in which they were measured" class="dense">
      <thead>
        <tr>
          <th scope="col">step</th>
          <Heads
            names={[
              "batches/s",
              "phase",
              "objectives",
              ...capacity.objectives,
              "not started in time",
              "operations/s",
              "failed",
              "at once",
              "what broke"
            ]}
            texts={["phase", "objectives", "what broke"]}
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
