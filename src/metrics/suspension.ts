/**
 * Detects suspensions of this process: by a signal, with its container, or with its machine. Latencies and rates that
 * include a suspension do not describe the server.
 */
import * as Schema from "effect/Schema"

/** Interval of the beats, whose gaps show a suspension. */
export const beatMillis = 100

/** The clocks at one beat. */
export interface Beat {
  /** From a clock that stops while the machine sleeps. */
  readonly monotonicMillis: number
  /** Time since the machine started, sleep included; in whole seconds on some systems. */
  readonly uptimeMillis: number
  /** Processor time of all threads. */
  readonly cpuMicros: number
  /**
   * Time in which the main thread was ready to run but had no processor; `undefined` where the system does not report it.
   */
  readonly waitedMicros: number | undefined
}

export const Suspensions = Schema.Struct({ count: Schema.NonNegativeInt, totalMicros: Schema.NonNegative })
export interface Suspensions extends Schema.Schema.Type<typeof Suspensions> {}

export const noSuspensions: Suspensions = { count: 0, totalMicros: 0 }

export const addSuspensions = (a: Suspensions, b: Suspensions): Suspensions => ({
  count: a.count + b.count,
  totalMicros: a.totalMicros + b.totalMicros
})

/** Minimum delay of a beat that can be a suspension. */
const minLateMillis = 1000

/** Minimum difference of the two clocks: they are not read at the same instant, and one may count whole seconds. */
const minAsleepMillis = 2000

/**
 * The suspended time between two beats; 0 without a suspension. A beat that is late because the process was busy, or
 * because other programs used the processors, is not a suspension; the figures of the event loop show that.
 *
 * @example 3,050 ms later, with 4 ms of processor time and no wait for one: 3,050
 */
export const suspendedMillis = (before: Beat, now: Beat): number => {
  const passed = now.monotonicMillis - before.monotonicMillis
  const waited =
    now.waitedMicros === undefined || before.waitedMicros === undefined
      ? 0
      : now.waitedMicros - before.waitedMicros
  const explained = (now.cpuMicros - before.cpuMicros + waited) / 1000
  const late = passed - beatMillis
  const stopped = late > minLateMillis && explained < late / 2 ? passed : 0
  const asleep = now.uptimeMillis - before.uptimeMillis - passed
  return stopped + (asleep > minAsleepMillis ? asleep : 0)
}

/** Counts suspensions from beat to beat. */
export class SuspensionCount {
  private suspensions = noSuspensions

  constructor(private last: Beat) {}

  beat(now: Beat): void {
    const millis = suspendedMillis(this.last, now)
    this.last = now
    if (millis > 0)
      this.suspensions = addSuspensions(this.suspensions, { count: 1, totalMicros: millis * 1000 })
  }

  /** The suspensions since the last call. */
  take(): Suspensions {
    const taken = this.suspensions
    this.suspensions = noSuspensions
    return taken
  }
}
