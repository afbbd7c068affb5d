/** What limited a phase, with the figures that show it. A cause is named only if something was measured that shows it. */
import type { Capacity } from "../result/Capacity.ts"
import { caveatsOf } from "../result/caveats.ts"
import type { FailureEntry } from "../result/FailureEntry.ts"
import type { Figures } from "../result/Figures.ts"
import { coresOfRun } from "../result/coresUsed.ts"
import type { Limit } from "../result/Limit.ts"
import { figure, percentOf, rateText } from "../result/numberFormat.ts"
import { failureText } from "../result/sentences.ts"
import { databaseLimits, generatorLimit, processorLimits } from "../result/serverLimits.ts"
import { type Broke, loadText, type Stress } from "../result/Stress.ts"
import type { Summary } from "../result/Summary.ts"
import type { Sweep } from "../result/Sweep.ts"
import { listed } from "../domain/words.ts"
import { driftLimits } from "./driftLimits.ts"

/** @see api-facts section 7, R5: failures over 1 % show that a limit is reached */
const maxFailureShare = 0.01

export const failureLimit = (
  { requests: { failed, total } }: Pick<Figures, "requests">,
  failures: ReadonlyArray<typeof FailureEntry.Type>
): ReadonlyArray<Limit> => {
  if (total === 0 || failed / total <= maxFailureShare) return []
  const [mostFrequent] = failures
  const example = mostFrequent === undefined ? "" : `; most frequent: ${failureText(mostFrequent)}`
  return [
    {
      kind: "failures",
      what: "failed requests",
      evidence: `${figure(failed)} of ${figure(total)} requests failed (${percentOf(failed / total)})${example}.`
    }
  ]
}

export const runLimits = (summary: Summary): ReadonlyArray<Limit> => {
  const limited = caveatsOf(summary).find(({ kind }) => kind === "limited")
  const isMachine = summary.generator?.limitedBy === "machine"
  const generator = limited === undefined ? [] : [generatorLimit(isMachine, limited.sentence)]
  return [
    ...generator,
    ...failureLimit(summary, summary.failures),
    ...processorLimits(coresOfRun(summary), generator),
    ...databaseLimits(summary.database),
    ...driftLimits(summary.drift, limited !== undefined)
  ]
}

/** Throughput that falls with more users, beyond its noise, although the load generator was not the bottleneck. */
export const fallLimit = ({ answer }: Sweep): ReadonlyArray<Limit> => {
  if (answer._tag !== "Users" || answer.afterPeak?.differs !== true) return []
  const { change, from, to } = answer.afterPeak
  return change >= 0
    ? []
    : [
        {
          kind: "server",
          what: "server, which gets slower with more users",
          evidence: `From ${from} to ${to} users throughput fell by ${percentOf(-change)}.`
        }
      ]
}

/** The objectives that failed first above the highest rate. */
export const objectiveLimit = ({ brokeFirst, lowestBroken }: Capacity): ReadonlyArray<Limit> =>
  lowestBroken === null
    ? []
    : [
        {
          kind: "objectives",
          what: "objectives",
          evidence: `At ${rateText(lowestBroken)}: ${brokeFirst.join("; ")}.`
        }
      ]

/** @example changeText("p95", 0.8) // "p95 grew by 80 %" */
const changeText = (what: string, change: number): string =>
  change === 0
    ? `${what} stayed the same`
    : `${what} ${change > 0 ? "grew" : "fell"} by ${percentOf(Math.abs(change))}`

const brokenLimits: Readonly<Record<Broke, Pick<Limit, "kind" | "what">>> = {
  failures: { kind: "failures", what: "failed requests" },
  falls: { kind: "server", what: "server, which gets slower with more load" },
  flattens: { kind: "server", what: "server, whose throughput no longer grows with its load" }
}

/** What the step beyond the knee did, although the load generator was not the bottleneck. */
export const kneeLimits = ({ raised, steps }: Pick<Stress, "raised" | "steps">): ReadonlyArray<Limit> => {
  const index = steps.findIndex(({ outcome }) => outcome === "broken")
  const [before, step] = [steps[index - 1], steps[index]]
  if (step === undefined) return []
  const { broke, change, unserved } = step
  const load = loadText(raised, step.load)
  return broke.map((each) => {
    const limit = brokenLimits[each]
    if (each === "failures" || before === undefined || change === null)
      return {
        ...limit,
        evidence: `With ${load} ${percentOf(unserved)} of the requests failed or were not started.`
      }
    const latencies = (["p50", "p95"] as const).flatMap((name) => {
      const share = change[name]
      return share === null ? [] : [changeText(name, share)]
    })
    const changes = listed([changeText("throughput", change.throughput), ...latencies])
    return { ...limit, evidence: `From ${loadText(raised, before.load)} to ${load} ${changes}.` }
  })
}
