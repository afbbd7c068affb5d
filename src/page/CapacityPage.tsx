/** The page of a search for the highest arrival rate that keeps the objectives. */
import { useMemo } from "preact/hooks"
import type { Capacity } from "../result/Capacity.ts"
import { figure } from "../result/numberFormat.ts"
import { CapacitySteps } from "./CapacitySteps.tsx"
import { capacityCharts, highestStep } from "./capacityCharts.ts"
import { noValue, percent, plain } from "./format.ts"
import { StudyPage } from "./StudyPage.tsx"
import { Tile } from "./Tile.tsx"

interface CapacityProps {
  readonly capacity: Capacity
}

/** Why the search ended, below the number of its steps. */
const ends: Readonly<Record<Capacity["searchEnd"], string>> = {
  precise: "until the precision was reached",
  maxRate: "up to --maxRate",
  maxSteps: "the maximum, --maxSteps",
  floor: "down to the lowest rate that can be judged",
  generator: "until the load generator was the bottleneck",
  stopped: "until the search was stopped"
}

const Precision = ({ capacity: { highest, lowestBroken } }: CapacityProps) => {
  const isKnown = highest !== null && lowestBroken !== null
  return (
    <Tile
      label="Precision"
      value={isKnown ? percent(Number(((lowestBroken - highest) / highest).toFixed(3))) : noValue}
    >
      {isKnown
        ? `the limit is between ${figure(highest)} and ${figure(lowestBroken)} batches/s`
        : "only one side of the limit was found"}
    </Tile>
  )
}

const Tiles = ({ capacity }: CapacityProps) => {
  const { brokeFirst, highest, lowestBroken, searchEnd, steps } = capacity
  const best = highestStep(capacity)
  return (
    <>
      <Tile
        label={searchEnd === "precise" || highest === null ? "Highest rate kept" : "At least"}
        tone="main"
        value={plain(highest)}
        unit="batches/s"
      >
        {best === undefined
          ? "no rate kept the objectives"
          : `${figure(best.slice.operations.perSecond)} operations/s confirmed`}
      </Tile>
      <Tile label="Lowest rate not kept" value={plain(lowestBroken)} unit="batches/s">
        {lowestBroken === null ? "none was found" : brokeFirst.join("; ")}
      </Tile>
      <Precision capacity={capacity} />
      <Tile label="p95 at the highest rate" value={plain(best?.slice.latencyMs?.p95)} unit="ms">
        from the time a batch was due
      </Tile>
      <Tile label="Steps" value={figure(steps.length)}>
        {ends[searchEnd]}
      </Tile>
    </>
  )
}

export const CapacityPage = ({ capacity }: CapacityProps) => {
  const charts = useMemo(() => capacityCharts(capacity), [capacity])
  return (
    <StudyPage
      name="capacity"
      study={capacity}
      charts={charts}
      tiles={<Tiles capacity={capacity} />}
      logarithmic
    >
      <CapacitySteps capacity={capacity} />
    </StudyPage>
  )
}
