/** Whether the load generator was the bottleneck of a run, what limited it, and the remedy. */
import type { ProcessHealth } from "./GeneratorHealth.ts"
import { generatorLimits, type LimitedBy, type LimitedTime, maxWaitedShare } from "./generatorLimits.ts"
import { otherCores, othersText } from "./OtherPrograms.ts"

/** A run with a larger share of limited time is limited. */
const maxLimitedShare = 0.1

/**
 * Tolerated limited time in a run of less than half a minute, up to half of its length: code is compiled and connections
 * are opened.
 */
export const warmUpSeconds = 3

/**
 * The tolerated limited time of a run.
 *
 * @param warmed whether a warm-up preceded the run, which was not observed; then a tenth, however short the run is
 * @example 60 s: 6 s; 15 s: 3 s, warmed 1.5 s; 5 s: 2.5 s, warmed 0.5 s
 */
export const maxLimitedSeconds = (observedSeconds: number, warmed = false): number => {
  const tenth = maxLimitedShare * observedSeconds
  return warmed ? tenth : Math.max(tenth, Math.min(warmUpSeconds, observedSeconds / 2))
}

/** A shorter load allows no verdict: without a warm-up most of it is the start of the generator itself. */
const minObservedSeconds = { cold: 5, warmed: 2 } as const

/** The seconds of a run of 5 s may add up to a little less. */
const clockSeconds = 0.05

/** Whether a load is too short for a verdict on the generator: less than 5 s, after a warm-up less than 2 s. */
export const isTooShort = (observedSeconds: number, warmed = false): boolean =>
  observedSeconds + clockSeconds < minObservedSeconds[warmed ? "warmed" : "cold"]

/** The generator in the seconds that have ended. */
export interface ObservedGenerator {
  /** All seconds together. */
  readonly total: ProcessHealth
  readonly limited: LimitedTime
}

/** @example partOf(11.4, 60) // "in 11 of 60 s (19 %)" */
const partOf = (seconds: number, of: number): string => {
  const percent = (100 * seconds) / of
  return `in ${seconds.toFixed(of < 20 ? 1 : 0)} of ${of.toFixed(of < 20 ? 1 : 0)} s (${percent.toFixed(percent < 10 ? 1 : 0)} %)`
}

/** The limits that it exceeded. One that was exceeded for less than a tenth of the limited time is left out. */
const limitReasons = (time: LimitedTime): ReadonlyArray<string> => {
  const { busySeconds, delayedSeconds, limitedSeconds, observedSeconds, waitedSeconds } = time
  const { busyShare, loopDelayP99Millis } = generatorLimits
  const reasons = [
    { seconds: busySeconds, reason: `its event loop was more than ${100 * busyShare} % busy` },
    { seconds: delayedSeconds, reason: `its event loop was more than ${loopDelayP99Millis} ms late (p99)` },
    {
      seconds: waitedSeconds,
      reason: `it waited for a processor more than ${100 * maxWaitedShare} % of the time`
    }
  ]
  return reasons
    .filter(({ seconds }) => seconds >= limitedSeconds / 10)
    .map(({ reason, seconds }) => `${partOf(seconds, observedSeconds)} ${reason}`)
}

const othersReason = (total: ProcessHealth): string => {
  const others = otherCores(total)
  return `other programs had the processors${others === null ? "" : `: ${othersText(others)}`}`
}

/**
 * What limited a generator that was limited. Its own work, if that alone would have limited it, whatever others did; else
 * the one with more seconds.
 *
 * @returns `null` where the system does not report it
 * @example 60 s, 40 of them limited by others, 4 by its own work: "machine"; 7 by its own work: "generator"
 */
const limitedByOf = (
  { limitedSeconds, machineSeconds, observedSeconds, ownSeconds }: LimitedTime,
  warmed: boolean
): LimitedBy | null => {
  if (ownSeconds > maxLimitedSeconds(observedSeconds, warmed)) return "generator"
  if (ownSeconds + machineSeconds < limitedSeconds / 2) return null
  return machineSeconds > ownSeconds ? "machine" : "generator"
}

/** The verdict on the load generator of a run. */
export interface GeneratorVerdict {
  /** Too short to tell; it is then not limited. */
  readonly tooShort: boolean
  readonly limited: boolean
  /** `null` if it was not limited, and where the system does not report it. */
  readonly limitedBy: LimitedBy | null
  /** Empty if it was not limited; the first one tells what limited it. */
  readonly reasons: ReadonlyArray<string>
}

/**
 * Judges the generator by the time in which it exceeded a limit, and by who had the processors then.
 *
 * @param warmed whether a warm-up preceded the load, which was not observed
 * @example 60 s, 30 of them busy with its own work: { limitedBy: "generator", reasons: ["in 30 of 60 s (50 %) its event loop was more than 90 % busy"], ... }
 */
export const judgeGenerator = (
  { limited: time, total }: ObservedGenerator,
  warmed = false
): GeneratorVerdict => {
  const { limitedSeconds, observedSeconds } = time
  const tooShort = isTooShort(observedSeconds, warmed)
  if (tooShort || limitedSeconds <= maxLimitedSeconds(observedSeconds, warmed))
    return { tooShort, limited: false, limitedBy: null, reasons: [] }
  const limitedBy = limitedByOf(time, warmed)
  const others = limitedBy === "machine" ? [othersReason(total)] : []
  return { tooShort, limited: true, limitedBy, reasons: [...others, ...limitReasons(time)] }
}

/** The suspensions of a load of any length, as a reason; empty without one. */
export const suspensionReasons = ({
  suspensions
}: Pick<ProcessHealth, "suspensions">): ReadonlyArray<string> =>
  suspensions.count === 0 ? [] : [`it was suspended for ${(suspensions.totalMicros / 1e6).toFixed(1)} s`]

const adviceOfProcess = "Use more --workers, fewer users or a faster machine."

/** The database, if it can be seen that it is on this machine. */
const isDatabase = ({ name }: { readonly name: string }): boolean => name === "postgres"

/**
 * The remedy for a generator that was limited.
 *
 * @param isLocal whether the address of the DMS is on this machine
 * @param ownAdvice the remedy if its own work limited it
 */
export const limitAdvice = (
  { limited: time, total }: ObservedGenerator,
  limitedBy: LimitedBy | null,
  isLocal: boolean,
  ownAdvice: string = adviceOfProcess
): string => {
  if (limitedBy === null) return `${ownAdvice} If other programs used the processors, stop them.`
  if (limitedBy === "generator") {
    const lackedProcessors = time.waitedSeconds >= time.limitedSeconds / 2
    return lackedProcessors
      ? "It had too few processors: use more processors or fewer --workers, or raise the quota of its container."
      : ownAdvice
  }
  if (!isLocal)
    return "This is a limit of the machine, not of the tool: stop other programs, or use more processors."
  const server = otherCores(total)?.busiest.some(isDatabase) ? "Server, database" : "Server"
  return `${server} and generator share the machine: this is a limit of the machine, not of the tool. Use more processors, or another machine for the generator.`
}
