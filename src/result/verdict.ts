/** Whether a run passed, and the reason if it did not: for the exit code, the reports and the result files. */
import type { EndedBy } from "../domain/LoadResult.ts"
import { findingsFailure } from "./Findings.ts"
import { failureRatio } from "./Figures.ts"
import { refusedText } from "./RefusedStart.ts"
import type { RunState, Summary } from "./Summary.ts"
import { exact } from "./thresholds.ts"

/** How reports describe the end of a run. */
export interface Ending {
  /** One or two words. */
  readonly short: string
  /** A sentence. */
  readonly long: string
  /** The run was not cut short. */
  readonly planned: boolean
}

/** @param how ` (signal SIGKILL)`, if it is known */
const exitedText = (how = ""): string =>
  `The run was ended because its local DMS exited${how}; the figures cover everything up to then.`

export const endings: Readonly<Record<EndedBy, Ending>> = {
  runTime: { short: "ended", long: "The run ended as planned, after its run time.", planned: true },
  passes: {
    short: "ended",
    long: "The run ended as planned: every user completed its pass.",
    planned: true
  },
  recordCount: {
    short: "ended",
    long: "The run ended as planned: every record had a verdict of the server.",
    planned: true
  },
  failureRatio: {
    short: "stopped",
    long: "The run was stopped because more requests failed than --maxFailRatio allows.",
    planned: false
  },
  refused: {
    short: "refused",
    long: "The run was stopped because a scenario was refused from the start.",
    planned: false
  },
  threshold: {
    short: "stopped",
    long: "The run was stopped by --abortOnThreshold because a threshold was not kept.",
    planned: false
  },
  localDmsExited: {
    short: "stopped",
    long: exitedText(),
    planned: false
  },
  agentLost: {
    short: "stopped",
    long: "The run was ended because an agent was lost; the figures cover everything that its reports and those of the others had counted.",
    planned: false
  },
  interrupt: {
    short: "interrupted",
    long: "The run was interrupted; the report covers everything up to then.",
    planned: false
  },
  defect: {
    short: "defect",
    long: "The run was ended by a defect of this program; the exceptions file contains the stack trace.",
    planned: false
  }
}

/** The reason why a run failed, apart from its thresholds. */
export interface RunFailure {
  /** The end of the run; `failureRatio` also if the share of failures was exceeded in a run too short to be stopped for it. */
  readonly by: EndedBy
  readonly sentence: string
}

type FinishedRun = Pick<RunState, "localDmsExit" | "maxFailRatio" | "refused" | "requests"> &
  Partial<Pick<RunState, "warmUp">> &
  Pick<Summary, "endedBy">

/** `undefined` when the run ended as planned with few enough failures. Thresholds are not considered. */
export const runFailure = ({
  endedBy,
  localDmsExit,
  maxFailRatio,
  refused,
  requests,
  warmUp
}: FinishedRun): RunFailure | undefined => {
  const { long, planned } = endings[endedBy]
  if (refused !== null) return { by: endedBy, sentence: refusedText(refused) }
  if (!planned) {
    const sentence = localDmsExit === null ? long : exitedText(` (${localDmsExit})`)
    return {
      by: endedBy,
      sentence: warmUp?.cutShort === true ? `${sentence} It ended in its warm-up.` : sentence
    }
  }
  const ratio = failureRatio(requests)
  if (ratio === null || ratio <= maxFailRatio) return undefined
  const sentence = `${exact(100 * ratio)} % of the requests failed; --maxFailRatio allows ${exact(100 * maxFailRatio)} %.`
  return { by: "failureRatio", sentence }
}

/**
 * Why `--failOnLimited` fails a run; `undefined` without it, and if the generator was not the bottleneck, was not
 * observed, or the run was too short to tell.
 */
export const limitedFailure = ({
  failOnLimited,
  generator
}: Pick<RunState, "failOnLimited" | "generator">): string | undefined => {
  if (!failOnLimited || generator?.limited !== true) return undefined
  return generator.limitedBy === "machine"
    ? "The run failed because other programs left the load generator too few processors (--failOnLimited)."
    : "The run failed because the load generator was the bottleneck (--failOnLimited)."
}

/** The run did not fail, and every threshold was kept. */
export const passed = (summary: Summary): boolean =>
  runFailure(summary) === undefined &&
  limitedFailure(summary) === undefined &&
  findingsFailure(summary) === undefined &&
  summary.thresholds.every(({ passed }) => passed)
