/** Rows of tables of requests with latencies by outcome. */
import { type Figures, succeededTimes, type Times } from "./Figures.ts"

export interface OutcomeRow extends Times {
  readonly name: string
  readonly requests: number
}

type Outcomes = Pick<Figures, "byOutcome" | "requests">

/**
 * The row of the failed requests, below a row of the times of the succeeded ones (`shownTimes`); empty where no request
 * failed.
 */
export const failedRows = ({ byOutcome, requests }: Outcomes): ReadonlyArray<OutcomeRow> =>
  byOutcome === null ? [] : [{ name: "of which failed", requests: requests.failed, ...byOutcome.failed }]

/** Both, below a row of the times of all requests; empty where no request failed. */
export const outcomeRows = ({ byOutcome, requests }: Outcomes): ReadonlyArray<OutcomeRow> =>
  byOutcome === null
    ? []
    : [
        { name: "of which succeeded", requests: requests.total - requests.failed, ...byOutcome.succeeded },
        ...failedRows({ byOutcome, requests })
      ]

/**
 * The times that studies show, those of the succeeded requests: refusals in a millisecond are no batches. `null` where
 * nothing succeeded, and in files of older versions if requests failed.
 *
 * @example of 990 refusals in 1 ms and 10 batches in 300 ms, p50 is 300
 */
export const shownTimes = (figures: Outcomes & Pick<Figures, "latencyMs" | "serviceMs">): Times =>
  succeededTimes(figures) ?? { latencyMs: null, serviceMs: null }

/** Whether a request failed in one of several figures, so that shown times are those of succeeded requests only. */
export const hasFailures = (figures: ReadonlyArray<Pick<Figures, "requests">>): boolean =>
  figures.some(({ requests }) => requests.failed > 0)
