/** The thresholds of a run, and those of a study, which limit the server. */
import * as Either from "effect/Either"
import { type Mistake, parseThreshold, pointAt, sourceOf, type Threshold } from "../domain/Threshold.ts"
import { onlyWithArrivals } from "./choosePlan.ts"
import { describeWay, type GivenSettings, type ReportProblem } from "./readSettings.ts"

/** What thresholds of a run can limit. */
export interface Limitable {
  /** The names of its requests; `undefined` if they are not known. */
  readonly names: ReadonlyArray<string> | undefined
  readonly isOpen: boolean
  /** A database is watched. */
  readonly isWatched: boolean
  /** The labels of watched processes. */
  readonly watch: ReadonlyArray<string>
}

/** Reads a threshold; its request name and figure must occur in the load. */
const readThreshold = (
  text: string,
  { isOpen, isWatched, names, watch }: Limitable
): Either.Either<Threshold, Mistake> =>
  parseThreshold(text).pipe(
    Either.filterOrLeft(
      ({ figure }) => sourceOf(figure) !== "database" || isWatched,
      ({ figure }) => ({ at: 0, expected: `another figure: ${figure} requires --databaseUrl` })
    ),
    Either.filterOrLeft(
      ({ figure, name }) =>
        sourceOf(figure) !== "process" || (name === undefined ? watch.length > 0 : watch.includes(name)),
      ({ figure }) => ({
        at: 0,
        expected:
          watch.length === 0
            ? `another figure: ${figure} requires --watch`
            : `${watch.join(" or ")}, as in --watch`
      })
    ),
    Either.filterOrLeft(
      ({ figure, name }) =>
        sourceOf(figure) === "process" || name === undefined || names === undefined || names.includes(name),
      () => ({ at: 0, expected: `${(names ?? []).join(" or ")}: no other requests are sent` })
    ),
    Either.filterOrLeft(
      ({ figure }) => isOpen || figure !== "starts.dropped",
      ({ figure }) => ({ at: 0, expected: `another figure: ${figure} ${onlyWithArrivals}` })
    )
  )

/** The valid thresholds; each invalid one is reported. */
export const readThresholds = (
  texts: ReadonlyArray<string>,
  limitable: Limitable,
  report: ReportProblem
): ReadonlyArray<Threshold> =>
  texts.flatMap((text) =>
    Either.match(readThreshold(text, limitable), {
      onRight: (threshold) => [threshold],
      onLeft: (mistake) => {
        report("threshold", `cannot be used\n${pointAt(text, mistake, "    ")}`, describeWay)
        return []
      }
    })
  )

/** Whether a text is a threshold of requests, which a study does not have. */
const isOfRequests = (text: string): boolean =>
  Either.match(parseThreshold(text), {
    onLeft: () => false,
    onRight: ({ figure }) => sourceOf(figure) === undefined
  })

/**
 * The thresholds of a study: figures of the server. Others in a variable, or in the defaults of a plan, are meant for runs.
 *
 * @example "database.blockedSeconds < 30"
 */
export const readServerThresholds = (
  texts: ReadonlyArray<string>,
  limitable: Pick<Limitable, "isWatched" | "watch">,
  given: GivenSettings,
  report: ReportProblem
): ReadonlyArray<Threshold> => {
  if (given["threshold"]?.from === "flag") {
    for (const text of texts.filter(isOfRequests)) {
      const mistake = { at: 0, expected: "a figure of the server, database.* or process.*, in a study" }
      report("threshold", `cannot be used\n${pointAt(text, mistake, "    ")}`, describeWay)
    }
  }
  return readThresholds(
    texts.filter((text) => !isOfRequests(text)),
    { ...limitable, names: undefined, isOpen: false },
    report
  )
}
