/** The rows of a phase: what each of its loads reached. */
import { type Capacity, highestStep, stepAt, workRate } from "../result/Capacity.ts"
import type { Figures } from "../result/Figures.ts"
import { hasOperations, hasReads, type Work } from "../result/kindsOfWork.ts"
import { plural, rateText } from "../result/numberFormat.ts"
import { shownTimes } from "../result/outcomeRows.ts"
import type { PhaseRow } from "../result/PlanReport.ts"
import { countedOf, kneeLoad, loadText, type Stress } from "../result/Stress.ts"
import type { Summary } from "../result/Summary.ts"
import { isSamePlace, markedPlace, rateOf, type Sweep, termsOf } from "../result/Sweep.ts"
import { placeText } from "../result/studyLoads.ts"
import { endedInWarmUp, hasThroughput } from "../result/throughput.ts"
import { batchSizeText, type Side, type Versus } from "../result/Versus.ts"

type Rates = PhaseRow["rates"]

const rowOf = (load: string, figures: Figures, rates: Rates, marked: string | null = null): PhaseRow => {
  const { latencyMs } = shownTimes(figures)
  const { failed, perSecond, total } = figures.requests
  return {
    load,
    rates,
    requestsPerSecond: rates.length === 0 ? null : perSecond,
    requests: total,
    failed,
    p50: latencyMs?.p50 ?? null,
    p95: latencyMs?.p95 ?? null,
    p99: latencyMs?.p99 ?? null,
    marked
  }
}

const ratesOf = (figures: Figures, works: ReadonlyArray<Work>): Rates =>
  works.map((work) => ({ counted: work, perSecond: figures[work].perSecond }))

/** @example "10 users", "open model, at most 1,000 in flight" */
const loadOf = ({ model, users }: Summary): string =>
  model === "open" ? `open model, at most ${plural(users, "iteration")} in flight` : plural(users, "user")

export const runRows = (summary: Summary): ReadonlyArray<PhaseRow> => {
  const works: ReadonlyArray<Work> = [
    ...(hasOperations(summary) ? (["operations"] as const) : []),
    ...(hasReads(summary) ? (["rows"] as const) : [])
  ]
  // PIPECLEAN tells whether requests work: it sends a few, one after the other.
  const hasRates = hasThroughput(summary) && !endedInWarmUp(summary) && summary.pipeclean === null
  return [rowOf(loadOf(summary), summary, hasRates ? ratesOf(summary, works) : [])]
}

export const sweepRows = (sweep: Sweep): ReadonlyArray<PhaseRow> => {
  const marked = markedPlace(sweep.answer)
  const { counted } = termsOf(sweep)
  return sweep.points.flatMap((point) => {
    const { figures } = point
    if (figures === null) return []
    const rate = rateOf(point)
    const isMarked = marked !== undefined && isSamePlace(marked.place, point)
    return [
      rowOf(
        placeText(sweep, point),
        figures,
        rate === null ? [] : [{ counted, perSecond: rate.median }],
        isMarked ? marked.name : null
      )
    ]
  })
}

export const versusRows = (versus: Versus): ReadonlyArray<PhaseRow> => {
  const rowOfSide = (name: string, side: Side) => rowOf(name, side, ratesOf(side, ["operations"]))
  return [
    rowOfSide("single requests", versus.single),
    rowOfSide(`batches of ${batchSizeText(versus)}`, versus.batch)
  ]
}

/** The highest rate that was kept, and the lowest that was not. */
export const capacityRows = (capacity: Capacity): ReadonlyArray<PhaseRow> => {
  const kept = highestStep(capacity)
  const broken = stepAt(capacity.steps, capacity.lowestBroken)
  return [
    ...(kept === undefined
      ? []
      : [rowOf(rateText(kept.arrivalRate), kept.slice, [workRate(kept.slice)], "highest rate")]),
    ...(broken === undefined
      ? []
      : [rowOf(`${rateText(broken.arrivalRate)}, not kept`, broken.slice, [workRate(broken.slice)])])
  ]
}

const soakRows = (stress: Stress): ReadonlyArray<PhaseRow> => {
  const { raised, soak } = stress
  if (soak === null || soak.slice === null) return []
  const { load, slice } = soak
  return [rowOf(`soak with ${loadText(raised, load)}`, slice, ratesOf(slice, [countedOf(stress)]))]
}

/** The steps, with the knee marked, or the highest good load where it was not reached; and the soak. */
export const stressRows = (stress: Stress): ReadonlyArray<PhaseRow> => [
  ...stress.steps.map(({ figures, load, operationsPerSecond, rowsPerSecond }) => {
    const { median } = rowsPerSecond ?? operationsPerSecond
    const mark = stress.knee._tag === "Knee" ? "knee" : "highest load"
    return rowOf(
      loadText(stress.raised, load),
      figures,
      [{ counted: countedOf(stress), perSecond: median }],
      load === kneeLoad(stress.knee) ? mark : null
    )
  }),
  ...soakRows(stress)
]
