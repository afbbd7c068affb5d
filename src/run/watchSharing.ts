/** Whether other programs used the processors during a study. */
import * as Effect from "effect/Effect"
import { type HealthFigures, mergeFigures } from "../metrics/GeneratorHealth.ts"
import { lacksProcessor } from "../metrics/generatorLimits.ts"
import { otherCores } from "../metrics/OtherPrograms.ts"
import { sharedSlices } from "../result/caveats.ts"
import { isLimitedSlice } from "../result/limitText.ts"
import type { MeasureSlice } from "../studies/MeasureSlice.ts"

/**
 * Counts the slices in which the load generator lacked a processor, for a warning that names the other programs. Of slices
 * on agents, `watchAgents` says it of each.
 */
export const watchSharing = <E>(measureSlice: MeasureSlice<E>) => {
  let measured = 0
  let shared = 0
  let inShared: HealthFigures | undefined
  const watched: MeasureSlice<E> = (sliceSpec) =>
    Effect.tap(measureSlice(sliceSpec), ({ measurements: { generator }, slice }) =>
      Effect.sync(() => {
        if (slice.elapsedSeconds === 0 || slice.agents !== null || sliceSpec.isProbe === true) return
        measured++
        if (isLimitedSlice(slice) || generator === undefined || !lacksProcessor(generator.total)) return
        shared++
        inShared = inShared === undefined ? generator.total : mergeFigures(inShared, generator.total)
      })
    )
  const warnings = (): ReadonlyArray<string> =>
    inShared === undefined ? [] : [sharedSlices(shared, measured, otherCores(inShared))]
  return { measureSlice: watched, warnings }
}
