/** What limited a phase, with the figures that show it. A cause is named only if something was measured that shows it. */
import type { Capacity } from "../result/Capacity.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { caveatsOf } from "../result/caveats.ts"
import type { FailureEntry } from "../result/FailureEntry.ts"
import type { Figures } from "../result/Figures.ts"
import { isLimitedSlice, isMostlyLimited, limitOf, limitText } from "../result/limitText.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { figure, plural, rateText } from "../result/numberFormat.ts"
import type { Limit } from "../result/PlanReport.ts"
import { failureText } from "../result/sentences.ts"
import { type Broke, loadText, type Stress } from "../result/Stress.ts"
import type { Summary } from "../result/Summary.ts"
import type { Sweep } from "../result/Sweep.ts"
import { excerpt } from "../domain/excerpt.ts"
import { capitalized, listed } from "../domain/words.ts"
import { driftLimits } from "./driftLimits.ts"

/** @see api-facts section 7, R5: failures over 1 % show that a limit is reached */
const maxFailureShare = 0.01

/**
 * A wait event that sessions had in more than this share of the observations is named. With a lower share, most of the time
 * went elsewhere.
 */
const minWaitShare = 0.25

/** Fewer observations, of a short or nearly idle phase, show nothing. */
const minObservations = 20

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
  [/^Client:/, "server, for whose next statement its database waited"]
]

/** The wait that sessions had most often, if it explains much of their time. */
const waitLimit = (database: DatabaseActivity): ReadonlyArray<Limit> => {
  const seen = database.waits.reduce((sum, wait) => sum + wait.seen, 0)
  const [first] = database.waits
  const words = waitWords.find(([pattern]) => first !== undefined && pattern.test(first.event))?.[1]
  if (seen < minObservations || first === undefined || words === undefined) return []
  if (first.seen / seen < minWaitShare) return []
  const state = first.event === "running" ? "ran without a wait" : `waited for ${first.event}`
  return [
    {
      kind: "database",
      what: words,
      evidence: `Busy sessions of the database ${state} in ${percent(first.seen / seen)} of ${figure(seen)} observations.`
    }
  ]
}

/**
 * Sessions that held others up for at least two readings; locks that a load takes for milliseconds also show in consecutive
 * readings, so that one session has to have waited for a second.
 */
const minBlockedSeconds = 10
const minLongestWait = 1

/** Locks that held sessions up for long. Nothing is said where waits are hidden from the login. */
const lockLimit = ({ blocking }: DatabaseActivity): ReadonlyArray<Limit> => {
  const { longestSeconds, maxHidden, maxWaiting, pairs, sustainedSeconds } = blocking
  if (maxHidden > 0 || sustainedSeconds < minBlockedSeconds || longestSeconds < minLongestWait) return []
  const [pair] = pairs
  const example =
    pair === undefined
      ? ""
      : ` Most often "${excerpt(pair.blocked, 80)}" waited` +
        (pair.blocking === null ? "." : ` for "${excerpt(pair.blocking, 80)}".`)
  return [
    {
      kind: "locks",
      what: "locks that sessions of the database held",
      evidence:
        `Sessions waited for locks of others for ${figure(sustainedSeconds)} s without a break (database.blockedSeconds), ` +
        `up to ${plural(maxWaiting, "session")} at a time, one of them for ${figure(longestSeconds)} s.${example}`
    }
  ]
}

/** What the sessions of the database waited for. */
export const databaseLimits = (database: DatabaseActivity | null): ReadonlyArray<Limit> =>
  database === null ? [] : [...lockLimit(database), ...waitLimit(database)]

/** A server that uses a larger share of the cores of its machine has nearly no more. */
const minCoresShare = 0.9

/**
 * A watched process on the machine of the load generator that used nearly all of its cores. Of an exporter the machine is not
 * known; a process that used more cores than the load generator may use has more of them.
 */
export const processLimit = ({
  manifest,
  processes
}: Pick<Summary, "manifest" | "processes">): ReadonlyArray<Limit> => {
  const machine = manifest?.machine ?? null
  if (machine === null) return []
  return processes.flatMap(({ cores, label, maxProcesses }): ReadonlyArray<Limit> => {
    if (cores === null || maxProcesses === null || cores.max > 1.05 * machine.cores) return []
    return cores.mean < minCoresShare * machine.cores
      ? []
      : [
          {
            kind: "processors",
            what: `processors of its machine, which ${label} used`,
            evidence: `${label} used ${figure(cores.mean)} of ${plural(machine.cores, "core")}.`
          }
        ]
  })
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
    ...processLimit(summary),
    ...databaseLimits(summary.database),
    ...driftLimits(summary.drift, limited !== undefined)
  ]
}

/** The load generator, where it limited half of the slices or more. */
export const sliceLimits = (slices: ReadonlyArray<MeasuredSlice>): ReadonlyArray<Limit> => {
  if (!isMostlyLimited(slices)) return []
  const limited = slices.filter(isLimitedSlice)
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

/** @example changeText("p95", 0.8) // "p95 grew by 80 %" */
const changeText = (what: string, change: number): string =>
  change === 0
    ? `${what} stayed the same`
    : `${what} ${change > 0 ? "grew" : "fell"} by ${percent(Math.abs(change))}`

const brokenLimits: Readonly<Record<Broke, Pick<Limit, "kind" | "what">>> = {
  failures: { kind: "failures", what: "failed requests" },
  falls: { kind: "server", what: "server, which gets slower with more load" },
  flattens: { kind: "server", what: "server, whose throughput no longer grows with its load" }
}

/** What the step beyond the knee did, although the load generator was not the bottleneck. */
export const kneeLimits = ({ raised, steps }: Pick<Stress, "raised" | "steps">): ReadonlyArray<Limit> => {
  const index = steps.findIndex(({ outcome }) => outcome === "broken")
  const [before, step] = [steps[index - 1], steps[index]]
  if (step === undefined) return []
  const { broke, change, unserved } = step
  const load = loadText(raised, step.load)
  return broke.map((each) => {
    const limit = brokenLimits[each]
    if (each === "failures" || before === undefined || change === null)
      return {
        ...limit,
        evidence: `With ${load} ${percent(unserved)} of the requests failed or were not started.`
      }
    const latencies = (["p50", "p95"] as const).flatMap((name) => {
      const share = change[name]
      return share === null ? [] : [changeText(name, share)]
    })
    const changes = listed([changeText("throughput", change.throughput), ...latencies])
    return { ...limit, evidence: `From ${loadText(raised, before.load)} to ${load} ${changes}.` }
  })
}
