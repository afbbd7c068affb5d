/** What the agents of a study do to what its figures mean. */
import * as Effect from "effect/Effect"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { studyAgentWarnings } from "../result/studyAgentsText.ts"
import type { MeasureSlice } from "../studies/MeasureSlice.ts"

/** Keeps what each slice says of its agents, also of slices that were cut short, which the document may not have. */
export const watchAgents = <E>(measureSlice: MeasureSlice<E>) => {
  const slices: Array<Pick<MeasuredSlice, "agents" | "elapsedSeconds">> = []
  const watched: MeasureSlice<E> = (sliceSpec) =>
    Effect.tap(measureSlice(sliceSpec), ({ slice: { agents, elapsedSeconds } }) =>
      Effect.sync(() => {
        if (sliceSpec.isProbe !== true) slices.push({ agents, elapsedSeconds })
      })
    )
  return { measureSlice: watched, warnings: () => studyAgentWarnings(slices) }
}
