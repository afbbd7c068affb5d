/** Circumstances that limit what the figures of a run mean; every report shows all of them. */
import { capitalized, listed } from "../domain/words.ts"
import { maxWaitedShare } from "../metrics/generatorLimits.ts"
import { type OtherCores, othersText } from "../metrics/OtherPrograms.ts"
import {
  coordinatorSentence,
  lossSentence,
  skewSentence,
  starvedAgents,
  suspendedAgents
} from "./agentsText.ts"
import { driftSentence } from "./driftText.ts"
import type { Generator } from "./Generator.ts"
import type { RunAgents } from "./RunAgents.ts"
import type { RunState } from "./Summary.ts"
import { exact } from "./thresholds.ts"

export interface Caveat {
  /**
   * - `agentLost`: an agent was lost, and some of its requests are in no figure
   * - `limited`: the load generator was the bottleneck, by its own work or because others had the processors
   * - `suspended`: the load generator was stopped for a while, or its machine slept
   * - `shared`: the load generator was not the bottleneck, but waited for a processor (`maxWaitedShare`)
   * - `startSkew`: the agents did not start together
   * - `coordinator`: the coordinator of agents did not keep up with them
   * - `dropped`: iterations that were due in the open model were not started
   * - `drift`: figures changed although the load did not
   * - `samples`: the samples file is incomplete; all figures cover all requests
   */
  readonly kind:
    | "agentLost"
    | "limited"
    | "suspended"
    | "shared"
    | "startSkew"
    | "coordinator"
    | "dropped"
    | "drift"
    | "samples"
  readonly sentence: string
}

/** Headings for the sentences. */
export const caveatHeads: Readonly<Record<Caveat["kind"], string>> = {
  agentLost: "Agent lost",
  limited: "Generator limited",
  suspended: "Generator suspended",
  shared: "Too few processors",
  startSkew: "Agents started apart",
  coordinator: "Coordinator overloaded",
  dropped: "Load lower than requested",
  drift: "Drift",
  samples: "Samples missing"
}

/** The first reason of a machine names the other programs. */
const limitSentences = ({ limitedBy, reasons }: Generator): ReadonlyArray<string> => {
  const [others = "", ...limits] = reasons
  return limitedBy === "machine"
    ? [
        `${capitalized(others)}.`,
        `The load generator lacked them: ${limits.join("; ")}.`,
        "The figures do not describe the DMS alone."
      ]
    : [
        `The load generator was the bottleneck: ${reasons.join("; ")}.`,
        "The figures describe the load generator, not the DMS."
      ]
}

const limitedSentence = (generator: Generator): string | undefined =>
  generator.limited
    ? [...limitSentences(generator), ...(generator.advice === null ? [] : [generator.advice])].join(" ")
    : undefined

/** Latencies and rates of that time do not describe the server. */
const suspendedSentence = (
  { suspensions: { count, totalSeconds } }: Generator,
  agents: RunAgents | null
): string | undefined => {
  if (count === 0) return undefined
  const what =
    agents === null
      ? `The load generator was suspended for ${totalSeconds.toFixed(1)} s${count === 1 ? "" : ` (${exact(count)} times)`}`
      : `Agents were suspended: ${listed(suspendedAgents(agents))}`
  return `${what}: latencies and rates of that time do not describe the server.`
}

/** The effect of waiting for a processor, the programs that had it, and the remedy. */
const sharing = (others: OtherCores | null): string =>
  "Latencies include that wait, and the DMS may be able to do more than was measured. " +
  (others === null ? "" : `Other programs used ${othersText(others)}. `) +
  "Use more processors or fewer --workers, or stop other programs on this machine."

/** For slices of a study. @param others in the slices that shared the processors; `null` if unknown */
export const sharedSlices = (shared: number, measured: number, others: OtherCores | null): string =>
  `In ${shared} of ${measured} slices the load generator waited for a processor for more than ` +
  `${100 * maxWaitedShare} % of the time. ${sharing(others)}`

/** The mean of the other programs in a run. */
export const othersOfRun = ({ others }: Pick<Generator, "others">): OtherCores | null =>
  others === null ? null : { cores: others.mean, processors: others.processors, busiest: others.busiest }

/** With agents: that of each. */
const sharedSentence = (generator: Generator, agents: RunAgents | null): string | undefined => {
  const { limited, processorWait, tooShort } = generator
  if (limited || tooShort || processorWait === null) return undefined
  const limit = `limit ${100 * maxWaitedShare} %`
  if (agents !== null) {
    const starved = starvedAgents(agents)
    return starved.length === 0
      ? undefined
      : `Agents waited for a processor (${limit}): ${listed(starved)}. ${sharing(null)}`
  }
  return processorWait.mean <= maxWaitedShare
    ? undefined
    : `The load generator waited for a processor for ${(100 * processorWait.mean).toFixed(0)} % of the time (${limit}). ` +
        sharing(othersOfRun(generator))
}

const droppedSentence = ({ starts }: Pick<RunState, "starts">): string | undefined => {
  const { dropped, timed } = starts
  if (dropped === 0) return undefined
  const due = dropped + timed
  return (
    `${exact(dropped)} of ${exact(due)} scheduled iterations were dropped because no user was free within ` +
    `--startWithin: the load was lower than requested. The figures cover the other ${exact(timed)}.`
  )
}

const samplesSentence = ({ samples }: Pick<RunState, "samples">): string | undefined =>
  samples === null || samples.dropped === 0
    ? undefined
    : `The samples file has ${exact(samples.written)} requests; ${exact(samples.dropped)} are missing because the ` +
      "disk was full or too slow. All other figures include them."

/** Empty when there is none. */
export const caveatsOf = (
  run: Pick<RunState, "drift" | "generator" | "starts" | "samples"> & Partial<Pick<RunState, "agents">>
): ReadonlyArray<Caveat> => {
  const { agents = null, generator } = run
  const sentences: ReadonlyArray<readonly [Caveat["kind"], string | undefined]> = [
    ["agentLost", lossSentence(agents)],
    ["limited", generator === null ? undefined : limitedSentence(generator)],
    ["suspended", generator === null ? undefined : suspendedSentence(generator, agents)],
    ["shared", generator === null ? undefined : sharedSentence(generator, agents)],
    ["startSkew", skewSentence(agents)],
    ["coordinator", coordinatorSentence(agents)],
    ["dropped", droppedSentence(run)],
    ["drift", driftSentence(run.drift)],
    ["samples", samplesSentence(run)]
  ]
  return sentences.flatMap(([kind, sentence]) => (sentence === undefined ? [] : [{ kind, sentence }]))
}
