/** The state of a live page and its transitions on the events of the server. Runs without a browser. */
import type { RunState, Summary } from "../result/Summary.ts"
import type { Span } from "./chartSpecs.ts"

/** `lost`: reconnecting; `closed`: the run has ended, or the page and the server do not match. */
export type Connection = "connecting" | "open" | "lost" | "closed"

export interface LiveRun {
  readonly connection: Connection
  /** The last known state; `undefined` before the first second. */
  readonly run: RunState | undefined
  /** Why updates stopped; the last state stays. */
  readonly problem: string | undefined
}

export const connecting: LiveRun = { connection: "connecting", run: undefined, problem: undefined }

/** Tolerance for rounded times: the server sends six decimals, and start times are differences. */
const sameTimeSeconds = 0.001

const sameTime = (a: number, b: number): boolean => Math.abs(a - b) < sameTimeSeconds

const startOf = ({ elapsedSeconds, seconds }: Span): number => elapsedSeconds - seconds

/**
 * A timeline with the point appended, or replacing the last one: in long runs a point grows for several seconds.
 *
 * @returns `undefined` when there is a gap after the last point, so that points were missed
 */
export const withPoint = <P extends Span>(
  timeline: ReadonlyArray<P>,
  point: P | undefined
): ReadonlyArray<P> | undefined => {
  if (point === undefined) return timeline
  const last = timeline.at(-1)
  if (last !== undefined && sameTime(startOf(point), startOf(last))) {
    return [...timeline.slice(0, -1), point]
  }
  return sameTime(startOf(point), last?.elapsedSeconds ?? 0) ? [...timeline, point] : undefined
}

/** The timelines of the processes with their newest points; `undefined` where one was missed. */
const withProcesses = (
  before: RunState["processes"],
  newest: RunState["processes"]
): RunState["processes"] | undefined => {
  const grown = newest.flatMap((one, i) => {
    const timeline = before[i]?.timeline ?? []
    const [point] = one.timeline
    // In a warm-up the first point begins before 0.
    const points = timeline.length === 0 ? one.timeline : withPoint(timeline, point)
    return points === undefined ? [] : [{ ...one, timeline: points }]
  })
  return grown.length === newest.length ? grown : undefined
}

/** After a complete state. */
export const afterState = (run: RunState): LiveRun => ({ connection: "open", run, problem: undefined })

/**
 * After one more second.
 *
 * @param second a state whose timelines hold only their last point
 * @returns `undefined` when seconds were missed: then the page has to request the complete state
 */
export const afterSecond = ({ run }: LiveRun, second: RunState): LiveRun | undefined => {
  if (run === undefined) return undefined
  const timeline = withPoint(run.timeline, second.timeline[0])
  const readings = withPoint(run.database?.timeline ?? [], second.database?.timeline[0])
  const before = withPoint(run.warmUp?.timeline ?? [], second.warmUp?.timeline[0])
  const processes = withProcesses(run.processes, second.processes)
  if (timeline === undefined || readings === undefined || before === undefined || processes === undefined) {
    return undefined
  }
  const database = second.database && { ...second.database, timeline: readings }
  const warmUp = second.warmUp && { ...second.warmUp, timeline: before }
  return afterState({ ...second, timeline, database, processes, warmUp })
}

/** After the end, with the final summary. */
export const afterEnd = (summary: Summary): LiveRun => ({
  connection: "closed",
  run: summary,
  problem: undefined
})

/** After a lost connection; the last state stays. */
export const afterLoss = (before: LiveRun): LiveRun => ({ ...before, connection: "lost" })

/** After a message that does not decode. */
export const afterProblem = (before: LiveRun, problem: string): LiveRun => ({
  ...before,
  connection: "closed",
  problem
})
