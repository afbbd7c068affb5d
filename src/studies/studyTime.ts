/** Start and duration of a study, for its document. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { rounded } from "../metrics/rounded.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"

type StudyTime = Pick<StudyHead, "startedAt" | "elapsedSeconds">

/** Starts the clock of a study; the returned effect gives its start and the duration so far. */
export const beginStudy: Effect.Effect<Effect.Effect<StudyTime>> = Effect.map(
  Clock.currentTimeMillis,
  (startedAtMillis) =>
    Effect.map(Clock.currentTimeMillis, (now) => ({
      startedAt: DateTime.formatIso(DateTime.unsafeMake(startedAtMillis)),
      elapsedSeconds: rounded((now - startedAtMillis) / 1000, 3)
    }))
)
