/** The sentences of a stress study's answer. Every percentage is that of the figures as they are printed. */
import { listed } from "../domain/words.ts"
import { heldUpText } from "../result/heldUp.ts"
import { limitText } from "../result/limitText.ts"
import { figure, plural, rateText } from "../result/numberFormat.ts"
import { shownTimes } from "../result/outcomeRows.ts"
import {
  type Broke,
  countedOf,
  type Knee,
  loadText,
  type Raised,
  type Stress,
  type StressStep,
  stepWith
} from "../result/Stress.ts"
import { maxUnserved, minGrowth } from "./kneeOf.ts"
import { percent, width } from "./slices.ts"
import type { Finding } from "./studyEnd.ts"

type Found = Pick<Stress, "knee" | "raised" | "steps" | "testType">

/** @example "619 operations per second (600 to 640)" */
const throughput = (step: StressStep, { testType }: Found): string => {
  const { max, median, min } = step.rowsPerSecond ?? step.operationsPerSecond
  const range = min === max ? "" : ` (${figure(min)} to ${figure(max)})`
  return `${figure(median)} ${countedOf({ testType })} per second${range}`
}

const p95 = ({ figures }: StressStep): string => {
  const value = shownTimes(figures).latencyMs?.p95
  return value === undefined ? "no request succeeded" : `p95 ${figure(value)} ms`
}

const evidence = (step: StressStep, found: Found): string => `${throughput(step, found)}, ${p95(step)}`

/** @example "grows by 3 %", "falls by 46 %" */
const changes = (share: number): string =>
  share === 0 ? "stays the same" : `${share > 0 ? "grows" : "falls"} by ${percent(Math.abs(share))}`

const unservedText = ({ dropped, unserved }: StressStep): string =>
  `${percent(unserved)} of its requests ${dropped > 0 ? "fail or are not started" : "fail"}`

/** What a broken step does. */
const brokenClause = (step: StressStep, found: Found): string => {
  const { broke, change } = step
  const failing = broke.includes("failures") ? [`${unservedText(step)} (limit ${percent(maxUnserved)})`] : []
  if (change === null || broke.every((each) => each === "failures")) {
    return `${failing.join("")}: ${evidence(step, found)}`
  }
  const grown = (["p50", "p95"] as const).flatMap((name) => {
    const share = change[name]
    return share === null || (name === "p50" && (change.p95 ?? 0) > 0.5) ? [] : [`${name} ${changes(share)}`]
  })
  return `${listed([`throughput ${changes(change.throughput)}`, ...grown, ...failing])}: ${evidence(step, found)}`
}

const brokeNames = (raised: Raised): Readonly<Record<Broke, string>> => ({
  failures: "requests fail",
  falls: "throughput falls",
  flattens: `throughput no longer ${raised === "users" ? "grows" : "follows the rate"}, and requests wait`
})

/** How to narrow down what lies between two steps. */
const between = ({ raised, testType }: Found, good: number, broken: number): ReadonlyArray<string> => {
  if (broken - good <= 1) return []
  if (raised === "rate") return [`Rates between ${rateText(good)} and ${rateText(broken)} were not measured.`]
  const fifth = (nth: number) => Math.round(good + ((broken - good) * nth) / 4)
  const counts = [...new Set([0, 1, 2, 3, 4].map(fifth))]
  const type = testType === "BATCH_VOLUME" ? "" : `--testType ${testType} `
  return [
    `Numbers of users between ${figure(good)} and ${figure(broken)} were not measured: sweep ${type}--clientCount ${counts.join(",")} does.`
  ]
}

/** Whether the noise of two steps is larger than the growth that decides between them. */
const noise = (one: StressStep, other: StressStep): ReadonlyArray<string> => {
  if (one.slices.length < 2) return ["With a single slice of a step its noise is unknown."]
  const widest = Math.max(
    ...[one, other].map((step) => width(step.rowsPerSecond ?? step.operationsPerSecond))
  )
  return widest > minGrowth && !other.broke.includes("failures") && other.change?.differs !== true
    ? [
        `Slices of one step differ by up to ${percent(widest)}, more than the ${percent(minGrowth)} that decide: use more or longer slices for a firmer result.`
      ]
    : []
}

/** The highest throughput, if it is not that of the knee. */
const highest = (knee: StressStep, found: Found): ReadonlyArray<string> => {
  const rate = (step: StressStep) => (step.rowsPerSecond ?? step.operationsPerSecond).median
  const best = found.steps.reduce((most, step) => (rate(step) > rate(most) ? step : most), knee)
  return best === knee || best.outcome === "limited" || best.outcome === "locked"
    ? []
    : [`The highest throughput was ${throughput(best, found)}, with ${loadText(found.raised, best.load)}.`]
}

const kneeSentences = (knee: Extract<Knee, { _tag: "Knee" }>, found: Found): ReadonlyArray<string> => {
  const { raised, steps } = found
  const [good, broken] = [stepWith(steps, knee.good), stepWith(steps, knee.broken)]
  if (good === undefined || broken === undefined) return []
  return [
    `The knee is ${loadText(raised, knee.good)}: ${evidence(good, found)}.`,
    `Beyond it ${listed(knee.broke.map((each) => brokeNames(raised)[each]))}: with ${loadText(raised, knee.broken)} ${brokenClause(broken, found)}.`,
    ...highest(good, found),
    ...between(found, knee.good, knee.broken),
    ...noise(good, broken)
  ]
}

const limitedSentences = (knee: Extract<Knee, { _tag: "Limited" }>, found: Found): ReadonlyArray<string> => {
  const { raised, steps } = found
  const [good, limited] = [stepWith(steps, knee.good), stepWith(steps, knee.limited)]
  if (good === undefined || limited === undefined) return []
  return [
    `At least ${loadText(raised, knee.good)}: ${evidence(good, found)}.`,
    `With ${loadText(raised, knee.limited)} ${limitText(limited.slices)}: this is a lower bound, and no knee of the server.`
  ]
}

/** Why the step beyond a lower bound was not judged. @example "a transaction of the database held others up for ..." */
const lockText = ({ heldUp, slices }: StressStep): string =>
  heldUp === null ? "a transaction of the database held others up" : heldUpText(heldUp, slices.length)

const measureAgain =
  "Measure again while nothing else uses the database; a transaction that then holds others up for so long is one of the server."

const lockedSentences = (knee: Extract<Knee, { _tag: "Locked" }>, found: Found): ReadonlyArray<string> => {
  const { raised, steps } = found
  const [good, locked] = [stepWith(steps, knee.good), stepWith(steps, knee.locked)]
  if (good === undefined || locked === undefined) return []
  return [
    `The knee is not known; it is at least ${loadText(raised, knee.good)}: ${evidence(good, found)}.`,
    `With ${loadText(raised, knee.locked)} ${lockText(locked)}, so that its figures do not show its load: ${evidence(locked, found)}.`,
    measureAgain
  ]
}

const notReached = (good: number, found: Found, maximum: number): ReadonlyArray<string> => {
  const { raised, steps } = found
  const step = stepWith(steps, good)
  if (step === undefined) return []
  const flag = raised === "users" ? "--maxUsers" : "--maxRate"
  return [
    `At least ${loadText(raised, good)}: ${evidence(step, found)}.`,
    good === maximum ? `That is ${flag}; no knee was found up to there.` : "No knee was found up to there."
  ]
}

/** Why the first step has no result, as a clause. */
const nothing = (found: Found): Finding => {
  const [first] = found.steps
  if (first === undefined || first.outcome === "good")
    return { _tag: "NoResult", because: "no step was measured", measured: "" }
  const words = loadText(found.raised, first.load)
  const reasons: Readonly<Record<Exclude<StressStep["outcome"], "good">, string>> = {
    broken: `${unservedText(first)} (limit ${percent(maxUnserved)})`,
    limited: limitText(first.slices),
    locked: lockText(first)
  }
  return {
    _tag: "NoResult",
    because: `with ${words}, the first step, ${reasons[first.outcome]}`,
    measured: `Measured were ${evidence(first, found)} in ${plural(first.slices.length, "slice")}.`
  }
}

/** The answer in sentences. @param maximum load */
export const findingOf = (found: Found, maximum: number): Finding => {
  const { knee } = found
  switch (knee._tag) {
    case "None":
      return nothing(found)
    case "Knee":
      return { _tag: "Result", sentences: kneeSentences(knee, found).join(" ") }
    case "Limited":
      return { _tag: "Result", sentences: limitedSentences(knee, found).join(" ") }
    case "Locked":
      return { _tag: "Result", sentences: lockedSentences(knee, found).join(" ") }
    case "NotReached":
      return { _tag: "Result", sentences: notReached(knee.good, found, maximum).join(" ") }
  }
}
