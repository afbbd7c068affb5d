/** Waits for Ctrl-C without being interrupted by it. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

const signals = ["SIGINT", "SIGTERM"] as const

/** Replaces all listeners; returns the replaced ones. */
const listenAlone = (onSignal: () => void) =>
  Effect.sync(() =>
    signals.map((signal) => {
      const before = process.listeners(signal)
      process.removeAllListeners(signal).on(signal, onSignal)
      return { before, signal }
    })
  )

/**
 * Succeeds at the next SIGINT or SIGTERM. Until then other listeners do not receive these signals, so that the program
 * is not interrupted and keeps its exit code.
 */
export const untilSignal: Effect.Effect<void> = Effect.gen(function* () {
  const signalled = yield* Deferred.make<void>()
  yield* Effect.acquireUseRelease(
    listenAlone(() => Deferred.unsafeDone(signalled, Effect.void)),
    () => Deferred.await(signalled),
    (replaced) =>
      Effect.sync(() => {
        for (const { before, signal } of replaced) {
          process.removeAllListeners(signal)
          for (const listener of before) process.on(signal, listener)
        }
      })
  )
})
