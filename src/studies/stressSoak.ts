/** The long run of `stress`, below the knee. */
import * as Effect from "effect/Effect"
import { rounded } from "../metrics/rounded.ts"
import { driftOf, memoryOf, seriesOf } from "../result/Drift.ts"
import { driftSentence } from "../result/driftText.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { loadText, type Soak } from "../result/Stress.ts"
import { awaitRecovery, maxRecoverySeconds, medianService } from "./capacityRecovery.ts"
import type { MeasureSlice } from "./MeasureSlice.ts"
import { warningsOf } from "./slices.ts"
import { sliceLoad, type StressOptions } from "./stressOptions.ts"
import { type EndedAt, endedWith } from "./studyEnd.ts"

export interface Soaked {
  readonly soak: Soak | null
  /** Set if it did not end as planned. */
  readonly end: EndedAt | undefined
  readonly warnings: ReadonlyArray<string>
}

/** Waits until the server has answered what the last step left, and then sends the load. */
export const soakAt = <E>(
  options: StressOptions,
  load: number,
  seconds: number,
  idle: MeasuredSlice,
  measure: MeasureSlice<E>
): Effect.Effect<Soaked, E> =>
  Effect.gen(function* () {
    const { batchTripleCount, pageSize, raised, testType, warmUpSeconds } = options
    const words = `the soak with ${loadText(raised, load)}`
    const probe = { testType, batchTripleCount, ...(pageSize === undefined ? {} : { pageSize }) }
    const waited = yield* awaitRecovery(
      probe,
      measure,
      medianService(idle),
      `before ${words}: waiting until the server has recovered`
    )
    const none = { load, plannedSeconds: seconds, slice: null, drift: null, timeline: [] }
    const notRecovered = { seconds: maxRecoverySeconds, recovered: false }
    if (waited._tag === "Stopped")
      return { soak: null, end: { ...endedWith(waited.last), at: words }, warnings: [] }
    const recovery = waited._tag === "Waited" ? waited.recovery : notRecovered
    if (!recovery.recovered) {
      return {
        soak: { ...none, recovery },
        end: {
          endedBy: "failureRatio",
          refused: null,
          at: words,
          reason: `the server did not recover within ${Math.round(recovery.seconds)} s of the last step`
        },
        warnings: []
      }
    }
    const measured = yield* measure({
      ...probe,
      load: sliceLoad(raised, load),
      warmUpSeconds,
      seconds,
      label: words
    })
    const { slice, timeline } = measured
    const series = [...seriesOf(timeline), ...(measured.processes ?? []).map(memoryOf)]
    const drift = driftOf(series, { from: 0, to: Math.min(seconds, slice.elapsedSeconds) })
    const drifted = driftSentence(drift)
    return {
      soak: {
        ...none,
        recovery: { ...recovery, seconds: rounded(recovery.seconds, 3) },
        slice,
        drift,
        timeline
      },
      end: slice.endedBy === "runTime" ? undefined : { ...endedWith(measured), at: words },
      warnings: [
        ...warningsOf(words, raised === "users" ? load : 0, [measured]),
        ...(drifted === undefined ? [] : [`In ${words}: ${drifted}`])
      ]
    }
  })
