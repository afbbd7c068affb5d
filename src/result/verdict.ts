/** Whether a run came to a good end, and if not why: for the exit code, for people, and for files that others decide by. */
import type { EndedBy } from "../domain/LoadResult.ts"
import { failureRatio } from "./Figures.ts"
import { refusedText } from "./RefusedStart.ts"
import type { RunState, Summary } from "./Summary.ts"
import { exact } from "./thresholds.ts"

/** How an end is told. */
export interface Ending {
  /** One or two words. */
  readonly short: string
  /** A sentence. */
  readonly long: string
  /** The run went as far as it was to go. */
  readonly planned: boolean
}

export const endings: Readonly<Record<EndedBy, Ending>> = {
  runTime: { short: "ended", long: "The run has ended as planned: its time was over.", planned: true },
  passes: {
    short: "ended",
    long: "The run has ended as planned: every user made its pass.",
    planned: true
  },
  failureRatio: {
    short: "stopped",
    long: "The run was stopped, because more requests failed than --maxFailRatio allows.",
    planned: false
  },
  refused: {
    short: "refused",
    long: "The run was stopped, because a scenario was refused from the start.",
    planned: false
  },
  threshold: {
    short: "stopped",
    long: "The run was ended by --abortOnThreshold, because a threshold was not kept.",
    planned: false
  },
  interrupt: {
    short: "interrupted",
    long: "The run was interrupted; everything until then is counted.",
    planned: false
  },
  defect: {
    short: "defect",
    long: "The run was ended by a defect of this program; the exceptions file has its trace.",
    planned: false
  }
}

/** What was wrong with a run as a whole. */
export interface NotGood {
  /** What ended it early; `failureRatio` also when too many requests failed, but too few were made to stop it. */
  readonly by: EndedBy
  readonly sentence: string
}

type FinishedRun = Pick<RunState, "maxFailRatio" | "refused" | "requests"> & Pick<Summary, "endedBy">

/** Nothing when it ended as it was to end. Thresholds are told apart. */
export const whyNotGood = ({
  endedBy,
  maxFailRatio,
  refused,
  requests
}: FinishedRun): NotGood | undefined => {
  const { long, planned } = endings[endedBy]
  if (refused !== null) return { by: endedBy, sentence: refusedText(refused) }
  if (!planned) return { by: endedBy, sentence: long }
  const ratio = failureRatio(requests)
  if (ratio === null || ratio <= maxFailRatio) return undefined
  const sentence = `${exact(100 * ratio)} % of the requests failed, and --maxFailRatio allows ${exact(100 * maxFailRatio)} %.`
  return { by: "failureRatio", sentence }
}

/** It ended well, and every threshold was kept. */
export const passed = (summary: Summary): boolean =>
  whyNotGood(summary) === undefined && summary.thresholds.every(({ passed }) => passed)
