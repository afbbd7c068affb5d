/** The steps of a search, in the order in which they were measured: first the verdicts, then the other figures. */
import { Fragment } from "preact"
import {
  type Capacity,
  type CapacityStep,
  countedIn,
  highestStep,
  type Interval,
  outcomeOf,
  workRate
} from "../result/Capacity.ts"
import type { SliceLimit } from "../result/MeasuredSlice.ts"
import { limitOf } from "../result/limitText.ts"
import { figure } from "../result/numberFormat.ts"
import { failedRows, hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { succeededNote } from "../result/sentences.ts"
import { exact, measuredText, type Verdict } from "../result/thresholds.ts"
import { unjudgedMarkers } from "./capacityCharts.ts"
import { plain } from "./format.ts"
import { MarkedWord, MarkerIcon } from "./MarkerIcon.tsx"
import { limitedMarker, type Marker } from "./markers.ts"
import { NoteRow, ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"

interface CapacityProps {
  readonly capacity: Capacity
}

/** @example "401 to 425 ms", "at least 401 ms" */
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

/** A step that could not be judged is neither good nor bad. */
const OutcomeCell = ({ isHighest, step }: { readonly isHighest: boolean; readonly step: CapacityStep }) => {
  const outcome = outcomeOf(step)
  if (outcome !== "kept" && outcome !== "broken") {
    return (
      <td class="text verdict">
        <MarkerIcon shape={unjudgedMarkers[outcome].shape} /> not judged
      </td>
    )
  }
  return (
    <td class={step.kept ? "text verdict good" : "text verdict bad"}>
      {step.kept ? "✓ kept" : "✗ not kept"}
      {isHighest ? <MarkedWord shape="diamond" word="highest" /> : null}
    </td>
  )
}

const keptMarkers: Readonly<Record<SliceLimit, Marker>> = {
  generator: limitedMarker,
  machine: { ...unjudgedMarkers.machine, word: "kept, without a free processor at times" },
  suspension: { ...unjudgedMarkers.suspension, word: "kept, in spite of a suspension" }
}

/** The marker and the words of a limited step; one that was kept shows that the rate is possible in spite of it. */
const limitedMarkerOf = ({ kept, slice }: CapacityStep): Marker | undefined => {
  const limit = limitOf(slice)
  return limit === null ? undefined : (kept ? keptMarkers : unjudgedMarkers)[limit]
}

/** What was not kept, and why the load generator was the bottleneck. */
const StepNotes = ({ columns, step }: { readonly step: CapacityStep; readonly columns: number }) => {
  const { broke, slice } = step
  const limit = limitedMarkerOf(step)
  return (
    <>
      {broke.length === 0 ? null : <NoteRow columns={columns}>{broke.join("; ")}</NoteRow>}
      {limit === undefined ? null : (
        <NoteRow columns={columns}>
          <MarkerIcon shape={limit.shape} /> {limit.word}: {slice.limited.join("; ")}
        </NoteRow>
      )}
    </>
  )
}

const Verdicts = ({ capacity }: CapacityProps) => {
  const { objectives, steps } = capacity
  const highest = highestStep(capacity)
  const names = ["objectives", ...objectives, "not started in time", `${countedIn(capacity)}/s`]
  return (
    <ScrollTable
      caption="In the order of measurement; below a figure its 95 % confidence interval"
      class="steps"
    >
      <thead>
        <tr>
          <th scope="col">iterations/s</th>
          <ColumnHeads names={names} texts={["objectives"]} />
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => {
          const { arrivalRate, dropped, intervals, slice, verdicts } = step
          return (
            <Fragment>
              <tr class={step === highest ? "chosen" : ""}>
                <th scope="row">{figure(arrivalRate)}</th>
                <OutcomeCell step={step} isHighest={step === highest} />
                {verdicts.map((verdict, i) => (
                  <VerdictCell verdict={verdict} interval={intervals[i]} />
                ))}
                <td class={dropped === 0 ? "" : "bad"}>
                  {figure(dropped)}
                  {dropped === 0 ? "" : " ✗"}
                </td>
                <td>{figure(workRate(slice).perSecond)}</td>
              </tr>
              <StepNotes step={step} columns={1 + names.length} />
            </Fragment>
          )
        })}
      </tbody>
    </ScrollTable>
  )
}

/** A step, and its failed requests below it. */
const OtherRows = ({ step }: { readonly step: CapacityStep }) => {
  const { answeredPerSecond, arrivalRate, attempt, phase, recovery, seconds, slice } = step
  return (
    <>
      <tr>
        <th scope="row">{figure(arrivalRate)}</th>
        <td class="text">
          {phase}
          {attempt === 1 ? "" : ", repeated"}
        </td>
        <td class={recovery?.recovered === false ? "bad" : ""}>
          {plain(recovery?.seconds)}
          {recovery?.recovered === false ? " ✗" : ""}
        </td>
        <td>{figure(seconds)}</td>
        <td>{plain(shownTimes(slice).serviceMs?.p95)}</td>
        <td>{plain(answeredPerSecond)}</td>
        <td>{figure(slice.requests.failed)}</td>
      </tr>
      {failedRows(slice).map(({ name, serviceMs }) => (
        <tr class="part">
          <th scope="row">{name}</th>
          <td colSpan={3} />
          <td>{plain(serviceMs?.p95)}</td>
          <td colSpan={2} />
        </tr>
      ))}
    </>
  )
}

const OtherFigures = ({ capacity: { steps } }: CapacityProps) => (
  <details class="more">
    <summary>Other figures of the steps</summary>
    <ScrollTable caption="In the order of measurement" class="steps">
      <thead>
        <tr>
          <th scope="col">iterations/s</th>
          <ColumnHeads
            names={["phase", "waited s", "seconds", "service p95 ms", "responses/s", "failed"]}
            texts={["phase"]}
          />
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <OtherRows step={step} />
        ))}
      </tbody>
    </ScrollTable>
  </details>
)

export const CapacitySteps = ({ capacity }: CapacityProps) => (
  <Section id="steps" title="Steps">
    <Verdicts capacity={capacity} />
    <OtherFigures capacity={capacity} />
    <p class="note">{capacity.precision}</p>
    <p class="note">
      Batches are started when they are due, whether or not earlier ones have completed. Latency counts from
      the due time, service time from sending. A step that was not kept, or in which the load generator was
      the bottleneck, is repeated once; the repeated step decides. After such a step the study waits until the
      server answers one user about as fast as without load; ✗ marks a wait after which it did not. A
      confirmation measures a kept rate once more, after the server was overloaded.{" "}
      {hasFailures(capacity.steps.map(({ slice }) => slice)) ? succeededNote : ""}
    </p>
  </Section>
)
