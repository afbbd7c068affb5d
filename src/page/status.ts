/** How a run stands, in words. */
import type { RunState } from "../result/Summary.ts"
import { endings, runFailure } from "../result/verdict.ts"
import { clock } from "../result/numberFormat.ts"
import type { Watched } from "./Watched.ts"

export type Tone = "good" | "bad" | "plain"

export interface Status {
  /** One or two words. */
  readonly short: string
  /** A sentence, where there is more to say. */
  readonly long: string
  readonly tone: Tone
}

/** A run that ended as planned is good only when not more failed than was allowed. */
export const statusOf = ({
  endedBy,
  ...run
}: Pick<RunState, "endedBy" | "maxFailRatio" | "refused" | "requests">): Status => {
  if (endedBy === null) return { short: "under way", long: "", tone: "plain" }
  const { long, planned, short } = endings[endedBy]
  const notGood = runFailure({ ...run, endedBy })
  return notGood === undefined
    ? { short, long, tone: "good" }
    : { short: planned ? "failed" : short, long: notGood.sentence, tone: "bad" }
}

/** What a screen reader is told when it changes, and everybody sees while it is not as usual. */
export const connectionNote = ({ connection, problem, run }: Watched): string => {
  if (problem !== undefined) return problem
  switch (connection) {
    case "connecting":
      return "Connecting to the run."
    case "lost":
      return run === undefined
        ? "No connection to the run, trying again."
        : "Connection lost, trying again. What you see is what was heard until then."
    case "open":
      return ""
    case "closed":
      return run === undefined ? "" : statusOf(run).long
  }
}

/** Seconds that a run still has; `undefined` when nobody knows, or when it has none. */
export const secondsLeft = ({ elapsedSeconds, endedBy, plannedSeconds }: RunState): number | undefined =>
  endedBy !== null || plannedSeconds === null ? undefined : Math.max(0, plannedSeconds - elapsedSeconds)

/** @example timeLeft(...) // "1:15", "–" when nobody knows */
export const timeLeft = (run: RunState): string | undefined => {
  const seconds = secondsLeft(run)
  return seconds === undefined ? undefined : clock(Math.ceil(seconds))
}
