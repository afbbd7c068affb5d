/** The loads of a study by name, each with its slices, for the tables that have a row for each. */
import { operationsText } from "./batchSize.ts"
import type { Capacity, CapacityStep } from "./Capacity.ts"
import type { LoadSlices } from "./coresTable.ts"
import { plural, rateText } from "./numberFormat.ts"
import { loadText, type Stress } from "./Stress.ts"
import { sizeOf, sizeText, type Sweep, type SweepPoint } from "./Sweep.ts"
import { batchOperationsOf, type Versus } from "./Versus.ts"

/** @example "8 users", "soak with 5 users" */
export const stressLoads = ({
  raised,
  soak,
  steps
}: Pick<Stress, "raised" | "soak" | "steps">): ReadonlyArray<LoadSlices> => [
  ...steps.map(({ load, slices }) => ({ name: loadText(raised, load), slices })),
  ...(soak === null || soak.slice === null
    ? []
    : [{ name: `soak with ${loadText(raised, soak.load)}`, slices: [soak.slice] }])
]

/** What sets a step apart from the first one at its rate. */
export const again = ({ attempt, phase }: Pick<CapacityStep, "attempt" | "phase">): string =>
  `${phase === "confirmation" ? ", confirmation" : ""}${attempt === 1 ? "" : ", repeated"}`

/** @example "40/s, repeated" */
export const capacityLoads = ({ steps }: Pick<Capacity, "steps">): ReadonlyArray<LoadSlices> =>
  steps.map((step) => ({ name: `${rateText(step.arrivalRate)}${again(step)}`, slices: [step.slice] }))

/** @example "10 users, 5 triples" */
export const placeText = (sweep: Pick<Sweep, "operationsPerRecord">, point: SweepPoint): string =>
  [
    plural(point.clientCount, "user"),
    ...(sizeOf(point) === null ? [] : [sizeText(point, sweep.operationsPerRecord)])
  ].join(", ")

export const sweepLoads = (sweep: Sweep): ReadonlyArray<LoadSlices> =>
  sweep.points.map((point) => ({ name: placeText(sweep, point), slices: point.slices }))

/** @example "batches of 30 operations" */
export const versusLoads = (versus: Versus): ReadonlyArray<LoadSlices> => [
  { name: "single requests", slices: versus.single.slices },
  { name: `batches of ${operationsText(batchOperationsOf(versus))}`, slices: versus.batch.slices }
]
