/** What a live page knows of its run, and how it changes with what the server sends. No browser is needed here. */
import type { RunState, Summary } from "../result/Summary.ts"
import type { Part } from "./chartSpecs.ts"

/** `lost`: it is being tried again; `closed`: the run has ended, or the page does not fit the server. */
export type Connection = "connecting" | "open" | "lost" | "closed"

export interface Watched {
  readonly connection: Connection
  /** The last that was heard of the run; `undefined` before the first second. */
  readonly run: RunState | undefined
  /** Why the page cannot go on; it keeps what it has. */
  readonly problem: string | undefined
}

export const notYet: Watched = { connection: "connecting", run: undefined, problem: undefined }

/** The server's times have six digits, and those of neighbours are subtracted. */
const sameTimeSeconds = 0.001

const sameTime = (a: number, b: number): boolean => Math.abs(a - b) < sameTimeSeconds

const startOf = ({ elapsedSeconds, seconds }: Part): number => elapsedSeconds - seconds

/**
 * A timeline with one more point, or with its last one made anew: in long runs a point goes on to grow.
 *
 * @returns `undefined` when the point does not join on to the last one, so that some were missed
 */
export const withPoint = <P extends Part>(
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

/** After the whole state. */
export const afterState = (run: RunState): Watched => ({ connection: "open", run, problem: undefined })

/**
 * After one more second.
 *
 * @param second a run whose timelines have only their last points
 * @returns `undefined` when seconds were missed: then the whole state has to be asked for
 */
export const afterSecond = ({ run }: Watched, second: RunState): Watched | undefined => {
  if (run === undefined) return undefined
  const timeline = withPoint(run.timeline, second.timeline[0])
  const readings = withPoint(run.database?.timeline ?? [], second.database?.timeline[0])
  if (timeline === undefined || readings === undefined) return undefined
  const database = second.database && { ...second.database, timeline: readings }
  return afterState({ ...second, timeline, database })
}

/** After the end, with everything that was measured. */
export const afterEnd = (summary: Summary): Watched => ({
  connection: "closed",
  run: summary,
  problem: undefined
})

/** After the connection broke: what was heard is kept. */
export const afterLoss = (before: Watched): Watched => ({ ...before, connection: "lost" })

/** After a message that cannot be read. */
export const afterProblem = (before: Watched, problem: string): Watched => ({
  ...before,
  connection: "closed",
  problem
})
