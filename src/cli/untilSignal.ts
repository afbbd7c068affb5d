/** Ctrl-C where it interrupts nothing. */
import * as Effect from "effect/Effect"

const signals = ["SIGINT", "SIGTERM"] as const

/**
 * Succeeds at the next SIGINT or SIGTERM. Until then these mean nothing else: whoever listened to them before is set
 * aside, so that the program is not interrupted and ends with the exit code that it has.
 */
export const untilSignal: Effect.Effect<void> = Effect.async((resume) => {
  const onSignal = (): void => resume(Effect.void)
  const before = signals.map((signal) => ({ signal, listeners: process.listeners(signal) }))
  for (const signal of signals) process.removeAllListeners(signal).on(signal, onSignal)
  return Effect.sync(() => {
    for (const { listeners, signal } of before) {
      process.removeListener(signal, onSignal)
      for (const listener of listeners) process.on(signal, listener)
    }
  })
})
