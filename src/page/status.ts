/** The status of a run as text. */
import { findingsFailure } from "../result/Findings.ts"
import type { RunState } from "../result/Summary.ts"
import { endings, limitedFailure, runFailure } from "../result/verdict.ts"
import { isWarmingUp } from "../result/WarmUp.ts"
import { clock } from "../result/numberFormat.ts"
import type { LiveRun } from "./LiveRun.ts"

export type Tone = "good" | "bad" | "plain"

export interface Status {
  /** One or two words. */
  readonly short: string
  /** A sentence; empty while the run is in progress. */
  readonly long: string
  readonly tone: Tone
}

/** A run that ended as planned is bad when more requests failed than --maxFailRatio allows. */
export const statusOf = ({
  endedBy,
  ...run
}: Pick<
  RunState,
  "endedBy" | "failOnLimited" | "generator" | "localDmsExit" | "maxFailRatio" | "refused" | "requests"
> &
  Partial<Pick<RunState, "changeQuery" | "pipeclean" | "warmUp">>): Status => {
  if (endedBy === null) {
    return { short: isWarmingUp({ endedBy, ...run }) ? "warming up" : "running", long: "", tone: "plain" }
  }
  const { long, planned, short } = endings[endedBy]
  const failure = runFailure({ ...run, endedBy })?.sentence ?? limitedFailure(run) ?? findingsFailure(run)
  return failure === undefined
    ? { short, long, tone: "good" }
    : { short: planned ? "failed" : short, long: failure, tone: "bad" }
}

/** The note for the live region of the page; empty while everything works. */
export const connectionNote = ({ connection, problem, run }: LiveRun): string => {
  if (problem !== undefined) return problem
  switch (connection) {
    case "connecting":
      return "Connecting to the run."
    case "lost":
      return run === undefined
        ? "No connection to the run, retrying."
        : "Connection lost, retrying. The figures are those from before."
    case "open":
      return ""
    case "closed":
      return run === undefined ? "" : statusOf(run).long
  }
}

/** The seconds left of a run; `undefined` when it has ended or has no planned duration. */
export const secondsLeft = ({ elapsedSeconds, endedBy, plannedSeconds }: RunState): number | undefined =>
  endedBy !== null || plannedSeconds === null ? undefined : Math.max(0, plannedSeconds - elapsedSeconds)

/** @example timeLeft(...) // "1:15" */
export const timeLeft = (run: RunState): string | undefined => {
  const seconds = secondsLeft(run)
  return seconds === undefined ? undefined : clock(Math.ceil(seconds))
}
