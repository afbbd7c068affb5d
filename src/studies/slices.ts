/** Slices put together: what studies say of several of them. */
import type { EndedBy } from "../domain/LoadResult.ts"
import { Counts } from "../metrics/Counts.ts"
import type { FailureGroup } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { type Figures, failureRatio } from "../result/Figures.ts"
import { figuresAt, sumOf } from "../result/fullLoad.ts"
import type { MedianAndRange, StudyHead } from "../result/MeasuredSlice.ts"
import { refusedText } from "../result/RefusedStart.ts"
import { figure, plural } from "../result/numberFormat.ts"
import type { SliceMeasured } from "./MeasureSlice.ts"

/** A slice that an interrupt kept from being measured tells nothing. */
export const wasMeasured = ({ slice }: SliceMeasured): boolean => slice.elapsedSeconds > 0

export const lasted = ({ slice }: SliceMeasured): boolean => slice.endedBy === "runTime"

export interface AddedUp {
  readonly elapsedSeconds: number
  readonly figures: Figures
}

/** Every request of several slices; rates are all counts at full load over all seconds of it. */
export const addedUp = (measured: ReadonlyArray<SliceMeasured>): AddedUp => {
  const counts = new Counts("Aggregated", "")
  for (const { measurements } of measured) counts.add(measurements.total)
  const elapsedSeconds = measured.reduce((sum, { slice }) => sum + slice.elapsedSeconds, 0)
  const atFullLoad = sumOf(measured.map(({ slice }) => slice.atFullLoad))
  return { elapsedSeconds: rounded(elapsedSeconds, 6), figures: figuresAt(counts, atFullLoad) }
}

/**
 * The middle value, between the two in the middle of an even number, and the outermost; `null` of none.
 *
 * @param digits after the point
 * @example spreadOf([4, 1, 2, 9], 3) // { median: 3, min: 1, max: 9 }
 */
export const spreadOf = (values: ReadonlyArray<number>, digits: number): MedianAndRange | null => {
  const sorted = values.toSorted((a, b) => a - b)
  const below = sorted[Math.floor((sorted.length - 1) / 2)]
  const above = sorted[Math.ceil((sorted.length - 1) / 2)]
  if (below === undefined || above === undefined) return null
  return {
    median: rounded((below + above) / 2, digits),
    min: rounded(sorted.at(0) ?? below, digits),
    max: rounded(sorted.at(-1) ?? above, digits)
  }
}

/** Whether the generator was the bottleneck in so many of them that the others do not make up for it. */
export const isMostlyLimited = (measured: ReadonlyArray<Pick<SliceMeasured, "slice">>): boolean =>
  2 * measured.filter(({ slice }) => slice.limited.length > 0).length > measured.length

/** A share in words, exact where whole per cent would say too much: `97 %`, `99.6 %`. */
export const percent = (share: number | null): string => {
  if (share === null) return "-"
  const value = 100 * share
  const isClose = (value > 99 && value < 100) || (value > 0 && value < 1)
  return `${value.toFixed(isClose ? 1 : 0)} %`
}

/** The failures of several slices, alike ones together, most frequent first. */
const failuresOf = (
  measured: ReadonlyArray<SliceMeasured>
): ReadonlyArray<Pick<FailureGroup, "name" | "failure" | "count">> => {
  const groups = new Map<string, Pick<FailureGroup, "name" | "failure" | "count">>()
  for (const { count, failure, name } of measured.flatMap(({ measurements }) => measurements.failures)) {
    const { example: _, ...kind } = failure
    const key = JSON.stringify([name, kind])
    groups.set(key, { name, failure, count: count + (groups.get(key)?.count ?? 0) })
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count)
}

/**
 * What has to be known of some slices before their figures are believed.
 *
 * @param what they measured: `single requests`
 * @param users that each was to have
 */
export const warningsOf = (
  what: string,
  users: number,
  measured: ReadonlyArray<SliceMeasured>
): ReadonlyArray<string> => {
  const warnings: Array<string> = []
  const { requests } = addedUp(measured).figures
  const [most] = failuresOf(measured)
  if (most !== undefined) {
    const { count, failure, name } = most
    warnings.push(
      `${figure(requests.failed)} of ${figure(requests.total)} requests failed in ${what} ` +
        `(${percent(failureRatio(requests))}), most of all ${figure(count)} x ${name}, ${failure.kind}: ${failure.example}`
    )
  }
  const limited = measured.filter(({ slice }) => slice.limited.length > 0)
  const [reason] = limited.flatMap(({ slice }) => slice.limited)
  if (reason !== undefined) {
    warnings.push(
      `The load generator was the bottleneck in ${limited.length} of ${measured.length} slices of ${what}: ${reason}.`
    )
  }
  const fewest = Math.min(...measured.filter(lasted).map(({ slice }) => slice.users))
  if (fewest < users)
    warnings.push(`A slice of ${what} had only ${figure(fewest)} of ${plural(users, "user")}.`)
  return warnings
}

/** How a study ended, and what was refused if a refusal ended it. */
export type StudyEnd = Pick<StudyHead, "endedBy" | "refused">

export const completed: StudyEnd = { endedBy: "completed", refused: null }

/** The end of a study that one of its slices ended. */
export const endedWith = ({ slice: { endedBy, refused } }: SliceMeasured): StudyEnd => ({ endedBy, refused })

/**
 * The answer of a study; begins with the refusal.
 *
 * @param answered whether the earlier slices give an answer
 */
export const verdictAfter = ({ refused }: StudyEnd, verdict: string, answered: boolean): string => {
  if (refused === null) return verdict
  return answered ? `${refusedText(refused)} Until then: ${verdict}` : refusedText(refused)
}

const whyEarly: Readonly<Record<EndedBy, string>> = {
  failureRatio: "more requests failed than --maxFailRatio allows",
  refused: "a scenario was refused from the start",
  interrupt: "it was interrupted",
  defect: "of a defect of this program",
  threshold: "a threshold was not kept",
  passes: "no user was left",
  runTime: "its time was over"
}

/** How a study that ended early says so. */
export const earlyEnd = (
  endedBy: StudyHead["endedBy"],
  measured: number,
  planned: number
): ReadonlyArray<string> =>
  endedBy === "completed"
    ? []
    : [
        `The study ended with ${measured} of ${planned} slices, because ${whyEarly[endedBy]}; what was measured until then is in it.`
      ]
