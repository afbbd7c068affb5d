/**
 * The wait between two steps, until the server has answered what it still holds. A load that ends leaves requests in the
 * queues of an overloaded server, also those that the client no longer waits for; they would slow down the next step.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { EndedBy } from "../domain/LoadResult.ts"
import { rounded } from "../metrics/rounded.ts"
import type { Recovery } from "../result/Capacity.ts"
import { succeededTimes } from "../result/Figures.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import type { MeasureSlice, SliceMeasured, SliceSpec } from "./MeasureSlice.ts"

/**
 * The maximum wait. Requests time out after 60 s by default, so a server that is not back by then holds more than the
 * requests of the last step.
 */
export const maxRecoverySeconds = 60

/** Duration of a probe, in which one user sends one batch after the other. */
export const probeSeconds = 1

/** A server has recovered when the median of a probe is at most this multiple of the median without load. */
const recoveredFactor = 2

/** A median this short is no sign of a queue, however fast the server is without load. */
const fastMillis = 10

export type Probe = Pick<SliceSpec, "testType" | "batchTripleCount">

const probeSpec = (probe: Probe, label: string): SliceSpec => ({
  ...probe,
  load: { _tag: "Users", clientCount: 1 },
  warmUpSeconds: 0,
  seconds: probeSeconds,
  label,
  isProbe: true
})

/**
 * The median service time of the succeeded requests of a slice, in milliseconds; `undefined` without a request, or if half
 * of them failed: such a server has not recovered, however fast it confirms the others.
 */
export const medianService = (slice: MeasuredSlice): number | undefined => {
  const { failed, total } = slice.requests
  if (2 * failed >= total) return undefined
  const times = succeededTimes(slice)
  return (times?.serviceMs ?? times?.latencyMs)?.p50
}

/** @example lowest(undefined, 20) // 20 */
export const lowest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)

/** Whether no request of a slice found a server to connect to. */
const isUnreachable = ({ measurements: { failures }, slice: { requests } }: SliceMeasured): boolean =>
  requests.total > 0 &&
  requests.failed === requests.total &&
  failures.every(({ failure }) => failure.problemType === "connect")

const studyEnds: ReadonlySet<EndedBy> = new Set([
  "interrupt",
  "defect",
  "localDmsExited",
  "agentLost",
  "threshold"
])

/** Whether a slice ended for a reason that ends the study. */
export const endsStudy = ({ slice: { endedBy } }: SliceMeasured): boolean => studyEnds.has(endedBy)

/** Sends one batch after the other, to learn how fast the server is without load. */
export const probeOnce = <E>(
  probe: Probe,
  measure: MeasureSlice<E>,
  label: string
): Effect.Effect<SliceMeasured, E> => measure(probeSpec(probe, label))

export type Recovered =
  | { readonly _tag: "Waited"; readonly recovery: Recovery; readonly medianMs: number | undefined }
  /** The server no longer accepts connections. */
  | { readonly _tag: "Unreachable" }
  /** A probe ended the study (`endsStudy`). */
  | { readonly _tag: "Stopped"; readonly last: SliceMeasured }

/**
 * Sends probes until the server is about as fast as without load.
 *
 * @param idleMs median service time without load; `undefined` if it is not known: then the first probe that succeeds ends
 * the wait
 * @param label for the progress line
 */
export const awaitRecovery = <E>(
  probe: Probe,
  measure: MeasureSlice<E>,
  idleMs: number | undefined,
  label: string
): Effect.Effect<Recovered, E> =>
  Effect.gen(function* () {
    const startedAtMillis = yield* Clock.currentTimeMillis
    for (;;) {
      const probed = yield* probeOnce(probe, measure, label)
      if (endsStudy(probed)) return { _tag: "Stopped", last: probed }
      const medianMs = medianService(probed.slice)
      const seconds = rounded(((yield* Clock.currentTimeMillis) - startedAtMillis) / 1000, 3)
      const recovered =
        medianMs !== undefined &&
        (idleMs === undefined || medianMs <= Math.max(recoveredFactor * idleMs, fastMillis))
      if (recovered || seconds >= maxRecoverySeconds) {
        return !recovered && isUnreachable(probed)
          ? { _tag: "Unreachable" }
          : { _tag: "Waited", recovery: { seconds, recovered }, medianMs }
      }
      // A probe that is refused ends at once.
      yield* Effect.sleep("1 second")
    }
  })
