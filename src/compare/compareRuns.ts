/** Compares runs with the first one: each figure in total and by request name, and its change. */
import {
  type Dimension,
  type FigureName,
  figureNames,
  figures,
  isByName,
  isTimeName,
  type TimeName
} from "../domain/Threshold.ts"
import {
  type Change,
  type ComparedCell,
  type ComparedGroup,
  type ComparedRow,
  type ComparedRun,
  type Comparison,
  hasLostAgent,
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

/** One kind of request of a run, or all of its requests. */
interface Compared {
  readonly run: ComparedRun
  /** `undefined` for a run without this request. */
  readonly part: Pick<ComparedRun["byName"][number], "figures" | "succeeded"> | undefined
}

/** What a row shows, and whether the next row shows the same of succeeded requests. */
interface RowName extends Pick<ComparedRow, "figure" | "of"> {
  readonly isBesideSucceeded: boolean
}

const hasFailures = ({ part }: Compared): boolean => (part?.figures["failures.count"] ?? 0) > 0

/**
 * Whether quick refusals may improve a figure, so that its change is neither better nor worse: where requests failed, a
 * latency of all requests beside that of the succeeded ones, and the rate of requests beside that of operations.
 */
const isMixed = (row: RowName, both: ReadonlyArray<Compared>): boolean =>
  both.some(hasFailures) &&
  (row.isBesideSucceeded ||
    (row.figure === "requests.perSecond" &&
      both.every(({ part }) => typeof part?.figures["operations.perSecond"] === "number")))

type Value = Omit<ComparedCell, "change">

const valueOf = ({ part, run }: Compared, name: FigureName): Value => {
  if (part === undefined) return { value: null, absent: "missing" }
  const value = part.figures[name]
  if (value !== null) return { value, absent: null }
  return { value, absent: run.unknown.includes(name) ? "unknown" : "noRequests" }
}

const succeededOf = ({ part }: Compared, name: TimeName): Value => {
  if (part === undefined) return { value: null, absent: "missing" }
  if (part.succeeded === null) return { value: null, absent: "unknown" }
  const value = part.succeeded[name]
  return { value, absent: value === null ? "noRequests" : null }
}

const rowOf = (
  { figure, isBesideSucceeded, of }: RowName,
  compared: ReadonlyArray<Compared>,
  values: ReadonlyArray<Value>
): ComparedRow => {
  const baseline = values[0]?.value ?? null
  const [base] = compared
  const change = (value: number | null, other: Compared | undefined): Change | null => {
    if (value === null || base === undefined || other === undefined || other === base) return null
    const change = changeOf(figure, baseline, value)
    const both = [base, other]
    if (both.some(({ run }) => hasLostAgent(run))) return { ...change, meaning: "neutral" }
    const isNeutral =
      both.some(({ run }) => isLimited(run)) || isMixed({ figure, isBesideSucceeded, of }, both)
    return change.meaning !== "same" && isNeutral ? { ...change, meaning: "neutral" } : change
  }
  return {
    figure,
    of,
    dimension: figures[figure],
    cells: values.map(({ absent, value }, i) => ({ value, absent, change: change(value, compared[i]) }))
  }
}

/** Whether a latency of succeeded requests can be compared with the baseline, and is not that of all requests everywhere. */
const isOfOwn = ([base, ...others]: ReadonlyArray<Compared>, name: TimeName): boolean => {
  const isKnown = ({ part }: Compared) => part !== undefined && part.succeeded !== null
  const differs = ({ part }: Compared) =>
    part !== undefined && part.succeeded !== null && part.succeeded[name] !== part.figures[name]
  return base !== undefined && isKnown(base) && others.some(isKnown) && [base, ...others].some(differs)
}

const groupOf = (
  name: string | null,
  runs: ReadonlyArray<ComparedRun>,
  partOf: (run: ComparedRun) => Compared["part"]
): ComparedGroup => {
  const compared = runs.map((run) => ({ run, part: partOf(run) }))
  return {
    name,
    rows: figureNames
      .filter((figure) => name === null || isByName(figure))
      .flatMap((figure) => {
        const values = compared.map((each) => valueOf(each, figure))
        const ofAll = { figure, of: "all", isBesideSucceeded: false } as const
        if (!isTimeName(figure) || !isOfOwn(compared, figure)) return [rowOf(ofAll, compared, values)]
        const succeeded = compared.map((each) => succeededOf(each, figure))
        return [
          rowOf({ ...ofAll, isBesideSucceeded: true }, compared, values),
          rowOf({ ...ofAll, of: "succeeded" }, compared, succeeded)
        ]
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

/** The kinds of request of a run by name; of two rows with the same name, the first counts. */
const partsByName = (
  { byName }: ComparedRun,
  nameOf: ReturnType<typeof namesOf>
): ReadonlyMap<string, ComparedRun["byName"][number]> =>
  new Map(byName.toReversed().map((row) => [nameOf(row), row]))

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
  const byName = new Map(runs.map((run) => [run, partsByName(run, nameOf)]))
  const names = [...new Set([...byName.values()].flatMap((parts) => [...parts.keys()]))].sort()
  const groups = [
    groupOf(null, runs, ({ succeeded, total }) => ({ figures: total, succeeded })),
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
