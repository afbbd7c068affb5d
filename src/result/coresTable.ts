/** Who used the processors in the loads of a study, as a table for all of its reports. */
import { coresOf, coresOfSlices, watchedLabels } from "./coresUsed.ts"
import type { MeasuredSlice } from "./MeasuredSlice.ts"
import { figureOrNone } from "./numberFormat.ts"

/** A load of a study: a step, a point, a side. */
export interface LoadSlices {
  /** @example "8 users" */
  readonly name: string
  readonly slices: ReadonlyArray<MeasuredSlice>
}

/** How to read the table. */
export const coresNote =
  "Cores: CPU time per second while the load was on. Other programs are all but the load generator, on the processors that it " +
  "may use; watched processes on its machine are among them."

/**
 * A header, and a row of cores for each load; empty unless processes were watched.
 *
 * @example [["cores used", "load generator", "name:postgres", "other programs", "of processors"], ["8 users", "0.31", "0.88", "1.60", "2"]]
 */
export const coresRows = (loads: ReadonlyArray<LoadSlices>): ReadonlyArray<ReadonlyArray<string>> => {
  const measured = loads.filter(({ slices }) => slices.length > 0)
  const used = measured.map(({ name, slices }) => ({ name, cores: coresOfSlices(slices) }))
  const labels = watchedLabels(used.map(({ cores }) => cores))
  return labels.length === 0
    ? []
    : [
        ["cores used", "load generator", ...labels, "other programs", "of processors"],
        ...used.map(({ cores, name }) => [
          name,
          figureOrNone(cores.generator),
          ...labels.map((label) => figureOrNone(coresOf(cores, label))),
          figureOrNone(cores.others?.cores),
          figureOrNone(cores.others?.processors)
        ])
      ]
}
