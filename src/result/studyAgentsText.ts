/** What the reports of a study say of the agents that sent its slices: a table, notes and warnings. */
import { listed } from "../domain/words.ts"
import { maxWaitedShare } from "../metrics/generatorLimits.ts"
import { agentsLost, maxStartSkewMillis, shareText } from "./agentsText.ts"
import type { LoadSlices } from "./coresTable.ts"
import { meanOver } from "./coresUsed.ts"
import type { MeasuredSlice } from "./MeasuredSlice.ts"
import { figure, figureOrNone, plural } from "./numberFormat.ts"
import type { ProcessInSlice, SliceAgent, SliceAgents } from "./SliceAgents.ts"

type Slice = Pick<MeasuredSlice, "agents" | "elapsedSeconds">

/** A slice that agents sent. */
interface SliceOnAgents {
  readonly elapsedSeconds: number
  readonly agents: SliceAgents
}

/** An agent, or the coordinator, in the slices in which it took part. */
type Part<A> = A & { readonly elapsedSeconds: number }

const onAgents = (slices: ReadonlyArray<Slice>): ReadonlyArray<SliceOnAgents> =>
  slices.flatMap(({ agents, elapsedSeconds }) => (agents === null ? [] : [{ agents, elapsedSeconds }]))

const slicesOf = (loads: ReadonlyArray<LoadSlices>): ReadonlyArray<SliceOnAgents> =>
  onAgents(loads.flatMap(({ slices }) => slices))

/** By name; after a loss, a slice has fewer agents. */
const byName = (
  slices: ReadonlyArray<SliceOnAgents>
): ReadonlyArray<readonly [string, ReadonlyArray<Part<SliceAgent>>]> => {
  const parts = new Map<string, ReadonlyArray<Part<SliceAgent>>>()
  for (const { agents, elapsedSeconds } of slices) {
    for (const agent of agents.agents)
      parts.set(agent.name, [...(parts.get(agent.name) ?? []), { ...agent, elapsedSeconds }])
  }
  return [...parts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const waited = ({ limited, processorWait }: ProcessInSlice): boolean =>
  limited.length === 0 && (processorWait ?? 0) > maxWaitedShare

const countedRemark = (word: string, count: number): ReadonlyArray<string> =>
  count === 0 ? [] : [`${word} in ${plural(count, "slice")}`]

const remarksOf = (parts: ReadonlyArray<SliceAgent>): string =>
  [
    ...countedRemark("lost", parts.filter(({ lost }) => lost !== null).length),
    ...countedRemark("limited", parts.filter(({ limited }) => limited.length > 0).length),
    ...countedRemark("suspended", parts.filter(({ suspendedSeconds }) => suspendedSeconds > 0).length),
    ...countedRemark("waited for a processor", parts.filter(waited).length)
  ].join(", ")

/** The start that was farthest from its agreed instant. */
const worstStart = (parts: ReadonlyArray<SliceAgent>): number | null =>
  parts
    .flatMap(({ startSkewMillis }) => startSkewMillis ?? [])
    .reduce<number | null>(
      (worst, skew) => (worst === null || Math.abs(skew) > Math.abs(worst) ? skew : worst),
      null
    )

const sumOf = (parts: ReadonlyArray<SliceAgent>, of: (agent: SliceAgent) => number): number =>
  parts.reduce((sum, agent) => sum + of(agent), 0)

/** The columns of words. */
export const studyAgentTexts: ReadonlySet<number> = new Set([0, 9])

/** A header, and a row for each agent over all slices; empty unless agents sent them. */
export const studyAgentRows = (loads: ReadonlyArray<LoadSlices>): ReadonlyArray<ReadonlyArray<string>> => {
  const agents = byName(slicesOf(loads))
  if (agents.length === 0) return []
  return [
    [
      "agent",
      "threads",
      "slices",
      "busy",
      "waiting",
      "cores",
      "worst start ms",
      "reports",
      "reconnects",
      "remarks"
    ],
    ...agents.map(([name, parts]) => [
      name,
      figure(Math.max(...parts.map(({ slots }) => slots))),
      figure(parts.length),
      shareText(meanOver(parts, ({ busy }) => busy)),
      shareText(meanOver(parts, ({ processorWait }) => processorWait)),
      figureOrNone(meanOver(parts, ({ cores }) => cores)),
      figureOrNone(worstStart(parts)),
      figure(sumOf(parts, ({ reports }) => reports)),
      figure(sumOf(parts, ({ reconnects }) => reconnects)),
      remarksOf(parts)
    ])
  ]
}

/** How to read the table, and the coordinator; empty unless agents sent the slices. */
export const studyAgentNotes = (loads: ReadonlyArray<LoadSlices>): ReadonlyArray<string> => {
  const slices = slicesOf(loads)
  if (slices.length === 0) return []
  const coordinator = slices.map(({ agents, elapsedSeconds }) => ({ ...agents.coordinator, elapsedSeconds }))
  const busiest = Math.max(...coordinator.map(({ busy }) => busy ?? 0))
  return [
    "Agents: means over their slices. Busy and waiting: share of the time in which the busiest thread ran code, and in which a " +
      "thread had no processor. Worst start: its start that was farthest from the agreed instant.",
    `Coordinator: ${figureOrNone(meanOver(coordinator, ({ cores }) => cores))} cores, ` +
      `event loop ${shareText(meanOver(coordinator, ({ busy }) => busy))} busy (busiest slice ${shareText(busiest)}).`
  ]
}

/** @example countsText([["lab-2", 3], ["lab-3", 1]]) // "lab-2 in 3 and lab-3 in 1" */
const countsText = (counts: ReadonlyArray<readonly [string, number]>): string =>
  listed(counts.map(([name, count]) => `${name} in ${count}`))

/** Says for each agent in how many slices something is true; empty if it never is. */
const namedSentence = (
  slices: ReadonlyArray<SliceOnAgents>,
  isTrue: (agent: SliceAgent) => boolean,
  sentence: (counts: string) => string
): ReadonlyArray<string> => {
  const counts = byName(slices).flatMap(([name, parts]) => {
    const count = parts.filter(isTrue).length
    return count === 0 ? [] : [[name, count] as const]
  })
  return counts.length === 0 ? [] : [sentence(`${countsText(counts)} of ${plural(slices.length, "slice")}`)]
}

const isSkewed = ({ startSkewMillis }: SliceAgents): boolean => (startSkewMillis ?? 0) > maxStartSkewMillis

const skewSentence = (slices: ReadonlyArray<SliceOnAgents>): ReadonlyArray<string> => {
  const skewed = slices.flatMap(({ agents }) => (isSkewed(agents) ? [agents] : []))
  if (skewed.length === 0) return []
  const worst = Math.max(...skewed.map(({ startSkewMillis }) => startSkewMillis ?? 0))
  const latest = new Set(
    skewed.map(
      ({ agents }) =>
        agents.toSorted((a, b) => (b.startSkewMillis ?? 0) - (a.startSkewMillis ?? 0))[0]?.name ?? ""
    )
  )
  return [
    `In ${skewed.length} of ${plural(slices.length, "slice")} the agents started up to ${figure(worst)} ms apart ` +
      `(limit ${maxStartSkewMillis} ms), the last one was ${[...latest].toSorted().join(" or ")}: until then the load was lower ` +
      "than requested."
  ]
}

const coordinatorSentence = (slices: ReadonlyArray<SliceOnAgents>): ReadonlyArray<string> => {
  const reasons = slices.flatMap(({ agents: { coordinator } }) => {
    const { limited, suspendedSeconds } = coordinator
    if (limited.length > 0) return [limited.join("; ")]
    return suspendedSeconds > 0 ? [`it was suspended for ${suspendedSeconds.toFixed(1)} s`] : []
  })
  const [first] = reasons
  return first === undefined
    ? []
    : [
        `In ${reasons.length} of ${plural(slices.length, "slice")} the coordinator did not keep up; for example, ${first}. ` +
          "Every report is in the figures, but stop rules and lost agents were late. Give it a processor of its own, or use " +
          "fewer agents."
      ]
}

/** What limits what the figures of slices on agents mean, with the agents by name; empty if nothing does. */
export const studyAgentWarnings = (all: ReadonlyArray<Slice>): ReadonlyArray<string> => {
  const slices = onAgents(all)
  return [
    ...slices.flatMap(({ agents }) => agentsLost(agents) ?? []),
    ...namedSentence(
      slices,
      ({ limited }) => limited.length > 0,
      (counts) => `Agents were at their limits: ${counts}. Figures of these slices describe the agents.`
    ),
    ...namedSentence(
      slices,
      ({ suspendedSeconds }) => suspendedSeconds > 0,
      (counts) => `Agents were suspended: ${counts}. Figures of these slices do not describe the server.`
    ),
    ...namedSentence(
      slices,
      waited,
      (counts) =>
        `Agents waited for a processor for more than ${100 * maxWaitedShare} % of the time: ${counts}. Latencies include that ` +
        "wait, and the DMS may be able to do more than was measured. Stop other programs on their machines, or give them fewer " +
        "--workers."
    ),
    ...skewSentence(slices),
    ...coordinatorSentence(slices)
  ]
}

/** What sets the agents of one slice apart, for its row; empty if nothing does. @example ["agent lab-2 was lost"] */
export const sliceAgentRemarks = ({ agents }: Pick<MeasuredSlice, "agents">): ReadonlyArray<string> => {
  if (agents === null) return []
  const { startSkewMillis } = agents
  return [
    ...agents.agents.flatMap(({ lost, name }) => (lost === null ? [] : [`agent ${name} was lost`])),
    ...(isSkewed(agents) ? [`the agents started ${figureOrNone(startSkewMillis)} ms apart`] : [])
  ]
}
