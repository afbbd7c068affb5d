/** Whether one of the agents of a run was the bottleneck; a figure of all of them together would hide it. */
import { listed } from "../domain/words.ts"
import {
  type GeneratorVerdict,
  judgeGenerator,
  limitAdvice,
  type ObservedGenerator
} from "./judgeGenerator.ts"

/** The verdict on all agents, with the remedy for the one that was limited for longest. */
export interface AgentsVerdict extends GeneratorVerdict {
  readonly advice: string | null
}

const ownAdvice =
  "Use more agents or fewer users, or give that agent more threads (--workers) or a faster machine."

/** Names in a report; the table of agents has all. */
const maxNames = 3

/** @example alsoLimited(["lab-2", "lab-3"]) // ["2 other agents were limited too: lab-2 and lab-3"] */
const alsoLimited = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (names.length === 0) return []
  const rest = names.length - maxNames
  const shown = [...names.slice(0, maxNames), ...(rest > 0 ? [`${rest} more`] : [])]
  return [
    `${names.length} other ${names.length === 1 ? "agent was" : "agents were"} limited too: ${listed(shown)}`
  ]
}

/**
 * Judges each agent as the load generator that it is. One limited agent limits the run: the figures of its users describe it.
 *
 * @param agents by their names
 * @param warmed whether a warm-up preceded the load, which was not observed
 * @example one of three busy for 30 of 60 s: { limited: true, limitedBy: "generator", reasons: ["agent lab-2: in 30 of 60 s
 *   (50 %) its event loop was more than 90 % busy"], ... }
 */
export const judgeAgents = (
  agents: ReadonlyMap<string, ObservedGenerator>,
  warmed = false
): AgentsVerdict => {
  const judged = [...agents].map(([name, measured]) => ({
    name,
    measured,
    ...judgeGenerator(measured, warmed)
  }))
  const [worst, ...others] = judged
    .filter(({ limited }) => limited)
    .toSorted((a, b) => b.measured.limited.limitedSeconds - a.measured.limited.limitedSeconds)
  if (worst === undefined) {
    const tooShort = judged.every((each) => each.tooShort)
    return { tooShort, limited: false, limitedBy: null, reasons: [], advice: null }
  }
  const { limitedBy, measured, name, reasons } = worst
  const [first = "", ...rest] = reasons
  return {
    tooShort: false,
    limited: true,
    limitedBy,
    reasons: [`agent ${name}: ${first}`, ...rest, ...alsoLimited(others.map((each) => each.name))],
    // The other programs are those of the agent's machine, wherever the DMS is.
    advice: limitAdvice(measured, limitedBy, false, ownAdvice)
  }
}

/** The load generator of a load: its process, or each of its agents. */
export const judgeLoad = (
  generator: ObservedGenerator,
  apart: { readonly agents: ReadonlyMap<string, ObservedGenerator> } | undefined,
  warmed = false
): GeneratorVerdict =>
  apart === undefined ? judgeGenerator(generator, warmed) : judgeAgents(apart.agents, warmed)
