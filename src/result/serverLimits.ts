/** What limits a server, and the figures that show it: the rules of runs, studies and plans. A cause is named only if it was measured. */
import { excerpt } from "../domain/excerpt.ts"
import { capitalized, listed } from "../domain/words.ts"
import { type CoresUsed, coresOfSlices, type ProcessCores } from "./coresUsed.ts"
import type { DatabaseActivity } from "./DatabaseActivity.ts"
import type { Blocking } from "./DatabaseLocks.ts"
import { addActivities } from "./databaseSums.ts"
import { isHeldUp } from "./heldUp.ts"
import type { Limit } from "./Limit.ts"
import { isLimitedSlice, isMostlyLimited, limitOf, limitText } from "./limitText.ts"
import type { MeasuredSlice } from "./MeasuredSlice.ts"
import { figure, percentOf, plural } from "./numberFormat.ts"

/**
 * A wait event that sessions had in more than this share of the observations is named. With a lower share, most of the time
 * went elsewhere.
 */
const minWaitShare = 0.25

/** Fewer observations, of a short or nearly idle phase, show nothing. */
const minObservations = 20

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
      evidence: `Busy sessions of the database ${state} in ${percentOf(first.seen / seen)} of ${figure(seen)} observations.`
    }
  ]
}

/**
 * Sessions that held others up for at least two readings; locks that a load takes for milliseconds also show in consecutive
 * readings, so that one session has to have waited for a second.
 */
const minBlockedSeconds = 10
const minLongestWait = 1

/** Whether locks held sessions up for long. Nothing is said where waits are hidden from the login. */
const isLong = ({ longestSeconds, maxHidden, sustainedSeconds }: Blocking): boolean =>
  maxHidden === 0 && sustainedSeconds >= minBlockedSeconds && longestSeconds >= minLongestWait

const holdText = ({ longestHold }: Blocking): string =>
  longestHold === null || longestHold.seconds === 0
    ? ""
    : ` One transaction (${longestHold.state}, last statement "${excerpt(longestHold.statement, 80)}") held others up for at least ` +
      `${figure(longestHold.seconds)} s.`

const lockLimit = (blocking: Blocking): ReadonlyArray<Limit> => {
  const { longestSeconds, maxWaiting, pairs, sustainedSeconds } = blocking
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
        `up to ${plural(maxWaiting, "session")} at a time, one of them for ${figure(longestSeconds)} s.${holdText(blocking)}${example}`
    }
  ]
}

/** What the sessions of the database waited for. */
export const databaseLimits = (database: DatabaseActivity | null): ReadonlyArray<Limit> =>
  database === null
    ? []
    : [...(isLong(database.blocking) ? lockLimit(database.blocking) : []), ...waitLimit(database)]

const otherPrograms = "other programs on the machine of the load generator"

/** The load generator, limited by its own work, or by other programs on its machine. */
export const generatorLimit = (isMachine: boolean, evidence: string): Limit => ({
  kind: isMachine ? "machine" : "generator",
  what: isMachine ? otherPrograms : "load generator",
  evidence
})

/** The load generator, where it limited half of the slices or more. */
export const sliceLimits = (slices: ReadonlyArray<MeasuredSlice>): ReadonlyArray<Limit> => {
  if (!isMostlyLimited(slices)) return []
  const limited = slices.filter(isLimitedSlice)
  const byMachine = limited.filter((slice) => limitOf(slice) === "machine").length
  return [generatorLimit(byMachine > limited.length / 2, `${capitalized(limitText(slices))}.`)]
}

/** Who uses a larger share of what it may use has nearly no more. */
const minCoresShare = 0.9

/** More than what is known to be available shows that there is more. */
const maxCoresShare = 1.05

const isFull = (cores: number | null, processors: number | null): cores is number =>
  cores !== null &&
  processors !== null &&
  cores >= minCoresShare * processors &&
  cores <= maxCoresShare * processors

/** A process at its processors, or a thread of it that never waits. */
const processLimit = ({ busiestThread, cores, label, processors }: ProcessCores): ReadonlyArray<Limit> => {
  if (processors !== null && isFull(cores, processors)) {
    return [
      {
        kind: "processors",
        what: `processors that ${label} may use`,
        evidence: `${label} used ${figure(cores)} of ${plural(processors, "processor")}.`
      }
    ]
  }
  return isFull(busiestThread, 1)
    ? [
        {
          kind: "processors",
          what: `busiest thread of ${label}`,
          evidence:
            `One thread of ${label} used ${figure(busiestThread)} of a processor` +
            `${cores === null ? "" : `, all of them together ${figure(cores)}`}.`
        }
      ]
    : []
}

/** A watched process that uses less of the machine does not take part in filling it. */
const minShareOfMachine = 0.1

/**
 * The machine of the load generator, if all of its processors are used: by server and load generator, or else by other
 * programs. Nothing is said if no watched process takes part in it.
 */
const machineLimit = ({ generator, others, processes }: CoresUsed): ReadonlyArray<Limit> => {
  if (others === null || generator === null) return []
  const { processors } = others
  const here = processes.flatMap(({ cores, isHere, label }) =>
    isHere && cores !== null && cores >= minShareOfMachine * processors ? [{ label, cores }] : []
  )
  const used = Math.min(generator + others.cores, processors)
  if (here.length === 0 || used < minCoresShare * processors) return []
  const known = [{ label: "the load generator", cores: generator }, ...here]
  const rest = Math.max(0, used - known.reduce((sum, { cores }) => sum + cores, 0))
  const users = [...known, { label: "other programs", cores: rest }].toSorted((a, b) => b.cores - a.cores)
  const isShared = rest < used / 2
  return [
    {
      kind: isShared ? "processors" : "machine",
      what: isShared
        ? "processors of the machine that the server and the load generator share"
        : otherPrograms,
      evidence:
        `${figure(used)} of ${plural(processors, "processor")} were used: ` +
        `${listed(users.map(({ cores, label }) => `${figure(cores)} by ${label}`))}.`
    }
  ]
}

/**
 * The processors that watched processes used up. Other programs on the machine are named once: not here if they already limited
 * the load generator.
 *
 * @param generator what limited the load generator; empty if it was not the bottleneck
 */
export const processorLimits = (
  used: CoresUsed,
  generator: ReadonlyArray<Limit> = []
): ReadonlyArray<Limit> => [
  ...used.processes.flatMap(processLimit),
  ...machineLimit(used).filter(({ kind }) => kind !== "machine" || generator.length === 0)
]

/**
 * What limited the slices of one load: the load generator or other programs, processors, and what the database waited for. If
 * the load generator was the bottleneck by its own work, nothing is said about the server.
 *
 * @param slices of the load that the server did not take
 * @param all slices of the study: locks that held sessions up for long are named wherever they were, shorter ones where they
 *   held up a slice of this load
 */
export const loadLimits = (
  slices: ReadonlyArray<MeasuredSlice>,
  all: ReadonlyArray<MeasuredSlice> = slices
): ReadonlyArray<Limit> => {
  const generator = sliceLimits(slices)
  if (generator.some(({ kind }) => kind === "generator")) return generator
  const activityOf = (of: ReadonlyArray<MeasuredSlice>) => addActivities(of.map(({ database }) => database))
  const [database, whole] = [activityOf(slices), activityOf(all)]
  const held = activityOf(slices.filter((slice) => isHeldUp(slice, null)))
  const locks = whole !== null && isLong(whole.blocking) ? whole.blocking : held?.blocking
  return [
    ...generator,
    ...processorLimits(coresOfSlices(slices), generator),
    ...(locks === undefined ? [] : lockLimit(locks)),
    ...(database === null ? [] : waitLimit(database))
  ]
}
