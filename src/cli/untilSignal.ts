/** Ctrl-C where it interrupts nothing. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

const signals = ["SIGINT", "SIGTERM"] as const

/** Who listens now is set aside and hears nothing. */
const listenAlone = (onSignal: () => void) =>
  Effect.sync(() =>
    signals.map((signal) => {
      const before = process.listeners(signal)
      process.removeAllListeners(signal).on(signal, onSignal)
      return { before, signal }
    })
  )

/**
 * Succeeds at the next SIGINT or SIGTERM. Until then these mean nothing else, so that the program is not interrupted and
 * ends with the exit code that it has.
 */
export const untilSignal: Effect.Effect<void> = Effect.gen(function* () {
  const signalled = yield* Deferred.make<void>()
  yield* Effect.acquireUseRelease(
    listenAlone(() => Deferred.unsafeDone(signalled, Effect.void)),
    () => Deferred.await(signalled),
    (setAside) =>
      Effect.sync(() => {
        for (const { before, signal } of setAside) {
          process.removeAllListeners(signal)
          for (const listener of before) process.on(signal, listener)
        }
      })
  )
})
