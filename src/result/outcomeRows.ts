/** The rows below a row of a table of requests: its latencies by outcome. */
import type { Figures, Times } from "./Figures.ts"

export interface OutcomeRow extends Times {
  readonly name: string
  readonly requests: number
}

/** Empty where no request failed: the row itself is then that of the succeeded requests. */
export const outcomeRows = ({ byOutcome, requests }: Figures): ReadonlyArray<OutcomeRow> =>
  byOutcome === null
    ? []
    : [
        { name: "of which succeeded", requests: requests.total - requests.failed, ...byOutcome.succeeded },
        { name: "of which failed", requests: requests.failed, ...byOutcome.failed }
      ]
