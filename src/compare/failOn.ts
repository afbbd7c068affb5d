/** Limits of --failOn, relative to the baseline: `latency.p95 +10%`, `operations.perSecond -5%`. */
import * as Either from "effect/Either"
import {
  type Dimension,
  type FigureName,
  figures,
  type Mistake,
  readFigure,
  readNumber
} from "../domain/Threshold.ts"
import {
  type ComparedCell,
  type ComparedGroup,
  type ComparedRow,
  type ComparedRun,
  type FailOnVerdict,
  hasLostAgent,
  isLimited,
  isTooShort,
  type LimitedVerdict
} from "../result/Comparison.ts"
import { listed } from "../domain/words.ts"
import { measuredText } from "../result/thresholds.ts"

export interface FailOn {
  /** The trimmed text. */
  readonly expression: string
  /** The request name; `undefined` for all requests. */
  readonly name: string | undefined
  readonly figure: FigureName
  /** `+`: the figure may be above the baseline by this allowance; `-`: below it. */
  readonly sign: "+" | "-"
  /** 0 or more: a share of the baseline, or an amount in the figure's dimension. */
  readonly by: Allowance
}

type Allowance =
  { readonly _tag: "Share"; readonly share: number } | { readonly _tag: "Amount"; readonly amount: number }

/** Small enough for a finite product with any figure. */
const maxAllowed = 1e12

const share = (percent: number): Allowance => ({ _tag: "Share", share: percent / 100 })
const times =
  (factor: number) =>
  (number: number): Allowance => ({ _tag: "Amount", amount: number * factor })

/**
 * The units. `%` is a share of the baseline, except for a ratio, where it is percentage points: `failures.ratio +1%`
 * allows 1.5 % with a baseline of 0.5 %, and 1 % with a baseline of 0 %.
 */
const units: Record<Dimension, Readonly<Record<string, (number: number) => Allowance>>> = {
  ms: { "%": share, us: times(0.001), ms: times(1), s: times(1000), min: times(60_000) },
  seconds: { "%": share, ms: times(0.001), s: times(1), min: times(60) },
  ratio: { "%": times(0.01) },
  count: { "%": share, "": times(1) },
  perSecond: { "%": share, "/s": times(1) }
}

/** The position of the last of these characters after a figure; request names may contain blanks and signs. */
const lastAfterFigure = (text: string, characters: RegExp): number | undefined =>
  [...text.matchAll(characters)]
    .map(({ index }) => index)
    .findLast((at) => Either.isRight(readFigure(text.slice(0, at).trim())))

/**
 * Reads an expression.
 *
 * @example parseFailOn("latency.p95 +10%") // { figure: "latency.p95", sign: "+", by: { share: 0.1 }, ... }
 * @example parseFailOn("latency.p95 10%") // at 12, expected + or -
 */
export const parseFailOn = (text: string): Either.Either<FailOn, Mistake> =>
  Either.gen(function* () {
    const start = text.length - text.trimStart().length
    const signAt = lastAfterFigure(text, /[+-]/g)
    const endOfFigure = signAt ?? lastAfterFigure(text, /\s/g)
    const left =
      endOfFigure === undefined ? text.trim().replace(/\s+\S*$/, "") : text.slice(0, endOfFigure).trim()
    const { figure, name } = yield* Either.mapLeft(readFigure(left), ({ at, expected }) => ({
      at: start + at,
      expected
    }))
    if (signAt === undefined) {
      const end = start + left.length
      const blanks = text.length - end - text.slice(end).trimStart().length
      return yield* Either.left({ at: end + blanks, expected: "+ or -" })
    }
    const { at, number, unit: allow } = yield* readNumber(text, signAt + 1, units[figures[figure]])
    if (number > maxAllowed) return yield* Either.left({ at, expected: "a smaller number" })
    const sign = text[signAt] === "-" ? "-" : "+"
    return { expression: text.trim(), name, figure, sign, by: allow(number) }
  })

/** The maximum or minimum of a figure, rounded to remove errors of binary fractions. */
const limitOf = ({ by, sign }: FailOn, baseline: number): number => {
  const change = by._tag === "Share" ? baseline * by.share : by.amount
  return Number((sign === "+" ? baseline + change : baseline - change).toPrecision(12))
}

const noCell: ComparedCell = { value: null, absent: "missing", change: null }

const absenceReason = (
  label: string,
  { name }: FailOn,
  { absent }: ComparedCell,
  judgedBy: FailOnVerdict["judgedBy"]
): string => {
  switch (absent) {
    case "missing":
      return `${label} has no request named ${name}`
    case "unknown":
      return `the files of ${label} do not contain this figure`
    default:
      return judgedBy === "succeeded"
        ? `${label} has no request that succeeded`
        : `${label} has no requests with this figure`
  }
}

/** A value and its limit, of all requests or of the succeeded ones. */
interface Limited {
  readonly base: ComparedCell
  readonly cell: ComparedCell
  readonly limit: number | null
  readonly judgedBy: FailOnVerdict["judgedBy"]
}

/** How far a value is beyond its limit, as a share of the limit; infinite without a value. */
const excessOf = ({ cell, limit }: Limited, sign: FailOn["sign"]): number => {
  if (limit === null || cell.value === null) return Number.POSITIVE_INFINITY
  const beyond = sign === "+" ? cell.value - limit : limit - cell.value
  return limit === 0 ? beyond : beyond / Math.abs(limit)
}

/**
 * The change of a figure in one run. Where latencies of succeeded requests are compared as well, it is the worse of two
 * changes, so that neither quick refusals nor slow failures hide one.
 *
 * @param at the position of the run
 */
const worstOf = (failOn: FailOn, rows: ReadonlyArray<ComparedRow>, at: number): Limited => {
  const limited = rows.map(({ cells, of }): Limited => {
    const [base = noCell] = cells
    const limit = base.value === null ? null : limitOf(failOn, base.value)
    return { base, cell: cells[at] ?? noCell, limit, judgedBy: of }
  })
  // Files of older versions and of Locust have the latencies of all requests only.
  const known = limited.filter(({ cell, judgedBy }) => judgedBy !== "succeeded" || cell.absent !== "unknown")
  const [first = { base: noCell, cell: noCell, limit: null, judgedBy: null }, second] = known
  if (second === undefined) return { ...first, judgedBy: null }
  return excessOf(second, failOn.sign) > excessOf(first, failOn.sign) ? second : first
}

/** A run as far as verdicts name it. */
type JudgedRun = Pick<ComparedRun, "label" | "lostAgents" | "notes">

const labelsOf = (runs: ReadonlyArray<JudgedRun>): string => listed(runs.map(({ label }) => label))

/** Completes a verdict whose figures do not describe the server alone; empty if neither run was limited. */
const limitedNote = (...both: ReadonlyArray<JudgedRun>): string => {
  const labels = labelsOf(both.filter(isLimited))
  return labels === "" ? "" : `; but the load generator was limited in ${labels}`
}

/** The verdict of `--failOnLimited` on all runs, the baseline as well. A run that is too short to tell passes, and is named. */
export const judgeLimited = (runs: ReadonlyArray<JudgedRun>): LimitedVerdict => {
  const labels = labelsOf(runs.filter(isLimited))
  const short = labelsOf(runs.filter(isTooShort))
  const passed = "passed: --failOnLimited: the load generator was not limited in any run"
  return labels === ""
    ? {
        passed: true,
        sentence: short === "" ? passed : `${passed} that is long enough to tell; too short: ${short}`
      }
    : { passed: false, sentence: `failed: --failOnLimited: the load generator was limited in ${labels}` }
}

/**
 * The verdicts on all runs except the baseline. An unknown or missing figure fails, and so does a comparison with a run that
 * lost an agent. A verdict names the runs in which the
 * load generator was the bottleneck.
 *
 * @param runs the baseline first
 */
export const judgeFailOn = (
  failOn: FailOn,
  groups: ReadonlyArray<ComparedGroup>,
  runs: ReadonlyArray<JudgedRun>
): ReadonlyArray<FailOnVerdict> => {
  const { expression, figure, name = null, sign } = failOn
  const dimension = figures[figure]
  const rows = groups.find((group) => group.name === name)?.rows.filter((row) => row.figure === figure) ?? []
  const [baseRun = { label: "", lostAgents: [], notes: [] }, ...others] = runs
  const baseLabel = baseRun.label
  return others.map((compared, i) => {
    const run = compared.label
    const { base, cell, judgedBy, limit } = worstOf(failOn, rows, i + 1)
    const common = { expression, run, dimension, baseline: base.value, value: cell.value, limit, judgedBy }
    if (limit === null || base.value === null || cell.value === null) {
      const reason =
        base.value === null
          ? absenceReason(baseLabel, failOn, base, judgedBy)
          : absenceReason(run, failOn, cell, judgedBy)
      return { ...common, passed: false, sentence: `failed: ${expression}: ${reason}` }
    }
    const smaller = labelsOf([baseRun, compared].filter(hasLostAgent))
    if (smaller !== "") {
      const sentence = `failed: ${expression}: agents were lost in ${smaller}, so the load was not the same`
      return { ...common, passed: false, sentence }
    }
    const passed = sign === "+" ? cell.value <= limit : cell.value >= limit
    const words = (value: number) => measuredText({ value, dimension })
    const bound = `${sign === "+" ? "at most" : "at least"} ${words(limit)}`
    return {
      ...common,
      passed,
      sentence:
        `${passed ? "passed" : "failed"}: ${expression}: ${run} has ` +
        `${measuredText({ value: cell.value, dimension, judgedBy })}, ` +
        `the limit is ${bound} (baseline ${baseLabel}: ${words(base.value)})${limitedNote(baseRun, compared)}`
    }
  })
}
