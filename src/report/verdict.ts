/** Whether a run came to a good end, and if not why: for the exit code, and for files that others decide by. */
import type { Summary } from "./Summary.ts"
import { endings } from "./text.ts"

/** To three decimals, so that what is only just crossed does not look kept. */
const exact = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 })

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

/** `412.204 ms`, `1.2 %`, `3,100.5 /s`, `7`; `nothing` where there is no value. */
export const measuredText = ({ dimension, value }: Summary["thresholds"][number]): string => {
  if (value === null) return "nothing"
  switch (dimension) {
    case "ms":
      return `${exact(value)} ms`
    case "ratio":
      return `${exact(100 * value)} %`
    case "perSecond":
      return `${exact(value)} /s`
    case "count":
      return exact(value)
  }
}
