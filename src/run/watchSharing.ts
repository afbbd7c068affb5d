/** Whether other programs used the processors during a study. */
import * as Effect from "effect/Effect"
import { lacksProcessor } from "../metrics/generatorLimits.ts"
import { sharedSlices } from "../result/caveats.ts"
import type { MeasureSlice } from "../studies/MeasureSlice.ts"

/** Counts the slices in which the load generator lacked a processor, for a warning. */
export const watchSharing = <E>(measureSlice: MeasureSlice<E>) => {
  let measured = 0
  let shared = 0
  const watched: MeasureSlice<E> = (sliceSpec) =>
    Effect.tap(measureSlice(sliceSpec), ({ measurements: { generator }, slice }) =>
      Effect.sync(() => {
        if (slice.elapsedSeconds === 0) return
        measured++
        const isLimited = slice.limited.length > 0
        if (!isLimited && generator !== undefined && lacksProcessor(generator.total)) shared++
      })
    )
  return { measureSlice: watched, warnings: () => (shared === 0 ? [] : [sharedSlices(shared, measured)]) }
}
