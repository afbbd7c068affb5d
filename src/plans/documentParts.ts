/** What the documents of all commands have in common. */
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { addActivities } from "../result/databaseSums.ts"
import type { Manifest } from "../result/Manifest.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import type { PhaseDocument } from "../result/PageData.ts"

/** The slices of a study, those of a soak included; none of a run. */
export const slicesIn = (document: PhaseDocument): ReadonlyArray<MeasuredSlice> => {
  switch (document._tag) {
    case "Report":
      return []
    case "Sweep":
      return document.sweep.points.flatMap(({ slices }) => slices)
    case "Versus":
      return [...document.versus.single.slices, ...document.versus.batch.slices]
    case "Stress": {
      const { soak, steps } = document.stress
      return [...steps.flatMap(({ slices }) => slices), ...(soak?.slice ? [soak.slice] : [])]
    }
    case "Capacity":
      return document.capacity.steps.map(({ slice }) => slice)
  }
}

/** `null` in files of older versions. */
export const manifestOf = (document: PhaseDocument): Manifest | null => {
  switch (document._tag) {
    case "Report":
      return document.summary.manifest
    case "Sweep":
      return document.sweep.manifest
    case "Versus":
      return document.versus.manifest
    case "Stress":
      return document.stress.manifest
    case "Capacity":
      return document.capacity.manifest
  }
}

export const watchesDatabase = (document: PhaseDocument): boolean =>
  document._tag === "Report"
    ? document.summary.database !== null
    : slicesIn(document).some(({ database }) => database !== null)

/** What the database did in the whole phase; `null` if it was not watched. */
export const databaseOf = (document: PhaseDocument): DatabaseActivity | null =>
  document._tag === "Report"
    ? document.summary.database
    : addActivities(slicesIn(document).map(({ database }) => database))
