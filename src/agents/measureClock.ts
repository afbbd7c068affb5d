/** Measures how far this machine's clock is from the coordinator's. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { type ClockOffset, offsetOf, probesPerMeasurement } from "./ClockOffset.ts"
import { type CoordinatorLink, LinkDown } from "./CoordinatorLink.ts"
import { steadyMillis } from "./steadyMillis.ts"

/** A probe that takes longer says nothing. */
const probeMillis = 5000

export const measureClock = ({ readClock }: CoordinatorLink): Effect.Effect<ClockOffset, LinkDown> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const probe = Effect.gen(function* () {
      const sentMillis = steadyMillis(clock)
      const coordinatorMillis = yield* readClock
      return { sentMillis, coordinatorMillis, receivedMillis: steadyMillis(clock) }
    }).pipe(
      Effect.timeoutFail({
        duration: probeMillis,
        onTimeout: () => new LinkDown({ reason: "the coordinator did not tell its time" })
      })
    )
    const first = yield* probe
    const others = yield* Effect.forEach(Arr.range(2, probesPerMeasurement), () => probe)
    return offsetOf([first, ...others])
  })
