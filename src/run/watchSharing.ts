/** Whether a study had its processors for itself. */
import * as Effect from "effect/Effect"
import { lacksProcessor } from "../metrics/generatorLimits.ts"
import { sharedSlices } from "../result/caveats.ts"
import type { MeasureSlice } from "../studies/MeasureSlice.ts"

/** Counts the slices in which the generator was short of a processor, and says so when there were any. */
export const watchSharing = <E>(measureSlice: MeasureSlice<E>) => {
  let measured = 0
  let shared = 0
  const watched: MeasureSlice<E> = (asked) =>
    Effect.tap(measureSlice(asked), ({ measurements: { generator }, slice }) =>
      Effect.sync(() => {
        measured++
        const isLimited = slice.limited.length > 0
        if (!isLimited && generator !== undefined && lacksProcessor(generator.inAll)) shared++
      })
    )
  return { measureSlice: watched, warnings: () => (shared === 0 ? [] : [sharedSlices(shared, measured)]) }
}
