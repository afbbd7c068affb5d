/** What limited a phase, with the figures that show it. A cause is named only if something was measured that shows it. */
import type { Capacity } from "../result/Capacity.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { caveatsOf } from "../result/caveats.ts"
import type { FailureEntry } from "../result/FailureEntry.ts"
import type { Figures } from "../result/Figures.ts"
import { isLimitedSlice, limitOf, limitText } from "../result/limitText.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { figure, rateText } from "../result/numberFormat.ts"
import type { Limit } from "../result/PlanReport.ts"
import { failureText } from "../result/sentences.ts"
import type { Summary } from "../result/Summary.ts"
import type { Sweep } from "../result/Sweep.ts"
import { capitalized } from "../domain/words.ts"

/** @see api-facts section 7, R5: failures over 1 % show that a limit is reached */
const maxFailureShare = 0.01

/** Half of the slices or more: the rule by which `sweep` takes a point for limited. */
const minLimitedShare = 0.5

/**
 * A wait event that sessions had in more than this share of the observations is named. With a lower share, most of the time
 * went elsewhere.
 */
const minWaitShare = 0.25

const percent = (share: number): string => `${figure(100 * share)} %`

export const failureLimit = (
  { requests: { failed, total } }: Pick<Figures, "requests">,
  failures: ReadonlyArray<typeof FailureEntry.Type>
): ReadonlyArray<Limit> => {
  if (total === 0 || failed / total <= maxFailureShare) return []
  const [mostFrequent] = failures
  const example = mostFrequent === undefined ? "" : `; most frequent: ${failureText(mostFrequent)}`
  return [
    {
      kind: "failures",
      what: "failed requests",
      evidence: `${figure(failed)} of ${figure(total)} requests failed (${percent(failed / total)})${example}.`
    }
  ]
}

/** What the names of wait events mean. @see https://www.postgresql.org/docs/current/monitoring-stats.html table 27.4 ff. */
const waitWords: ReadonlyArray<readonly [pattern: RegExp, words: string]> = [
  [/^running$/, "processors of the database"],
  [/WAL/, "write-ahead log of the database"],
  [/^Lock:/, "locks of the database"],
  [/^LWLock:/, "internal locks of the database"],
  [/^IO:/, "disk of the database"],
  [/^Client:/, "requests of the server to its database"]
]

/** The wait that sessions had most often, if it explains much of their time. */
export const databaseLimit = (database: DatabaseActivity | null): ReadonlyArray<Limit> => {
  if (database === null) return []
  const seen = database.waits.reduce((sum, wait) => sum + wait.seen, 0)
  const [first] = database.waits
  const words = waitWords.find(([pattern]) => first !== undefined && pattern.test(first.event))?.[1]
  if (first === undefined || words === undefined || first.seen / seen < minWaitShare) return []
  const state = first.event === "running" ? "ran without a wait" : `waited for ${first.event}`
  return [
    {
      kind: "database",
      what: words,
      evidence: `Busy sessions of the database ${state} in ${percent(first.seen / seen)} of ${figure(seen)} observations.`
    }
  ]
}

export const runLimits = (summary: Summary): ReadonlyArray<Limit> => {
  const limited = caveatsOf(summary).find(({ kind }) => kind === "limited")
  const isMachine = summary.generator?.limitedBy === "machine"
  return [
    ...(limited === undefined
      ? []
      : [
          {
            kind: isMachine ? ("machine" as const) : ("generator" as const),
            what: isMachine ? "other programs on the machine of the load generator" : "load generator",
            evidence: limited.sentence
          }
        ]),
    ...failureLimit(summary, summary.failures),
    ...databaseLimit(summary.database)
  ]
}

/** The load generator, where it limited half of the slices or more. */
export const sliceLimits = (slices: ReadonlyArray<MeasuredSlice>): ReadonlyArray<Limit> => {
  const limited = slices.filter(isLimitedSlice)
  if (limited.length === 0 || limited.length < minLimitedShare * slices.length) return []
  const byMachine = limited.filter((slice) => limitOf(slice) === "machine").length
  const isMachine = byMachine > limited.length / 2
  return [
    {
      kind: isMachine ? "machine" : "generator",
      what: isMachine ? "other programs on the machine of the load generator" : "load generator",
      evidence: `${capitalized(limitText(slices))}.`
    }
  ]
}

/** Throughput that falls with more users, beyond its noise, although the load generator was not the bottleneck. */
export const fallLimit = ({ answer }: Sweep): ReadonlyArray<Limit> => {
  if (answer._tag !== "Users" || answer.afterPeak?.differs !== true) return []
  const { change, from, to } = answer.afterPeak
  return change >= 0
    ? []
    : [
        {
          kind: "server",
          what: "server, which gets slower with more users",
          evidence: `From ${from} to ${to} users throughput fell by ${percent(-change)}.`
        }
      ]
}

/** The objectives that failed first above the highest rate. */
export const objectiveLimit = ({ brokeFirst, lowestBroken }: Capacity): ReadonlyArray<Limit> =>
  lowestBroken === null
    ? []
    : [
        {
          kind: "objectives",
          what: "objectives",
          evidence: `At ${rateText(lowestBroken)}: ${brokeFirst.join("; ")}.`
        }
      ]
