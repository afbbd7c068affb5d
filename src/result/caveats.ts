/** What has to be known before the figures of a run are believed; every report tells all of it. */
import { maxWaitedShare } from "../metrics/generatorLimits.ts"
import type { RunState } from "./Summary.ts"
import { exact } from "./thresholds.ts"

export interface Caveat {
  /**
   * - `limited`: the load generator was the bottleneck
   * - `suspended`: the load generator did not run for a while: it was stopped, or its machine slept
   * - `shared`: it was not, but it had to wait for a processor (`maxWaitedShare`)
   * - `dropped`: not everything that was due in the open model was started
   * - `samples`: the samples file does not have all requests; all other figures do
   */
  readonly kind: "limited" | "suspended" | "shared" | "dropped" | "samples"
  readonly sentence: string
}

/** The few words that stand before the sentence where there is room for a heading. */
export const caveatHeads: Readonly<Record<Caveat["kind"], string>> = {
  limited: "Figures of the tool",
  suspended: "The tool was suspended",
  shared: "Too few processors",
  dropped: "Not the load that was asked for",
  samples: "Samples are missing"
}

type Generator = NonNullable<RunState["generator"]>

const limitedSentence = ({ advice, limited, reasons }: Generator): string | undefined =>
  limited
    ? [
        `The load generator was the bottleneck: ${reasons.join("; ")}.`,
        "These figures describe the tool, not the DMS.",
        ...(advice === null ? [] : [advice])
      ].join(" ")
    : undefined

const suspendedSentence = ({ suspensions: { count, totalSeconds } }: Generator): string | undefined =>
  count === 0
    ? undefined
    : `The load generator did not run for ${totalSeconds.toFixed(1)} s (suspended` +
      `${count === 1 ? "" : ` ${exact(count)} times`}); latencies and rates of that time do not describe the server.`

/** What waiting for a processor does to figures, and what helps. */
const sharing =
  "latencies have that in them, and the DMS may do more than is seen here. More processors, fewer --workers or less " +
  "beside it on this machine give it room."

/** The same of some slices of a study. */
export const sharedSlices = (shared: number, measured: number): string =>
  `In ${shared} of ${measured} slices the load generator waited for a processor for more than ` +
  `${100 * maxWaitedShare} % of the time: ${sharing}`

const sharedSentence = ({ limited, processorWait }: Generator): string | undefined =>
  limited || processorWait === null || processorWait.mean <= maxWaitedShare
    ? undefined
    : `The load generator waited for a processor for ${(100 * processorWait.mean).toFixed(0)} % of the time: ${sharing}`

const droppedSentence = ({ starts }: Pick<RunState, "starts">): string | undefined => {
  const { dropped, timed } = starts
  if (dropped === 0) return undefined
  const due = dropped + timed
  return (
    `${exact(dropped)} of ${exact(due)} iterations that were due were dropped, because no user was free within ` +
    `--startWithin: the load was not what was asked for, and the figures are those of the other ${exact(timed)}.`
  )
}

const samplesSentence = ({ samples }: Pick<RunState, "samples">): string | undefined =>
  samples === null || samples.dropped === 0
    ? undefined
    : `The samples file has ${exact(samples.written)} requests; ${exact(samples.dropped)} are missing, because the ` +
      "disk was full or too slow. All other figures have them."

/** Nothing when there is no doubt. */
export const caveatsOf = (run: Pick<RunState, "generator" | "starts" | "samples">): ReadonlyArray<Caveat> => {
  const { generator } = run
  const sentences: ReadonlyArray<readonly [Caveat["kind"], string | undefined]> = [
    ["limited", generator === null ? undefined : limitedSentence(generator)],
    ["suspended", generator === null ? undefined : suspendedSentence(generator)],
    ["shared", generator === null ? undefined : sharedSentence(generator)],
    ["dropped", droppedSentence(run)],
    ["samples", samplesSentence(run)]
  ]
  return sentences.flatMap(([kind, sentence]) => (sentence === undefined ? [] : [{ kind, sentence }]))
}
