/** The page of a search for the highest arrival rate that keeps the objectives. */
import { useMemo } from "preact/hooks"
import {
  type Capacity,
  type CapacityStep,
  hasAnswer,
  highestStep,
  upperBound,
  workRate
} from "../result/Capacity.ts"
import { capacityLimitLines } from "../result/limitLines.ts"
import { figure } from "../result/numberFormat.ts"
import { capacityLoads } from "../result/studyLoads.ts"
import { CapacitySteps } from "./CapacitySteps.tsx"
import { capacityCharts } from "./capacityCharts.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { failedRows, shownTimes } from "../result/outcomeRows.ts"
import { noValue, percent, plain, withUnit } from "./format.ts"
import { StudyPage } from "./StudyPage.tsx"
import { Tile } from "./Tile.tsx"

interface CapacityProps {
  readonly capacity: Capacity
}

/** Why the search ended, below the number of its steps. */
const ends: Readonly<Record<Capacity["searchEnd"], string>> = {
  precise: "until the precision was reached",
  unjudged: "until a rate could not be judged",
  collapsed: "until the server did not recover",
  maxRate: "up to --maxRate",
  maxSteps: "the maximum, --maxSteps",
  floor: "down to the lowest rate to try",
  generator: "until the load generator was the bottleneck",
  unreachable: "until the server accepted no connections",
  stopped: "until the search was stopped"
}

const Precision = ({ capacity }: CapacityProps) => {
  const { highest } = capacity
  const above = upperBound(capacity)
  const isKnown = hasAnswer(capacity) && highest !== null && above !== null
  return (
    <Tile
      label="Precision"
      value={isKnown ? percent(Number(((above - highest) / highest).toFixed(3))) : noValue}
    >
      {isKnown
        ? `the limit is between ${figure(highest)} and ${figure(above)} iterations/s`
        : highest !== null && above !== null
          ? "the limit changed during the search"
          : "only one side of the limit was found"}
    </Tile>
  )
}

const answerLabel = ({ highest, searchEnd }: Capacity): string => {
  if (searchEnd === "collapsed") return "Kept before the collapse"
  return searchEnd === "precise" || highest === null ? "Highest rate kept" : "At least"
}

/** What is known about the lowest rate that was not kept. */
const brokenNote = ({ brokeFirst, lowestBroken, lowestUnjudged }: Capacity): string => {
  if (lowestBroken !== null) return brokeFirst.join("; ")
  return lowestUnjudged === null
    ? "none was found"
    : `none was found; ${figure(lowestUnjudged)} iterations/s could not be judged`
}

/** p95 of the step at the highest rate that was kept; where any failed, that of succeeded requests. */
const LatencyTile = ({ slice }: { readonly slice: MeasuredSlice | undefined }) => {
  const [failed] = slice === undefined ? [] : failedRows(slice)
  return (
    <Tile
      label={failed === undefined ? "p95 at the highest rate" : "p95 of succeeded at the highest rate"}
      value={plain(slice && shownTimes(slice).latencyMs?.p95)}
      unit="ms"
    >
      from the time a batch was due
      {failed === undefined ? "" : `, p95 of failed ${withUnit(failed.latencyMs?.p95, "ms")}`}
    </Tile>
  )
}

/** @example "5,100 operations/s confirmed" */
const workText = (slice: CapacityStep["slice"]): string => {
  const { counted, perSecond } = workRate(slice)
  return `${figure(perSecond)} ${counted}/s ${counted === "rows" ? "read" : "confirmed"}`
}

const Tiles = ({ capacity }: CapacityProps) => {
  const { highest, lowestBroken, searchEnd, steps } = capacity
  const best = highestStep(capacity)
  return (
    <>
      <Tile label={answerLabel(capacity)} tone="main" value={plain(highest)} unit="iterations/s">
        {best === undefined ? "no rate kept the objectives" : workText(best.slice)}
      </Tile>
      <Tile label="Lowest rate not kept" value={plain(lowestBroken)} unit="iterations/s">
        {brokenNote(capacity)}
      </Tile>
      <Precision capacity={capacity} />
      <LatencyTile slice={best?.slice} />
      <Tile label="Steps" value={figure(steps.length)}>
        {ends[searchEnd]}
      </Tile>
    </>
  )
}

/** The status of a search that ran to its end without an answer. */
const failureOf = (capacity: Capacity): string | undefined => {
  if (hasAnswer(capacity)) return undefined
  return capacity.searchEnd === "collapsed" ? "server collapsed" : "no result"
}

export const CapacityPage = ({ capacity }: CapacityProps) => {
  const charts = useMemo(() => capacityCharts(capacity), [capacity])
  return (
    <StudyPage
      name="capacity"
      study={capacity}
      charts={charts}
      tiles={<Tiles capacity={capacity} />}
      limits={capacityLimitLines(capacity)}
      loads={capacityLoads(capacity)}
      failure={failureOf(capacity)}
      logarithmic
    >
      <CapacitySteps capacity={capacity} />
    </StudyPage>
  )
}
