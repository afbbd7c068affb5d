/** When a study began and how long it took, as its document tells it. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { rounded } from "../metrics/rounded.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"

type StudyTime = Pick<StudyHead, "startedAt" | "elapsedSeconds">

/** Begins the time of a study; what comes back is to be asked at its end. */
export const beginStudy: Effect.Effect<Effect.Effect<StudyTime>> = Effect.map(
  Clock.currentTimeMillis,
  (startedAtMillis) =>
    Effect.map(Clock.currentTimeMillis, (now) => ({
      startedAt: DateTime.formatIso(DateTime.unsafeMake(startedAtMillis)),
      elapsedSeconds: rounded((now - startedAtMillis) / 1000, 3)
    }))
)
