/** Start and duration of a study, and what the caller knows of it, for its document. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { rounded } from "../metrics/rounded.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"

/** The caller fills in `manifest` and `processes`: a study knows only its slices. */
export type StudyTime = Pick<StudyHead, "startedAt" | "elapsedSeconds" | "manifest" | "processes">

/** Starts the clock of a study; the returned effect gives its start and the duration so far. */
export const beginStudy: Effect.Effect<Effect.Effect<StudyTime>> = Effect.map(
  Clock.currentTimeMillis,
  (startedAtMillis) =>
    Effect.map(Clock.currentTimeMillis, (now) => ({
      startedAt: DateTime.formatIso(DateTime.unsafeMake(startedAtMillis)),
      elapsedSeconds: rounded((now - startedAtMillis) / 1000, 3),
      manifest: null,
      processes: []
    }))
)
