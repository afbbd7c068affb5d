/** Compares runs with the first one: each figure in total and by request name, and its change. */
import { type Dimension, type FigureName, figureNames, figures, isByName } from "../domain/Threshold.ts"
import {
  type Change,
  type ComparedCell,
  type ComparedFigures,
  type ComparedGroup,
  type ComparedRun,
  type Comparison,
  isLimited
} from "../result/Comparison.ts"
import { differencesOf } from "./differences.ts"
import { type FailOn, judgeFailOn, judgeLimited } from "./failOn.ts"
import { noiseOf } from "./noise.ts"

/** 1 if higher is better, -1 if lower is better, 0 for figures of the size of a run. */
const better = (name: FigureName): 1 | 0 | -1 => {
  if (/^(latency|service|failures)\./.test(name)) return -1
  if (name.endsWith(".perSecond")) return 1
  return name === "requests.total" || name === "operations.succeeded" ? 0 : -1
}

const signed = (value: number, text: string): string => `${value < 0 ? "-" : "+"}${text}`

const percentWords = (percent: number): string => {
  const size = Math.abs(percent)
  if (size < 0.005) return "±0.00 %"
  return signed(percent, `${size.toFixed(size >= 100 ? 0 : size >= 0.1 ? 1 : 2)} %`)
}

/** The change of a figure: in points for a ratio; without a percentage if the baseline is 0. */
export const changeOf = (name: FigureName, baseline: number | null, value: number): Change => {
  if (baseline === null) return { percent: null, words: "no baseline", meaning: "neutral" }
  if (baseline === value) return { percent: 0, words: "same", meaning: "same" }
  const share = (100 * (value - baseline)) / baseline
  // A change from zero, or from almost zero, would be infinite.
  const percent = Number.isFinite(share) ? Number(share.toPrecision(6)) : null
  const dimension: Dimension = figures[name]
  const points = 100 * (value - baseline)
  const words =
    dimension === "ratio"
      ? signed(points, `${Math.abs(points).toFixed(2)} points`)
      : percent === null
        ? "from 0"
        : percentWords(percent)
  const direction = better(name) * (value - baseline)
  return { percent, words, meaning: direction > 0 ? "better" : direction < 0 ? "worse" : "neutral" }
}

/** Neither better nor worse if the load generator limited one of the two runs. */
const betweenRuns = (change: Change, ...both: ReadonlyArray<ComparedRun>): Change =>
  change.meaning !== "same" && both.some(isLimited) ? { ...change, meaning: "neutral" } : change

const absence = (
  run: ComparedRun,
  of: ComparedFigures | undefined,
  name: FigureName
): ComparedCell["absent"] => {
  if (of === undefined) return "missing"
  if (of[name] !== null) return null
  return run.unknown.includes(name) ? "unknown" : "noRequests"
}

/** @param figuresOf `undefined` for a run without this request */
const groupOf = (
  name: string | null,
  runs: ReadonlyArray<ComparedRun>,
  figuresOf: (run: ComparedRun) => ComparedFigures | undefined
): ComparedGroup => {
  const all = runs.map((run) => ({ run, of: figuresOf(run) }))
  const [baseRun] = runs
  return {
    name,
    rows: figureNames
      .filter((figure) => name === null || isByName(figure))
      .map((figure) => {
        const baseline = all[0]?.of?.[figure] ?? null
        return {
          figure,
          dimension: figures[figure],
          cells: all.map(({ of, run }, i) => {
            const value = of?.[figure] ?? null
            return {
              value,
              absent: absence(run, of, figure),
              change:
                i === 0 || value === null || baseRun === undefined
                  ? null
                  : betweenRuns(changeOf(figure, baseline, value), baseRun, run)
            }
          })
        }
      })
  }
}

/** Replaces an empty name, which would look like the row of all requests. */
const noName = "(no name)"

/** Names that occur with several methods. */
const ambiguousNames = (rows: ComparedRun["byName"]): ReadonlySet<string> => {
  const methods = new Map<string, string>()
  const ambiguous = new Set<string>()
  for (const { method, name } of rows) {
    if ((methods.get(name) ?? method) !== method) ambiguous.add(name)
    methods.set(name, method)
  }
  return ambiguous
}

/**
 * The name under which a request is compared; a name that occurs with several methods, as in the Python suite, is
 * preceded by the method: `GET /students`.
 */
const namesOf = (runs: ReadonlyArray<ComparedRun>) => {
  const ambiguous = ambiguousNames(runs.flatMap(({ byName }) => byName))
  return ({ method, name }: ComparedRun["byName"][number]): string => {
    const shown = name === "" ? noName : name
    return ambiguous.has(name) ? `${method} ${shown}`.trim() : shown
  }
}

/** Figures of a run by request name; of two rows with the same name, the first counts. */
const figuresByName = (
  { byName }: ComparedRun,
  nameOf: ReturnType<typeof namesOf>
): ReadonlyMap<string, ComparedFigures> =>
  new Map(byName.toReversed().map((row) => [nameOf(row), row.figures]))

/**
 * @param runs at least two, the first is the baseline
 * @param failOnLimited whether a limited load generator fails the comparison
 */
export const compareRuns = (
  runs: ReadonlyArray<ComparedRun>,
  failOns: ReadonlyArray<FailOn> = [],
  failOnLimited = false
): Comparison => {
  const nameOf = namesOf(runs)
  const byName = new Map(runs.map((run) => [run, figuresByName(run, nameOf)]))
  const names = [...new Set([...byName.values()].flatMap((figures) => [...figures.keys()]))].sort()
  const groups = [
    groupOf(null, runs, ({ total }) => total),
    ...names.map((name) => groupOf(name, runs, (run) => byName.get(run)?.get(name)))
  ]
  return {
    runs,
    groups,
    differences: differencesOf(runs),
    noise: noiseOf(runs),
    verdicts: failOns.flatMap((failOn) => judgeFailOn(failOn, groups, runs)),
    limitedVerdict: failOnLimited ? judgeLimited(runs) : null
  }
}
