/** The manifest of a study: with its database before the first slice and after the last one. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { databaseManifest } from "../result/databaseManifest.ts"
import { addSizes } from "../result/DatabaseSizes.ts"
import type { Manifest } from "../result/Manifest.ts"
import type { MeasureSlice } from "../studies/MeasureSlice.ts"
import { readManifest } from "./readManifest.ts"

/** Also of slices that were cut short, which the document of a study may not have. */
export const watchManifest = <E>(measureSlice: MeasureSlice<E>) => {
  let first: DatabaseActivity | null = null
  let last: DatabaseActivity | null = null
  const watched: MeasureSlice<E> = (sliceSpec) =>
    Effect.tap(measureSlice(sliceSpec), ({ slice: { database } }) =>
      Effect.sync(() => {
        first ??= database
        last = database ?? last
      })
    )
  const manifest: Effect.Effect<Manifest> = Effect.gen(function* () {
    const whole = first && { ...first, sizes: addSizes(first.sizes, last?.sizes ?? null) }
    return {
      ...(yield* readManifest),
      ...databaseManifest(whole),
      endedAt: DateTime.formatIso(yield* DateTime.now)
    }
  })
  return { measureSlice: watched, manifest }
}
