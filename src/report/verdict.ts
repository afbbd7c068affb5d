/** Whether a run came to a good end, and if not why: for the exit code, and for files that others decide by. */
import type { Summary } from "./Summary.ts"
import { endings } from "./text.ts"
import { exact } from "./thresholds.ts"

/** What was wrong with the run as a whole; nothing when it ended as it was to end. Thresholds are told apart. */
export const whyNotGood = ({ config, endedBy, requests }: Summary): string | undefined => {
  const ended = endings[endedBy]
  if (ended !== undefined) return ended
  const most = config["maxFailRatio"]
  const ratio = requests.total === 0 ? 0 : requests.failed / requests.total
  return typeof most === "number" && ratio > most
    ? `${exact(100 * ratio)} % of the requests failed, and --maxFailRatio allows ${exact(100 * most)} %.`
    : undefined
}

/** It ended well, and every threshold was kept. */
export const passed = (summary: Summary): boolean =>
  whyNotGood(summary) === undefined && summary.thresholds.every(({ passed }) => passed)
