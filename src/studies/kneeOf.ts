/** The rule of `stress`: which step of a load that is doubled is the knee. */
import { rounded } from "../metrics/rounded.ts"
import type { MedianAndRange } from "../result/MeasuredSlice.ts"
import { asPrinted } from "../result/numberFormat.ts"
import type { Broke, Change, Knee, Raised, StressStep } from "../result/Stress.ts"
import { rangesDiffer } from "./slices.ts"

/** Throughput that grows by less, with twice the load, has flattened. @see api-facts section 7, R5 */
export const minGrowth = 0.1

/** Throughput of the open model that stays further behind its rate does not follow it any more. */
export const minFollowed = 0.9

/** Latency that grows by more, while throughput has flattened, is that of a queue. */
export const maxLatencyGrowth = 0.5

/** A step with a larger share of unserved requests has broken. */
export const maxUnserved = 0.01

/** What the rule needs of a step. */
export interface StressLevel {
  /** Users, or iterations per second; twice that of the level before, or less at the maximum. */
  readonly load: number
  /** Operations or rows per second, of its slices. */
  readonly rate: MedianAndRange
  /** The number of slices behind it. */
  readonly slices: number
  /** Latencies of succeeded requests in milliseconds; `null` without any. */
  readonly p50: number | null
  readonly p95: number | null
  /** Share of requests that failed and of iterations that were not started, 0 to 1. */
  readonly unserved: number
  /** The load generator or its machine was the bottleneck. */
  readonly limited: boolean
  /** A transaction of the database held others up in half of its slices or more. @see isHeldUp */
  readonly locked: boolean
}

const growth = (from: number | null, to: number | null): number | null =>
  from === null || to === null || from <= 0 ? null : rounded(asPrinted(to) / asPrinted(from) - 1, 4)

const changeOf = (from: StressLevel, to: StressLevel): Change => ({
  throughput: growth(from.rate.median, to.rate.median) ?? 0,
  p50: growth(from.p50, to.p50),
  p95: growth(from.p95, to.p95),
  differs: from.slices < 2 || to.slices < 2 ? null : rangesDiffer(from.rate, to.rate)
})

/** Without a known noise, only a fall by a tenth is one. */
const fell = ({ differs, throughput }: Change): boolean =>
  differs === null ? throughput <= -minGrowth : differs && throughput < 0

/**
 * The growth of throughput below which it has flattened. Users wait, so with twice as many of them it may grow by less;
 * a rate is to be followed.
 *
 * @example of twice the users 0.1, of twice the rate 0.8
 */
const neededGrowth = (raised: Raised, from: StressLevel, to: StressLevel): number =>
  raised === "users" ? minGrowth : minFollowed * (to.load / from.load) - 1

const brokeOf = ({ unserved }: StressLevel, change: Change | null, needed: number): ReadonlyArray<Broke> => {
  const failures: ReadonlyArray<Broke> = unserved > maxUnserved ? ["failures"] : []
  if (change === null) return failures
  const latencyGrowth = Math.max(change.p50 ?? 0, change.p95 ?? 0)
  if (fell(change) && latencyGrowth > 0) return [...failures, "falls"]
  return change.throughput < needed && latencyGrowth > maxLatencyGrowth ? [...failures, "flattens"] : failures
}

export interface JudgedLevel extends Pick<StressStep, "broke" | "change" | "outcome"> {
  readonly load: number
}

/**
 * A level beside the one before it, which was good. A level in which the generator was the bottleneck, or a transaction of the
 * database held others up, is not judged, whatever its figures: they are not those of its load.
 *
 * @example 4 users: 619/s, p95 305 ms; 8 users: 500/s, p95 790 ms: broken, `falls`
 */
export const judgeLevel = (
  level: StressLevel,
  before: StressLevel | undefined,
  raised: Raised = "users"
): JudgedLevel => {
  const { load } = level
  const change = before === undefined ? null : changeOf(before, level)
  if (level.limited || level.locked)
    return { load, change, broke: [], outcome: level.limited ? "limited" : "locked" }
  const needed = before === undefined ? 0 : neededGrowth(raised, before, level)
  const broke = brokeOf(level, change, needed)
  return { load, change, broke, outcome: broke.length === 0 ? "good" : "broken" }
}

/** Whether the load need not be raised further. */
export const isEnd = ({ outcome }: Pick<JudgedLevel, "outcome">): boolean => outcome !== "good"

/**
 * The knee of levels with rising load, which end with the first one that is not good.
 *
 * @example levels of 1, 2, 4 and 8 users, of which the last is broken: { _tag: "Knee", good: 4, broken: 8, ... }
 */
export const kneeOf = (levels: ReadonlyArray<Pick<JudgedLevel, "broke" | "load" | "outcome">>): Knee => {
  const end = levels.findIndex(isEnd)
  const good = (end < 0 ? levels : levels.slice(0, end)).at(-1)?.load
  const last = levels[end]
  if (good === undefined) return { _tag: "None" }
  if (last === undefined) return { _tag: "NotReached", good }
  switch (last.outcome) {
    case "limited":
      return { _tag: "Limited", good, limited: last.load }
    case "locked":
      return { _tag: "Locked", good, locked: last.load }
    default:
      return { _tag: "Knee", good, broken: last.load, broke: last.broke }
  }
}

/**
 * The load of a soak: 70 % of the knee, rounded down, at least 1 and at most the knee.
 *
 * @see api-facts section 7, R4
 * @example soakLoad(16) // 11, soakLoad(1) // 1, soakLoad(0.5) // 0.5
 */
export const soakLoad = (knee: number): number => Math.min(knee, Math.max(1, Math.floor((7 * knee) / 10)))
