/** The page of a stress study: the knee, what broke beyond it, the steps, and the soak. */
import { Fragment } from "preact"
import { useMemo } from "preact/hooks"
import type { Drift } from "../result/Drift.ts"
import { drifting, driftOutcome } from "../result/driftText.ts"
import { stressLimitLines } from "../result/limitLines.ts"
import { clock, figure, plural } from "../result/numberFormat.ts"
import { stressLoads } from "../result/studyLoads.ts"
import { failedRows, shownTimes } from "../result/outcomeRows.ts"
import { countedOf, kneeLoad, loadText, type Stress, type StressStep, stepWith } from "../result/Stress.ts"
import { stressNote } from "../result/stressNote.ts"
import { DriftTable } from "./DriftTable.tsx"
import { noValue, percent, plain, withUnit } from "./format.ts"
import { Law, LawTile } from "./Law.tsx"
import { MarkedWord } from "./MarkerIcon.tsx"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"
import { SliceTable } from "./SliceTable.tsx"
import { StudyPage } from "./StudyPage.tsx"
import { stressCharts, stressMarker } from "./stressCharts.ts"
import { Tile } from "./Tile.tsx"

interface StressProps {
  readonly stress: Stress
}

const signed = (share: number | null | undefined): string =>
  share === null || share === undefined ? noValue : `${share > 0 ? "+" : ""}${(100 * share).toFixed(0)} %`

const rateOf = ({ operationsPerSecond, rowsPerSecond }: StressStep) => rowsPerSecond ?? operationsPerSecond

const BeyondTile = ({ stress }: StressProps) => {
  const { knee, raised, steps } = stress
  const broken = knee._tag === "Knee" ? stepWith(steps, knee.broken) : undefined
  return (
    <Tile label="Beyond the knee" value={broken === undefined ? noValue : signed(broken.change?.throughput)}>
      {broken === undefined
        ? knee._tag === "Limited"
          ? "the load generator was the bottleneck"
          : knee._tag === "Locked"
            ? "not known: a transaction of the database held others up"
            : "no step broke"
        : `throughput with ${loadText(raised, broken.load)}, p95 ${signed(broken.change?.p95)}: ${stressNote(broken)}`}
    </Tile>
  )
}

const driftedText = (drift: Drift | null): string => {
  if (drift === null) return "too short to tell a drift"
  switch (driftOutcome(drift)) {
    case "drifted":
      return `${plural(drifting(drift).length, "figure")} drifted`
    case "unclear":
      return "no drift, as far as it can be told"
    case "steady":
      return "no drift"
  }
}

const SoakTile = ({ stress }: StressProps) => {
  const { raised, soak } = stress
  if (soak === null) return null
  const { drift, load, slice } = soak
  return (
    <Tile
      label={`Soak, ${loadText(raised, load)}`}
      value={slice === null ? noValue : clock(slice.elapsedSeconds)}
    >
      {slice === null ? "not sent: the server did not recover" : driftedText(drift)}
    </Tile>
  )
}

const Tiles = ({ stress }: StressProps) => {
  const { knee, law, noResult, raised, steps } = stress
  const load = kneeLoad(knee)
  const step = load === undefined ? undefined : stepWith(steps, load)
  return (
    <>
      <Tile
        label={knee._tag === "Knee" ? "Knee" : "At least"}
        tone={noResult === null ? "main" : "bad"}
        value={plain(load)}
        unit={raised === "rate" ? "/s" : load === 1 ? "user" : "users"}
      >
        {step === undefined ? noResult : `${figure(rateOf(step).median)} ${countedOf(stress)}/s`}
      </Tile>
      <Tile label="p95 there" value={plain(step && shownTimes(step.figures).latencyMs?.p95)} unit="ms">
        {step === undefined ? "" : `${percent(step.unserved)} not served`}
      </Tile>
      <BeyondTile stress={stress} />
      {raised === "users" ? <LawTile law={law} /> : null}
      <SoakTile stress={stress} />
    </>
  )
}

const columns = (counted: string): ReadonlyArray<string> => [
  `${counted}/s`,
  "change",
  "p50 ms",
  "p95 ms",
  "p95 change",
  "p99 ms",
  "not served"
]

const StepRow = ({ step, stress }: StressProps & { readonly step: StressStep }) => {
  const { change, figures, load, unserved } = step
  const rate = rateOf(step)
  const { latencyMs } = shownTimes(figures)
  const marker = stressMarker(stress, step)
  return (
    <Fragment>
      <tr class={load === kneeLoad(stress.knee) ? "chosen" : ""}>
        <th scope="row">
          {figure(load)} {marker === undefined ? null : <MarkedWord {...marker} />}
        </th>
        <td>
          {figure(rate.median)}
          <span class="interval">
            {figure(rate.min)} to {figure(rate.max)}
          </span>
        </td>
        <td>{`${signed(change?.throughput)}${change?.differs === false ? " (noise)" : ""}`}</td>
        <td>{plain(latencyMs?.p50)}</td>
        <td>{plain(latencyMs?.p95)}</td>
        <td>{signed(change?.p95)}</td>
        <td>{plain(latencyMs?.p99)}</td>
        <td>{percent(unserved)}</td>
      </tr>
      {failedRows(figures).map(({ latencyMs: failed, name }) => (
        <tr class="part">
          <th scope="row">{name}</th>
          <td colSpan={2} />
          <td>{plain(failed?.p50)}</td>
          <td>{plain(failed?.p95)}</td>
          <td />
          <td>{plain(failed?.p99)}</td>
          <td />
        </tr>
      ))}
    </Fragment>
  )
}

const Steps = ({ stress }: StressProps) => (
  <Section id="steps" title="Steps">
    <ScrollTable caption={plural(stress.steps.length, "step")} class="steps">
      <thead>
        <tr>
          <th scope="col">{stress.raised === "users" ? "users" : "iterations/s"}</th>
          <ColumnHeads names={columns(countedOf(stress))} />
        </tr>
      </thead>
      <tbody>
        {stress.steps.map((step) => (
          <StepRow key={step.load} stress={stress} step={step} />
        ))}
      </tbody>
    </ScrollTable>
    <p class="note">
      A step breaks if throughput falls beyond its noise while latency grows, if p50 or p95 grows by more than
      50 % while throughput grows by less than 10 % (open model: by less than 90 % of what the rate asks for),
      or if more than 1 % of its requests fail or are not started. The knee is the last load before it.
    </p>
  </Section>
)

const SoakSection = ({ stress }: StressProps) => {
  const { raised, soak } = stress
  if (soak === null || soak.slice === null) return null
  const { load, recovery, slice } = soak
  return (
    <Section id="soak" title="Soak">
      <p>
        {loadText(raised, load)} for {clock(slice.elapsedSeconds)}, after a wait of{" "}
        {withUnit(recovery.seconds, "s")}: {figure(slice[countedOf(stress)].perSecond)} {countedOf(stress)}{" "}
        per second, p95 {withUnit(shownTimes(slice).latencyMs?.p95, "ms")}, {figure(slice.requests.failed)} of{" "}
        {plural(slice.requests.total, "request")} failed.
      </p>
    </Section>
  )
}

export const StressPage = ({ stress }: StressProps) => {
  const charts = useMemo(() => stressCharts(stress), [stress])
  const { raised, soak, steps } = stress
  const slices = steps.flatMap(({ load, slices: each }) =>
    each.map((slice) => ({ slice, cells: [figure(load)] }))
  )
  return (
    <StudyPage
      name="stress"
      study={stress}
      charts={charts}
      tiles={<Tiles stress={stress} />}
      limits={stressLimitLines(stress)}
      loads={stressLoads(stress)}
    >
      <Steps stress={stress} />
      {raised === "users" ? <Law law={stress.law} counted={countedOf(stress)} /> : null}
      <SoakSection stress={stress} />
      <DriftTable drift={soak?.drift ?? null} />
      <SliceTable heads={[raised === "users" ? "users" : "iterations/s"]} slices={slices} />
    </StudyPage>
  )
}
