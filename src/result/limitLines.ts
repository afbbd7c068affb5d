/** What limits the server, in the words of the reports of studies. */
import { type Capacity, upperBound } from "./Capacity.ts"
import { type Limit, limitText, unknownLimitText } from "./Limit.ts"
import type { MeasuredSlice, StudyHead } from "./MeasuredSlice.ts"
import type { Stress } from "./Stress.ts"

const linesOf = (
  limits: ReadonlyArray<Limit>,
  { processes }: Pick<StudyHead, "processes">,
  slices: ReadonlyArray<MeasuredSlice>
): ReadonlyArray<string> =>
  limits.length > 0
    ? limits.map(limitText)
    : [
        unknownLimitText({
          hasProcesses: processes.length > 0,
          hasDatabase: slices.some(({ database }) => database !== null)
        })
      ]

/** Empty while every step was good: then nothing limited the server. */
export const stressLimitLines = (stress: Stress): ReadonlyArray<string> =>
  stress.steps.every(({ outcome }) => outcome === "good")
    ? []
    : linesOf(
        stress.limits,
        stress,
        stress.steps.flatMap(({ slices }) => slices)
      )

/** Empty while every rate was kept. */
export const capacityLimitLines = (capacity: Capacity): ReadonlyArray<string> =>
  upperBound(capacity) === null
    ? []
    : linesOf(
        capacity.limits,
        capacity,
        capacity.steps.map(({ slice }) => slice)
      )
